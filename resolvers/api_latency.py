"""How long calls to the facilitator's API take, by endpoint."""

from collections.abc import Awaitable, Sequence

import strawberry

from resolvers.comparison import percentage
from resolvers.context import Info
from resolvers.durations import Durations, durations
from resolvers.fields import after
from resolvers.range_answer import Answer, ask_freshness
from resolvers.range_input import RangeInput, span_of
from resolvers.scalars import percent
from resolvers.scope import Scope
from resolvers.sketch import merged
from sql.breakdowns import EndpointTotals

MAX_ENDPOINTS = 100


@strawberry.type(description="Calls to the facilitator's API.")
class ApiFigures:
    """Counts and times."""

    request_count: int = strawberry.field(description="Calls.")
    error_count: int = strawberry.field(description="Calls answered with a status of 400 or more.")
    server_error_count: int = strawberry.field(description="Calls answered with a status of 500 or more.")
    error_rate: float | None = strawberry.field(
        description="Calls answered with 400 or more, in percent of all, to six decimals; null without a call."
    )
    times: Durations = strawberry.field(description="How long the calls took.")


@strawberry.type(description="Calls to one endpoint of the facilitator's API.")
class ApiEndpoint:
    """An address and its figures."""

    endpoint: str = strawberry.field(description="The endpoint, as the events name it.")
    figures: ApiFigures = strawberry.field(description="Its calls.")


@strawberry.type(description="Calls to the facilitator's API in a range.")
class ApiLatency(Answer):
    """As a whole and by endpoint."""

    total: ApiFigures = strawberry.field(description="All calls.")
    endpoints: list[ApiEndpoint] = strawberry.field(
        description=f"By endpoint, the one with the most calls first; at most {MAX_ENDPOINTS}."
    )


def load_api_latency(scope: Scope, asked: RangeInput, info: Info) -> Awaitable[ApiLatency]:
    """Ask for a range by endpoint."""
    window = span_of(scope, asked).counted.current
    ask_freshness(scope, window, info)
    loaders = scope.context.loaders
    loader = loaders.platform.api_latency_by_part if scope.is_platform else loaders.api_latency_by_part

    def built(found: list[list[EndpointTotals]]) -> ApiLatency:
        ordered = sorted(found[0], key=lambda row: (-row.request_count, row.endpoint))
        return ApiLatency(
            scope=scope,
            window=window,
            computed_at=scope.computed_at(),
            total=_figures(ordered),
            endpoints=[ApiEndpoint(endpoint=row.endpoint, figures=_figures([row])) for row in ordered[:MAX_ENDPOINTS]],
        )

    return after(loader.load(scope.parts((window,))), built)


def _figures(rows: Sequence[EndpointTotals]) -> ApiFigures:
    requests, errors = sum(row.request_count for row in rows), sum(row.error_count for row in rows)
    return ApiFigures(
        request_count=requests,
        error_count=errors,
        server_error_count=sum(row.server_error_count for row in rows),
        error_rate=percent(percentage(errors, requests)),
        times=durations(merged(rows)),
    )

"""How webhook attempts go, and how long they take."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

import strawberry

from resolvers.comparison import percentage
from resolvers.context import Info
from resolvers.deliveries import DEAD, DeadEndpoint, Deliveries, health_key, load_dead_endpoints, told_deliveries
from resolvers.durations import Durations, durations
from resolvers.fields import after, loaded
from resolvers.range_answer import Answer, ask_freshness
from resolvers.range_input import RangeInput, span_of
from resolvers.scalars import percent
from resolvers.scope import Scope
from resolvers.selection import names_below
from resolvers.sketch import merged
from sql.breakdowns import WebhookSketch, WebhookTotals

MAX_GROUPS = 100


@strawberry.type(description="Attempts to deliver webhooks, each counted when it was made.")
class WebhookFigures:
    """By attempt, not by delivery."""

    attempt_count: int = strawberry.field(description="Attempts: delivered, failed and pending.")
    delivered_count: int = strawberry.field(description="Attempts that the endpoint took.")
    failed_count: int = strawberry.field(description="Attempts that failed.")
    pending_count: int = strawberry.field(description="Attempts told as pending.")
    success_rate: float | None = strawberry.field(
        description="Delivered per attempt that came to an end, in percent, to six decimals; null where none did."
    )
    first_try_count: int = strawberry.field(description="First attempts that came to an end.")
    first_try_delivered_count: int = strawberry.field(description="First attempts that the endpoint took.")
    first_try_rate: float | None = strawberry.field(
        description="Delivered per first attempt that came to an end, in percent, to six decimals; null where none did."
    )
    delivery_time: Durations = strawberry.field(description="How long delivered attempts took.")


@strawberry.type(description="Webhook attempts of one event type, or to one endpoint.")
class WebhookGroup:
    """A name and its figures."""

    name: str = strawberry.field(description="The event type, or the endpoint's address.")
    figures: WebhookFigures = strawberry.field(description="Its attempts.")


@strawberry.type(description="Webhooks of a range: attempts, each counted when it was made, and deliveries as wholes.")
class Webhooks(Answer):
    """As a whole, by event type and by endpoint."""

    total: WebhookFigures = strawberry.field(description="All attempts.")
    by_event_type: list[WebhookGroup] = strawberry.field(
        description=f"Attempts by event type, the one with the most first; at most {MAX_GROUPS}."
    )
    by_endpoint: list[WebhookGroup] = strawberry.field(
        description=f"Attempts by endpoint, the one with the most first; at most {MAX_GROUPS}."
    )

    @loaded(Deliveries | None, "Deliveries first attempted in the range, each counted once by its last attempt.")
    def deliveries(self) -> Awaitable[Deliveries]:
        loading = self.scope.context.loaders.deliveries_by_window.load(self.scope.wholes(self.window))
        return after(loading, told_deliveries)

    @loaded(list[DeadEndpoint] | None, f"Endpoints that are dead: {DEAD} At most {MAX_GROUPS}.")
    def dead_endpoints(self) -> Awaitable[list[DeadEndpoint]]:
        return load_dead_endpoints(self.scope, self.window)


def load_webhooks(scope: Scope, asked: RangeInput, info: Info) -> Awaitable[Webhooks]:
    """Ask for attempts and their sketch."""
    window = span_of(scope, asked).counted.current
    ask_freshness(scope, window, info)
    loaders, key = scope.context.loaders, scope.parts((window,))
    asked_below = names_below(info)
    if "deliveries" in asked_below:
        loaders.prefetch(loaders.deliveries_by_window, scope.wholes(window))
    if "deadEndpoints" in asked_below:
        loaders.prefetch(loaders.endpoint_health_by_part, health_key(scope, window))
    attempts, times = loaders.webhooks_by_part.load(key), loaders.webhook_latency_by_part.load(key)

    async def built() -> Webhooks:
        [rows], [sketches] = await asyncio.gather(attempts, times)
        return Webhooks(
            scope=scope,
            window=window,
            computed_at=scope.computed_at(),
            total=_figures(rows, sketches),
            by_event_type=_groups(rows, sketches, lambda row: row.event_type),
            by_endpoint=_groups(rows, sketches, lambda row: row.endpoint),
        )

    return built()


def _groups(
    rows: Sequence[WebhookTotals],
    sketches: Sequence[WebhookSketch],
    name_of: Callable[[WebhookTotals | WebhookSketch], str],
) -> list[WebhookGroup]:
    by_name: dict[str, tuple[list[WebhookTotals], list[WebhookSketch]]] = {}
    for row in rows:
        by_name.setdefault(name_of(row), ([], []))[0].append(row)
    for sketch in sketches:
        by_name.setdefault(name_of(sketch), ([], []))[1].append(sketch)
    groups = [WebhookGroup(name=name, figures=_figures(*found)) for name, found in by_name.items()]
    return sorted(groups, key=lambda group: (-group.figures.attempt_count, group.name))[:MAX_GROUPS]


def _figures(rows: Sequence[WebhookTotals], sketches: Iterable[WebhookSketch]) -> WebhookFigures:
    delivered, failed, pending, first, first_delivered = (
        sum(getattr(row, name) for row in rows)
        for name in (
            "delivered_count",
            "failed_count",
            "pending_count",
            "first_try_count",
            "first_try_delivered_count",
        )
    )
    return WebhookFigures(
        attempt_count=delivered + failed + pending,
        delivered_count=delivered,
        failed_count=failed,
        pending_count=pending,
        success_rate=percent(percentage(delivered, delivered + failed)),
        first_try_count=first,
        first_try_delivered_count=first_delivered,
        first_try_rate=percent(percentage(first_delivered, first)),
        delivery_time=durations(merged(sketches)),
    )

"""Webhook deliveries as wholes, and endpoints that take nothing any more."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta

import strawberry

from resolvers.comparison import percentage
from resolvers.fields import after
from resolvers.parts import PartsKey
from resolvers.periods import Window
from resolvers.scalars import percent
from resolvers.scope import Scope
from sql.breakdowns import DeliveryTotals, EndpointHealth

MAX_GROUPS = 100
DEAD_HOURS = 24
DEAD_FAILURES = 5
DEAD = (
    f"in the last {DEAD_HOURS} hours of the range at least {DEAD_FAILURES} attempts failed there, "
    "and none was delivered."
)


@strawberry.type(description="Webhook deliveries, each counted once however many attempts it took.")
class DeliveryFigures:
    """By delivery, not by attempt; each stands as its last attempt does."""

    delivery_count: int = strawberry.field(description="Deliveries whose first attempt lies in the range.")
    delivered_count: int = strawberry.field(description="Those whose last attempt was delivered.")
    failed_count: int = strawberry.field(description="Those whose last attempt failed.")
    pending_count: int = strawberry.field(description="Those whose last attempt is pending.")
    success_rate: float | None = strawberry.field(
        description="Delivered per delivery that came to an end, in percent, to six decimals; null where none did."
    )


@strawberry.type(description="Deliveries of one event type, or to one endpoint.")
class DeliveryGroup:
    """A name and its figures."""

    name: str = strawberry.field(description="The event type, or the endpoint's address.")
    figures: DeliveryFigures = strawberry.field(description="Its deliveries.")


@strawberry.type(description="Deliveries first attempted in a range, by how they stand at `at`.")
class Deliveries:
    """As a whole, by event type and by endpoint."""

    total: DeliveryFigures = strawberry.field(description="All deliveries.")
    by_event_type: list[DeliveryGroup] = strawberry.field(
        description=f"By event type, the one with the most first; at most {MAX_GROUPS}."
    )
    by_endpoint: list[DeliveryGroup] = strawberry.field(
        description=f"By endpoint, the one with the most first; at most {MAX_GROUPS}."
    )


@strawberry.type(description=f"An endpoint that is dead: {DEAD}")
class DeadEndpoint:
    """Where somebody should look."""

    endpoint: str = strawberry.field(description="The endpoint's address.")
    failed_count: int = strawberry.field(description=f"Attempts that failed in the last {DEAD_HOURS} hours.")
    last_failed_at: datetime = strawberry.field(description="When one last failed.")
    last_delivered_at: datetime | None = strawberry.field(
        description="When one was last delivered within the range; null where none was."
    )


def told_deliveries(rows: Sequence[DeliveryTotals]) -> Deliveries:
    """Return what became of deliveries."""
    return Deliveries(
        total=_figures(rows),
        by_event_type=_groups(rows, lambda row: row.event_type),
        by_endpoint=_groups(rows, lambda row: row.endpoint),
    )


def health_key(scope: Scope, window: Window) -> PartsKey:
    """Return the key of the health of endpoints over a range and over its last day."""
    last = Window(max(window.start, window.end - timedelta(hours=DEAD_HOURS)), window.end)
    return scope.parts((window,), (last,))


def load_dead_endpoints(scope: Scope, window: Window) -> Awaitable[list[DeadEndpoint]]:
    """Ask for the health of endpoints over the range and over its last day, in one statement."""
    loading = scope.context.loaders.endpoint_health_by_part.load(health_key(scope, window))

    def built(found: list[list[EndpointHealth]]) -> list[DeadEndpoint]:
        whole, lately = ({row.endpoint: row for row in rows} for rows in found)
        dead = [
            DeadEndpoint(
                endpoint=row.endpoint,
                failed_count=row.failed_count,
                last_failed_at=row.last_failed_at,
                last_delivered_at=whole[row.endpoint].last_delivered_at,
            )
            for row in lately.values()
            if row.failed_count >= DEAD_FAILURES and not row.delivered_count and row.last_failed_at
        ]
        return sorted(dead, key=lambda each: (-each.failed_count, each.endpoint))[:MAX_GROUPS]

    return after(loading, built)


def _groups(rows: Iterable[DeliveryTotals], name_of: Callable[[DeliveryTotals], str]) -> list[DeliveryGroup]:
    by_name: dict[str, list[DeliveryTotals]] = {}
    for row in rows:
        by_name.setdefault(name_of(row), []).append(row)
    groups = [DeliveryGroup(name=name, figures=_figures(found)) for name, found in by_name.items()]
    return sorted(groups, key=lambda group: (-group.figures.delivery_count, group.name))[:MAX_GROUPS]


def _figures(rows: Sequence[DeliveryTotals]) -> DeliveryFigures:
    delivered, failed, pending = (
        sum(getattr(row, name) for row in rows) for name in ("delivered_count", "failed_count", "pending_count")
    )
    return DeliveryFigures(
        delivery_count=delivered + failed + pending,
        delivered_count=delivered,
        failed_count=failed,
        pending_count=pending,
        success_rate=percent(percentage(delivered, delivered + failed)),
    )

"""Alerts as clients see them."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.alerts.batches import MAX_CROSSINGS, AlertKey
from resolvers.alerts.enums import AlertComparison, AlertState, CrossingKind, DeliveryState
from resolvers.alerts.reading import AlertFigure, load_alert_figure, told_number
from resolvers.context import Info
from resolvers.errors import BadInput
from resolvers.fields import after, loaded
from resolvers.metrics.declaration import Unit
from resolvers.metrics.dimensions import Dimension
from resolvers.metrics.names import MetricName
from resolvers.metrics.registry import METRICS
from resolvers.metrics.scalars import MetricNumber
from resolvers.periods import Window
from resolvers.scope import require_instant
from sql import alert_rows

At = Annotated[datetime | None, strawberry.argument(description="The instant at which to look; now by default.")]
First = Annotated[int, strawberry.argument(description=f"How many at most, 1 to {MAX_CROSSINGS}.")]


@strawberry.type(description="One time that an alert's threshold was crossed.")
class AlertCrossing:
    """Written down once, and told until it is taken."""

    id: strawberry.ID = strawberry.field(description="Its id: the header `webhook-id` of every attempt to tell it.")
    number: int = strawberry.field(description="Counts the alert's crossings, from 1.")
    kind: CrossingKind = strawberry.field(description="Which way.")
    window: Window = strawberry.field(description="What was counted.")
    value: MetricNumber | None = strawberry.field(description="The figure then.")
    threshold: MetricNumber = strawberry.field(description="The threshold then.")
    delivery: DeliveryState = strawberry.field(description="How far it has been told.")
    attempts: int = strawberry.field(description="How often that was tried.")
    last_status: int | None = strawberry.field(description="The HTTP status of the last answer, where there was one.")
    last_error: str | None = strawberry.field(description="Why the last attempt had no answer, where it had none.")
    delivered_at: datetime | None = strawberry.field(description="When it was taken.")


@strawberry.type(description="What alone an alert counts.")
class AlertFilter:
    """One dimension."""

    dimension: Dimension = strawberry.field(description="The dimension.")
    values: list[str | None] = strawberry.field(description="Its values; null is what events did not tell.")


@strawberry.type(description="A merchant's threshold on a metric; the worker looks at it each minute.")
class Alert:
    """How it is set and how it stands."""

    row: strawberry.Private[alert_rows.Alert]
    id: strawberry.ID = strawberry.field(description="The alert's id.")
    name: str = strawberry.field(description="What people call it.")
    metric: MetricName = strawberry.field(description="What it watches.")
    unit: Unit = strawberry.field(description="What figure and threshold are counted in.")
    comparison: AlertComparison = strawberry.field(description="When the figure breaches the threshold.")
    threshold: MetricNumber = strawberry.field(description="The threshold, in the metric's unit.")
    window_minutes: int = strawberry.field(description="Over how many minutes the metric is taken, up to each minute.")
    minimum_count: int = strawberry.field(
        description="How much has to have happened before anything is said: decided attempts of a success rate, say."
    )
    filter: AlertFilter | None = strawberry.field(description="What alone is counted; null for all.")
    url: str | None = strawberry.field(description="Where crossings are told; null for nowhere.")
    enabled: bool = strawberry.field(description="Whether it is looked at.")
    state: AlertState = strawberry.field(description="How it stands, as the worker last saw it.")
    state_since: datetime | None = strawberry.field(description="Since when; null where nothing was seen yet.")
    last_value: MetricNumber | None = strawberry.field(description="The figure that was last judged.")
    evaluated_until: datetime | None = strawberry.field(description="Up to when the worker has looked.")
    created_at: datetime = strawberry.field(description="When it was made.")

    @loaded(AlertFigure | None, "What it sees now, or at another instant.")
    def figure(self, info: Info, at: At = None) -> Awaitable[AlertFigure]:
        if at is not None:
            require_instant(at)
        return load_alert_figure(info.context, self.row, at or info.context.now)

    @loaded(list[AlertCrossing] | None, "The latest times that it fired or recovered, the latest first.")
    def crossings(self, info: Info, first: First = 20) -> Awaitable[list[AlertCrossing]]:
        if not 1 <= first <= MAX_CROSSINGS:
            raise BadInput(f"first must lie between 1 and {MAX_CROSSINGS}.")
        loading = info.context.loaders.crossings_by_alert.load(AlertKey(self.row.merchant_id, self.row.alert_id))
        return after(loading, lambda rows: [_crossing(row) for row in rows[:first]])


def alert_of(row: alert_rows.Alert) -> Alert:
    """Return a stored alert as clients see it."""
    return Alert(
        row=row,
        id=strawberry.ID(row.alert_id),
        name=row.name,
        metric=MetricName(row.metric),
        unit=METRICS[row.metric].unit,
        comparison=AlertComparison(row.comparison),
        threshold=_number(row.threshold),
        window_minutes=row.window_minutes,
        minimum_count=row.minimum_count,
        filter=AlertFilter(dimension=Dimension(row.dimension), values=row.dimension_values) if row.dimension else None,
        url=row.url,
        enabled=row.enabled,
        state=AlertState(row.state),
        state_since=row.state_since,
        last_value=told_number(row.last_value),
        evaluated_until=row.evaluated_until,
        created_at=row.created_at,
    )


def _crossing(row: alert_rows.AlertCrossing) -> AlertCrossing:
    return AlertCrossing(
        id=strawberry.ID(row.crossing_id),
        number=row.number,
        kind=CrossingKind(row.kind),
        window=Window(row.window_start, row.window_end),
        value=told_number(row.value),
        threshold=_number(row.threshold),
        delivery=DeliveryState(row.delivery),
        attempts=row.attempts,
        last_status=row.last_status,
        last_error=row.last_error,
        delivered_at=row.delivered_at,
    )


def _number(text: str) -> MetricNumber:
    value = told_number(text)
    assert value is not None
    return value

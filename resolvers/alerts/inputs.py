"""Alerts as clients set them, and what is checked of that."""

from dataclasses import dataclass, replace

import strawberry

from jobs.alerts.rules import WebhookRules, url_fault
from resolvers.alerts.enums import AlertComparison
from resolvers.alerts.thresholds import check_threshold, stored_threshold
from resolvers.errors import BadInput
from resolvers.metrics.arguments import MetricFilterInput
from resolvers.metrics.declaration import Metric
from resolvers.metrics.dimensions import CLOCK, Dimension
from resolvers.metrics.names import MetricName, metric_of
from resolvers.metrics.question import MAX_FILTER_VALUES, check_values, filter_of
from resolvers.metrics.registry import METRICS, dimensions_of, source_of
from resolvers.metrics.scalars import MetricNumber
from sql import alert_rows

MAX_NAME = 200
MAX_WINDOW_MINUTES = 44_640
MAX_COUNT = 1_000_000_000
WATCHED = (
    *("metric", "comparison", "threshold", "window_minutes", "minimum_count", "dimension", "dimension_values"),
    "enabled",
)
THRESHOLD = (
    "The threshold, in the metric's unit: an amount as an integer or a string of digits, never as a float; a count as "
    "a whole number; percent from 0 to 100 unless the metric can be more; negative only where the metric can be."
)


@strawberry.input(description="A new alert.")
class CreateAlertInput:
    """What is watched, and who is told."""

    merchant_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose alert; the token's own merchant by default."
    )
    name: str = strawberry.field(description=f"What people call it, 1 to {MAX_NAME} characters.")
    metric: MetricName = strawberry.field(description="What it watches: any metric.")
    comparison: AlertComparison = strawberry.field(description="When the figure breaches the threshold.")
    threshold: MetricNumber = strawberry.field(description=THRESHOLD)
    window_minutes: int = strawberry.field(
        default=60, description=f"Over how many minutes, up to each minute; 1 to {MAX_WINDOW_MINUTES:,}."
    )
    minimum_count: int = strawberry.field(
        default=0,
        description="How much has to have happened, such as decided attempts of a success rate; else nothing is said.",
    )
    filter: MetricFilterInput | None = strawberry.field(
        default=None, description="What alone is counted; all by default."
    )
    url: str | None = strawberry.field(default=None, description="Where crossings are told by signed webhook.")
    enabled: bool = strawberry.field(default=True, description="Whether it is looked at.")


@strawberry.input(description="Changes of an alert; what is left out stays.")
class UpdateAlertInput:
    """What an alert may become."""

    id: strawberry.ID = strawberry.field(description="Which alert.")
    merchant_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose alert; the token's own merchant by default."
    )
    name: str | None = strawberry.field(default=None, description=f"What people call it, 1 to {MAX_NAME} characters.")
    metric: MetricName | None = strawberry.field(default=None, description="What it watches.")
    comparison: AlertComparison | None = strawberry.field(default=None, description="When the threshold is breached.")
    threshold: MetricNumber | None = strawberry.field(default=None, description=THRESHOLD)
    window_minutes: int | None = strawberry.field(
        default=None, description=f"Over how many minutes, 1 to {MAX_WINDOW_MINUTES:,}."
    )
    minimum_count: int | None = strawberry.field(default=None, description="How much has to have happened.")
    filter: MetricFilterInput | None = strawberry.field(
        default=strawberry.UNSET, description="What alone is counted; null for all."
    )
    url: str | None = strawberry.field(
        default=strawberry.UNSET, description="Where crossings are told; null for nowhere. A first URL makes a secret."
    )
    enabled: bool | None = strawberry.field(default=None, description="Whether it is looked at.")
    renew_secret: bool = strawberry.field(
        default=False,
        description="Whether to make a new secret, which is shown once; the old one signs nothing more. Needs a URL.",
    )


@dataclass(frozen=True, slots=True)
class Definition:
    """An alert as it is stored; `threshold` is JSON."""

    name: str
    metric: str
    comparison: str
    threshold: str
    window_minutes: int
    minimum_count: int
    dimension: str | None
    dimension_values: tuple[str | None, ...]
    url: str | None
    enabled: bool

    def watches_other_than(self, before: "Definition") -> bool:
        """Tell whether something else is watched than before, so that the state has to begin anew."""
        return _differs(self, before, *WATCHED)


def created(given: CreateAlertInput) -> Definition:
    """Return a new alert, not yet checked."""
    return Definition(
        name=given.name,
        metric=metric_of(given.metric).slug,
        comparison=given.comparison.value,
        threshold=stored_threshold(given.threshold, metric_of(given.metric)),
        window_minutes=given.window_minutes,
        minimum_count=given.minimum_count,
        dimension=given.filter.dimension.value if given.filter else None,
        dimension_values=tuple(given.filter.values) if given.filter else (),
        url=given.url,
        enabled=given.enabled,
    )


def kept(row: alert_rows.Alert) -> Definition:
    """Return an alert as it is."""
    return Definition(
        name=row.name,
        metric=row.metric,
        comparison=row.comparison,
        threshold=row.threshold,
        window_minutes=row.window_minutes,
        minimum_count=row.minimum_count,
        dimension=row.dimension,
        dimension_values=tuple(row.dimension_values),
        url=row.url,
        enabled=row.enabled,
    )


def updated(before: Definition, given: UpdateAlertInput) -> Definition:
    """Return an alert with its changes, not yet checked."""
    metric = metric_of(given.metric) if given.metric else METRICS[before.metric]
    if metric.unit is not METRICS[before.metric].unit and given.threshold is None:
        raise BadInput(f"{metric.slug} is counted in {metric.unit.name}; send a threshold in it too.")
    now = replace(
        before,
        name=before.name if given.name is None else given.name,
        metric=metric.slug,
        comparison=given.comparison.value if given.comparison else before.comparison,
        threshold=before.threshold if given.threshold is None else stored_threshold(given.threshold, metric),
        window_minutes=before.window_minutes if given.window_minutes is None else given.window_minutes,
        minimum_count=before.minimum_count if given.minimum_count is None else given.minimum_count,
        url=before.url if given.url is strawberry.UNSET else given.url,
        enabled=before.enabled if given.enabled is None else given.enabled,
    )
    if given.filter is strawberry.UNSET:
        return now
    if given.filter is None:
        return replace(now, dimension=None, dimension_values=())
    return replace(now, dimension=given.filter.dimension.value, dimension_values=tuple(given.filter.values))


def check(given: Definition, rules: WebhookRules, before: Definition | None = None) -> None:
    """Raise BadInput, which says what to send instead, for an alert that cannot be.

    What it had before is let be, so that an alert of looser times can be renamed, and switched off.
    """
    if not (given.name.strip() and len(given.name) <= MAX_NAME and given.name.isprintable()):
        raise BadInput(f"name must have 1 to {MAX_NAME} printable characters.")
    if not 1 <= given.window_minutes <= MAX_WINDOW_MINUTES:
        raise BadInput(f"windowMinutes must lie between 1 and {MAX_WINDOW_MINUTES:,} (31 days).")
    if not 0 <= given.minimum_count <= MAX_COUNT:
        raise BadInput(f"minimumCount must lie between 0 and {MAX_COUNT:,}.")
    metric = METRICS[given.metric]
    if _differs(given, before, "metric", "threshold"):
        check_threshold(given.threshold, metric)
    if given.dimension is not None and _differs(given, before, "metric", "dimension", "dimension_values"):
        _check_filter(metric, Dimension(given.dimension), given.dimension_values)
    if given.url is not None and _differs(given, before, "url") and (fault := url_fault(given.url, rules)):
        raise BadInput(f"url {fault}")


def _differs(given: Definition, before: Definition | None, *names: str) -> bool:
    return before is None or any(getattr(given, name) != getattr(before, name) for name in names)


def _check_filter(metric: Metric, dimension: Dimension, values: tuple[str | None, ...]) -> None:
    if not 1 <= len(values) <= MAX_FILTER_VALUES or any("\x00" in each for each in values if each):
        raise BadInput(f"filter.values must have 1 to {MAX_FILTER_VALUES} values, none with U+0000.")
    if dimension in CLOCK or source_of(metric, frozenset({dimension})) is None:
        own = ", ".join(each.name for each in dimensions_of(metric) if each not in CLOCK) or "none"
        raise BadInput(f"{metric.slug} has no {dimension.name} to filter by; it has: {own}.")
    check_values(filter_of(dimension, values))

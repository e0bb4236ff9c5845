"""What an alert sees: its metric over the window that ends at an instant, beside its threshold."""

from collections.abc import Awaitable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import orjson
import strawberry

from resolvers.alerts.enums import AlertComparison
from resolvers.context import Context
from resolvers.errors import AnalyticsError, ErrorCode
from resolvers.fields import after
from resolvers.metrics.columns import Told, Value, tell
from resolvers.metrics.declaration import Metric
from resolvers.metrics.dimensions import Dimension
from resolvers.metrics.question import Filter, filter_of
from resolvers.metrics.registry import METRICS, source_of
from resolvers.metrics.scalars import MetricNumber
from resolvers.metrics.single import Figure, load_figure
from resolvers.periods import Window
from sql.alert_rows import Alert as StoredAlert


@strawberry.type(description="What an alert sees at an instant.")
class AlertFigure:
    """Its metric over its window."""

    window: Window = strawberry.field(description="What is counted: the alert's minutes up to the instant.")
    value: MetricNumber | None = strawberry.field(description="The metric's figure; null where it does not exist.")
    count: str = strawberry.field(
        description=(
            "What `minimumCount` is compared with: of a rate, an average or a percentile how much it is one of, else "
            "the figure itself. A string of digits."
        )
    )
    breached: bool | None = strawberry.field(
        description="Whether the threshold is breached; null where the figure does not exist or too little happened."
    )


def load_alert_figure(context: Context, alert: StoredAlert, at: datetime) -> Awaitable[AlertFigure]:
    """Ask for what an alert sees; raise NOT_FOUND for a metric that is no longer there."""
    metric, given = METRICS.get(alert.metric), filter_of_alert(alert)
    if metric is None or source_of(metric, frozenset({given.dimension} if given else ())) is None:
        raise AnalyticsError(ErrorCode.NOT_FOUND, f"The metric {alert.metric} of this alert is gone; change the alert.")
    window = Window(at - timedelta(minutes=alert.window_minutes), at)
    loading = load_figure(context, alert.merchant_id, metric, given, window)
    return after(loading, lambda figure: _figure(alert, metric, window, figure))


def filter_of_alert(alert: StoredAlert) -> Filter | None:
    """Return what alone an alert counts."""
    return filter_of(Dimension(alert.dimension), alert.dimension_values) if alert.dimension else None


def exact(told: Told) -> Fraction:
    """Return what is meant by a figure as JSON has it: 99.95 is meant as it is written."""
    return Fraction(Decimal(str(told)))


def told_number(text: str | None) -> MetricNumber | None:
    """Return a stored figure."""
    value = None if text is None else orjson.loads(text)
    return None if value is None else MetricNumber(value)


def breached(comparison: AlertComparison, value: Value, threshold: Fraction) -> bool | None:
    """Tell whether a figure breaches a threshold; None where there is no figure."""
    if value is None:
        return None
    match comparison:
        case AlertComparison.BELOW:
            return Fraction(value) < threshold
        case AlertComparison.AT_MOST:
            return Fraction(value) <= threshold
        case AlertComparison.ABOVE:
            return Fraction(value) > threshold
        case AlertComparison.AT_LEAST:
            return Fraction(value) >= threshold


def _figure(alert: StoredAlert, metric: Metric, window: Window, figure: Figure) -> AlertFigure:
    told = tell(metric, figure.value)
    crossed = breached(AlertComparison(alert.comparison), figure.value, exact(orjson.loads(alert.threshold)))
    return AlertFigure(
        window=window,
        value=None if told is None else MetricNumber(told),
        count=str(figure.count),
        breached=None if figure.count < alert.minimum_count else crossed,
    )

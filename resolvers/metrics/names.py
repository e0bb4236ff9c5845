"""The GraphQL enum of metrics, made from the registry."""

from enum import Enum
from typing import TYPE_CHECKING

from resolvers.describing import describe
from resolvers.metrics.declaration import Metric
from resolvers.metrics.dimensions import CLOCK
from resolvers.metrics.registry import METRICS, dimensions_of

if TYPE_CHECKING:

    class MetricName(Enum):
        """A metric's slug."""
else:
    MetricName = Enum("MetricName", {slug: slug for slug in METRICS})


def metric_of(name: MetricName) -> Metric:
    """Return the metric of a name."""
    return METRICS[str(name.value)]


def describe_metric(metric: Metric) -> str:
    """Return what a client reads about a metric: definition, unit, how it adds up, dimensions."""
    own = [dimension.name for dimension in dimensions_of(metric) if dimension not in CLOCK]
    by = f"; by {', '.join(own)}" if own else ""
    return f"{metric.definition} {metric.unit.name}, {metric.adds.value}{by}."


describe(
    MetricName,
    "A metric. Each can also be divided by HOUR_OF_DAY and WEEKDAY.",
    name="Metric",
    **{slug: describe_metric(metric) for slug, metric in METRICS.items()},
)

"""The arguments of the metrics query as clients write them, and the catalogue that they can read."""

from typing import Annotated

import strawberry

from resolvers.buckets import Granularity
from resolvers.metrics.declaration import Adds, Unit
from resolvers.metrics.dimensions import Dimension
from resolvers.metrics.names import MetricName, metric_of
from resolvers.metrics.question import MAX_FILTER_VALUES, MAX_GROUPS, MAX_NAMES, Asked, Filter, filter_of
from resolvers.metrics.registry import METRICS, dimensions_of
from resolvers.range_input import MOST_DAYS


@strawberry.input(description="Only what has one of these values of a dimension is counted.")
class MetricFilterInput:
    """One dimension."""

    dimension: Dimension = strawberry.field(description="The dimension; none of the clock's.")
    values: list[str | None] = strawberry.field(
        description=f"1 to {MAX_FILTER_VALUES} values, as groups tell them; null for what events did not tell. "
        "What a dimension can never have is refused, with what there is."
    )


Names = Annotated[
    list[MetricName],
    strawberry.argument(description=f"Which metrics, 1 to {MAX_NAMES}, each once; the first orders the groups."),
]
Series = Annotated[
    Granularity | None,
    strawberry.argument(
        description="How long the buckets of the series are; no series without it. The finer, the shorter the range: "
        + ", ".join(f"{each.name} at most {most:,} days" for each, most in MOST_DAYS.items())
        + "."
    ),
]
GroupBy = Annotated[
    Dimension | None, strawberry.argument(description="What the figures are divided by, beside the whole.")
]
Filtered = Annotated[
    MetricFilterInput | None, strawberry.argument(name="filter", description="What alone is counted; all by default.")
]
Limit = Annotated[
    int,
    strawberry.argument(
        description=f"How many groups at most, 1 to {MAX_GROUPS}; the others are told as one. The clock's are all told."
    ),
]
Compare = Annotated[
    bool, strawberry.argument(description="Whether the range before is told beside: whole, by group and by bucket.")
]


@strawberry.type(description="What there is to know about a metric.")
class MetricDefinition:
    """An entry of the catalogue."""

    metric: MetricName = strawberry.field(description="Its name.")
    unit: Unit = strawberry.field(description="What it is counted in.")
    aggregation: Adds = strawberry.field(description="How the figures of parts make that of the whole.")
    definition: str = strawberry.field(description="What it counts.")
    formula: str = strawberry.field(description="What it is computed from, by the names of the stored measures.")
    dimensions: list[Dimension] = strawberry.field(description="What it can be divided and filtered by.")


def asked_of(
    names: list[MetricName],
    granularity: Granularity | None,
    group_by: Dimension | None,
    given: MetricFilterInput | None,
    limit: int,
    compare: bool,
) -> Asked:
    """Return the arguments without their GraphQL clothes."""
    filtered: Filter | None = filter_of(given.dimension, given.values) if given else None
    return Asked([metric_of(name) for name in names], granularity, group_by, filtered, limit, compare)


def definitions() -> list[MetricDefinition]:
    """Return the catalogue."""
    return [
        MetricDefinition(
            metric=MetricName(metric.slug),
            unit=metric.unit,
            aggregation=metric.adds,
            definition=metric.definition,
            formula=str(metric.shape),
            dimensions=dimensions_of(metric),
        )
        for metric in METRICS.values()
    ]

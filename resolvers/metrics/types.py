"""Figures, groups and series as clients see them."""

from datetime import datetime

import strawberry

import resolvers.comparison_types  # noqa: F401 tells GraphQL of Direction and Reason before they are used here
from resolvers.comparison import Direction, Reason
from resolvers.metrics.declaration import Unit
from resolvers.metrics.names import MetricName
from resolvers.metrics.scalars import Flags, Instants, MetricNumber, MetricNumbers
from resolvers.money import Money

NOT_BEGUN = "null before it begins"
BEFORE = "null without `compare`"


@strawberry.type(description="The figure of one metric.")
class MetricFigure:
    """Beside that of the range before, where that was asked for."""

    metric: MetricName = strawberry.field(description="Which metric.")
    unit: Unit = strawberry.field(description="What it is counted in.")
    value: MetricNumber | None = strawberry.field(
        description="The figure; null where it does not exist, such as a rate of nothing."
    )
    money: Money | None = strawberry.field(description="The figure, where it is an amount.")
    previous: MetricNumber | None = strawberry.field(description=f"The figure of the range before; {BEFORE}.")
    change: MetricNumber | None = strawberry.field(
        description=f"`value` less `previous`, exact before it is rounded; of rates in percentage points; {BEFORE}."
    )
    change_percent: float | None = strawberry.field(
        description="Change as a percentage of |previous|, to six decimals; null where `reason` says why."
    )
    direction: Direction | None = strawberry.field(description=f"Sign of the exact change; {BEFORE}.")
    reason: Reason | None = strawberry.field(description="Why `changePercent` is null, where figures were compared.")


@strawberry.type(description="The figure of one metric in one bucket of a series.")
class MetricPoint:
    """Short, because a series has many of them."""

    metric: MetricName = strawberry.field(description="Which metric.")
    value: MetricNumber | None = strawberry.field(
        description="The figure: 0 for counts and sums of nothing, null for rates, averages and extremes of nothing."
    )
    previous: MetricNumber | None = strawberry.field(
        description=f"The figure at the same place of the range before; null where it has no such place; {BEFORE}."
    )


@strawberry.type(description="A bucket of a series.")
class MetricBucket:
    """One local quarter hour, hour, day, week or month."""

    start: datetime = strawberry.field(description="Its first instant within the range.")
    end: datetime = strawberry.field(description="The first instant behind it, or the range's end.")
    partial: bool = strawberry.field(
        description="Whether less than the whole bucket is counted: it runs, or the range cuts it."
    )
    begun: bool = strawberry.field(description="Whether it has begun at `at`; all figures are null before.")
    points: list[MetricPoint] = strawberry.field(description="The figures, in the order of `names`.")


@strawberry.type(description="What has one value of the dimension that is grouped by.")
class MetricGroup:
    """One value, or the rest."""

    value: str | None = strawberry.field(description="The value; null where events told none, and for the rest.")
    rest: bool = strawberry.field(
        description="Whether this is everything beyond `limit` taken together, counted anew as one group."
    )
    figures: list[MetricFigure] = strawberry.field(description="The figures, in the order of `names`.")
    series: list[MetricBucket] = strawberry.field(description="The group bucket by bucket; empty without granularity.")


@strawberry.type(description="One metric's figures over all buckets, each column as long as `starts`.")
class MetricColumn:
    """The same figures as those of `series`, without a field for each."""

    metric: MetricName = strawberry.field(description="Which metric.")
    unit: Unit = strawberry.field(description="What it is counted in.")
    values: MetricNumbers = strawberry.field(description=f"The figure of each bucket; {NOT_BEGUN}.")
    previous: MetricNumbers | None = strawberry.field(
        description=f"The figures at the same places of the range before; {BEFORE}."
    )


@strawberry.type(description="The columns of one value of the dimension that is grouped by.")
class MetricColumnGroup:
    """One value, or the rest."""

    value: str | None = strawberry.field(description="The value; null where events told none, and for the rest.")
    rest: bool = strawberry.field(description="Whether this is everything beyond `limit` taken together.")
    columns: list[MetricColumn] = strawberry.field(description="A column for each metric, in the order of `names`.")


@strawberry.type(
    description="A series as parallel columns: a few values however long it is, for charts and long ranges."
)
class MetricColumns:
    """A time axis, and a column for each metric."""

    starts: Instants = strawberry.field(description="The first instant of each bucket within the range.")
    ends: Instants = strawberry.field(description="The first instant behind each bucket, or the range's end.")
    partial: Flags = strawberry.field(description="Whether less than the whole bucket is counted.")
    columns: list[MetricColumn] = strawberry.field(description="A column for each metric, in the order of `names`.")
    groups: list[MetricColumnGroup] = strawberry.field(
        description="The columns of each group, the largest first, the rest last; empty without `groupBy`."
    )

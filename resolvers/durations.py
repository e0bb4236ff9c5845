"""How long something took, as clients see it."""

import strawberry

from resolvers.scalars import percent
from resolvers.sketch import Sketch

DECIMALS = 3


@strawberry.type(
    description="How long something took, in milliseconds. The average is exact, percentiles are within 1 %."
)
class Durations:
    """Never derived, only as events told it."""

    count: int = strawberry.field(description="How many told how long they took.")
    coverage: float | None = strawberry.field(
        description="Those that told, in percent of all, to six decimals; null where there was none at all."
    )
    average_ms: float | None = strawberry.field(
        description="Mean in milliseconds, exact before it is rounded to six decimals; null of nothing."
    )
    median_ms: float | None = strawberry.field(
        description="Median in milliseconds by nearest rank, within 1 %; null of nothing."
    )
    p95_ms: float | None = strawberry.field(
        description="95th percentile in milliseconds by nearest rank, within 1 %; null of nothing."
    )
    p99_ms: float | None = strawberry.field(
        description="99th percentile in milliseconds by nearest rank, within 1 %; null of nothing."
    )


def durations(sketch: Sketch) -> Durations:
    """Return what a sketch tells."""
    median, p95, p99 = (_milliseconds(sketch.percentile(rank)) for rank in (50, 95, 99))
    return Durations(
        count=sketch.count,
        coverage=percent(sketch.coverage),
        average_ms=percent(sketch.average_ms),
        median_ms=median,
        p95_ms=p95,
        p99_ms=p99,
    )


def _milliseconds(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)

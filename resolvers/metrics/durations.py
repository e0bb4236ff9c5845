"""Metrics of how long things take: as events told it, never derived from the times of other events."""

from collections.abc import Iterator

from resolvers.metrics.declaration import TOLD, Metric, Percentile, Ratio, Sum, Unit
from resolvers.metrics.dimensions import Dimension


def _times(
    prefix: str, what: str, family: str, count: str = "event_count", where: tuple[Dimension, str] | None = None
) -> Iterator[Metric]:
    sources = ((family,),)
    average = Ratio(Sum(("latency_sum_ms",)), Sum((TOLD,)))
    yield Metric(f"{prefix}_AVERAGE", Unit.MILLISECONDS, average, f"{what}: the mean, exact.", sources, where)
    for rank in (50, 95, 99):
        name = "the median" if rank == 50 else f"the {rank}th percentile"
        definition = f"{what}: {name} by nearest rank, within 1 %."
        yield Metric(f"{prefix}_P{rank}", Unit.MILLISECONDS, Percentile(rank), definition, sources, where)
    coverage = Ratio(Sum((TOLD,)), Sum((count,)), 100)
    definition = f"{what}: events that told it, in percent of all."
    yield Metric(f"{prefix}_COVERAGE", Unit.PERCENT, coverage, definition, sources, where)


DURATIONS = (
    *_times(
        "PAYMENT_LATENCY",
        "From a payment's creation to its settlement",
        "latency",
        where=(Dimension.STEP, "settled"),
    ),
    *_times("LATENCY", "From a payment's creation to the step (divide or filter by STEP)", "latency"),
    *_times("STEP_LATENCY", "From the step before to the step (divide or filter by STEP)", "step_latency"),
    *_times("WEBHOOK_LATENCY", "How long delivered webhook attempts took", "webhook_latency"),
    *_times("API_LATENCY", "How long calls to the facilitator's API took", "api_latency", "request_count"),
)

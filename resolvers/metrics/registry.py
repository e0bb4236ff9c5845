"""All metrics by slug, checked once: what each is made of exists in the families that it names."""

from collections.abc import Iterable
from functools import lru_cache

from resolvers.metrics.declaration import Metric, Percentile
from resolvers.metrics.dimensions import CLOCK, Dimension
from resolvers.metrics.durations import DURATIONS
from resolvers.metrics.families import ALL_FAMILIES, Family
from resolvers.metrics.payments import PAYMENTS
from resolvers.metrics.traffic import TRAFFIC
from resolvers.metrics.whole import WHOLES


def registered(metrics: Iterable[Metric]) -> dict[str, Metric]:
    """Return metrics by slug, in their order; raise ValueError for one that cannot be."""
    found: dict[str, Metric] = {}
    for metric in metrics:
        if metric.slug in found or not metric.sources:
            raise ValueError(f"{metric.slug} is declared twice, or in no family")
        for source in metric.sources:
            families = [ALL_FAMILIES[name] for name in source]
            missing = {c for c in metric.columns() if not any(f.stored(c) in f.measures for f in families)}
            if missing or (isinstance(metric.shape, Percentile) and not all(f.events for f in families)):
                raise ValueError(f"{metric.slug}: {source} has not {sorted(missing) or 'a histogram'}")
        found[metric.slug] = metric
    return found


METRICS = registered((*PAYMENTS, *WHOLES, *TRAFFIC, *DURATIONS))


@lru_cache(maxsize=1_024)
def source_of(metric: Metric, wanted: frozenset[Dimension]) -> tuple[Family, ...] | None:
    """Return the families that have a metric with all these dimensions; None where none do."""
    needed = wanted - CLOCK
    if metric.where is not None and metric.where[0] in needed:
        return None
    needed |= {metric.where[0]} if metric.where else set()
    for source in metric.sources:
        families = tuple(ALL_FAMILIES[name] for name in source)
        if all(needed <= family.dimensions for family in families):
            return families
    return None


def dimensions_of(metric: Metric) -> list[Dimension]:
    """Return what a metric can be divided by, the clock's own dimensions last."""
    return [dimension for dimension in Dimension if source_of(metric, frozenset({dimension})) is not None]

"""The arguments of the metrics query, checked, and what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass

from resolvers.buckets import Granularity
from resolvers.errors import BadInput
from resolvers.metrics.declaration import Metric
from resolvers.metrics.dimensions import CLOCK, Dimension, stored, values_fault
from resolvers.metrics.families import Family
from resolvers.metrics.registry import METRICS, dimensions_of, source_of
from resolvers.metrics.schedule import Sections, sections
from resolvers.range_input import RangeInput, require_days, series_of, span_of
from resolvers.scope import Scope
from resolvers.spans import Span

MAX_NAMES = 20
MAX_GROUPS = 50
MAX_FILTER_VALUES = 50
MAX_POINTS = 40_000
MAX_HOUR_OF_DAY_DAYS = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """Only what has one of these stored values of a dimension is counted."""

    dimension: Dimension
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments, as they were sent."""

    metrics: Sequence[Metric]
    granularity: Granularity | None = None
    group_by: Dimension | None = None
    filter: Filter | None = None
    limit: int = 10
    compare: bool = False

    @property
    def clock(self) -> Dimension | None:
        """The dimension of the clock that groups, if one does."""
        return self.group_by if self.group_by in CLOCK else None

    @property
    def divided_by(self) -> Dimension | None:
        """The dimension of the events that groups, if one does."""
        return None if self.group_by in CLOCK else self.group_by

    @property
    def dimensions(self) -> frozenset[Dimension]:
        """The dimensions that the families need to have."""
        return frozenset(
            each for each in (self.divided_by, self.filter.dimension if self.filter else None) if each is not None
        )

    def families(self, metric: Metric) -> tuple[Family, ...]:
        """Return the families that answer for a metric."""
        found = source_of(metric, self.dimensions)
        assert found is not None, "checked before"
        return found


@dataclass(frozen=True, slots=True)
class Question:
    """A metrics query of one merchant: what is asked, and where in time."""

    scope: Scope
    asked: Asked
    span: Span
    sections: Sections


def question(scope: Scope, asked: Asked, time: RangeInput, *, series: bool = True) -> Question:
    """Return what is meant; raise BadInput, which says what to send instead, for what cannot be.

    Without `series` it has no buckets, whatever the granularity.
    """
    _check_names(asked.metrics)
    if not 1 <= asked.limit <= MAX_GROUPS:
        raise BadInput(f"limit must lie between 1 and {MAX_GROUPS}.")
    _check_filter(asked.filter)
    for metric in asked.metrics:
        _check_dimensions(metric, asked)
    if asked.clock and asked.granularity:
        raise BadInput(f"{asked.clock.name} has no series: leave granularity out, or group by something else.")
    span = series_of(scope, time, asked.granularity) if asked.granularity else span_of(scope, time)
    if asked.clock is Dimension.HOUR_OF_DAY:
        require_days(scope, span, MAX_HOUR_OF_DAY_DAYS, "group by WEEKDAY, or send a shorter range")
    found = sections(scope, span, asked.granularity if series else None, asked.clock, asked.compare)
    _check_points(asked, len(found.buckets))
    return Question(scope, asked, span, found)


def filter_of(dimension: Dimension, values: Sequence[str | None]) -> Filter:
    """Return a filter of values as clients write them."""
    return Filter(dimension, tuple(dict.fromkeys(stored(dimension, value) for value in values)))


def _check_names(metrics: Sequence[Metric]) -> None:
    if not 1 <= len(metrics) <= MAX_NAMES:
        raise BadInput(f"names must have 1 to {MAX_NAMES} metrics; send several queries, or aliases, for more.")
    slugs = [metric.slug for metric in metrics]
    if len(set(slugs)) < len(slugs):
        raise BadInput("names has a metric twice; send each once.")


def _check_filter(given: Filter | None) -> None:
    if given is None:
        return
    if given.dimension in CLOCK:
        raise BadInput(f"filter takes no {given.dimension.name}; send it as groupBy.")
    if not 1 <= len(given.values) <= MAX_FILTER_VALUES:
        raise BadInput(f"filter.values must have 1 to {MAX_FILTER_VALUES} values.")
    if any("\x00" in value for value in given.values):
        raise BadInput("filter.values has a character that no event can have (U+0000).")
    check_values(given)


def check_values(given: Filter) -> None:
    """Raise BadInput, which lists what there is, for values that nothing can ever have."""
    if fault := values_fault(given.dimension, given.values):
        raise BadInput(fault)


def _check_dimensions(metric: Metric, asked: Asked) -> None:
    if source_of(metric, asked.dimensions) is not None:
        return
    own = [dimension for dimension in dimensions_of(metric) if dimension not in CLOCK]
    names = ", ".join(dimension.name for dimension in own) or "none"
    missing = [each.name for each in Dimension if each in asked.dimensions and each not in own]
    if missing:
        others = [each.slug for each in METRICS.values() if source_of(each, asked.dimensions)][:8]
        instead = f" Metrics that have it: {', '.join(others)}." if others else ""
        raise BadInput(f"{metric.slug} has no {' and no '.join(missing)}; it has: {names}.{instead}")
    both = " and ".join(sorted(each.name for each in asked.dimensions))
    raise BadInput(f"{metric.slug} has not {both} at once; send a groupBy without the filter, or the other way round.")


def _check_points(asked: Asked, buckets: int) -> None:
    groups = 1 + (asked.limit + 1 if asked.divided_by else 0)
    points = buckets * groups * len(asked.metrics) * (2 if asked.compare else 1)
    if points > MAX_POINTS:
        raise BadInput(
            f"This asks for {points:,} points, {buckets:,} buckets of {groups} groups of {len(asked.metrics)} metrics, "
            f"and at most {MAX_POINTS:,} are given; send a coarser granularity, a shorter range, a smaller limit "
            "or fewer names."
        )

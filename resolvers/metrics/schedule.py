"""The places of a question in time: the range, the one before, their buckets, or the hours of their clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from resolvers.buckets import Granularity, clipped, places
from resolvers.metrics.dimensions import WEEKDAYS, Dimension
from resolvers.metrics.layout import Layout
from resolvers.periods import Window
from resolvers.scalars import write_time
from resolvers.scope import Scope
from resolvers.spans import Aligned, Span, aligned

TOTAL = 0
PREVIOUS = 1


@dataclass(frozen=True, slots=True)
class Sections:
    """Which places of a layout hold what; those after the total may be empty."""

    layout: Layout
    series: range
    earlier: range
    clock: range
    earlier_clock: range
    buckets: tuple[Aligned, ...]
    begun: int  # of the buckets; those behind have not
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    partial: tuple[bool, ...]


def sections(
    scope: Scope, span: Span, granularity: Granularity | None, clock: Dimension | None, compare: bool
) -> Sections:
    """Return the places of a question; merchants of one zone share them."""
    return _sections(scope.zone, scope.at, span, granularity, scope.merchant.week_start, clock, compare)


def total_only(span: Span) -> Layout:
    """Return the layout of the range as a whole."""
    return _total_only(span.counted.current)


@lru_cache(maxsize=256)
def _total_only(window: Window) -> Layout:
    return Layout(((window,),))


@lru_cache(maxsize=256)
def _sections(
    tz: ZoneInfo,
    at: datetime,
    span: Span,
    granularity: Granularity | None,
    week_start: int,
    clock: Dimension | None,
    compare: bool,
) -> Sections:
    """Return them, from what they follow from alone."""
    found: list[tuple[Window, ...]] = [(span.counted.current,)]
    if compare:
        found.append((span.counted.previous,))

    def add(more: Sequence[tuple[Window, ...]]) -> range:
        found.extend(more)
        return range(len(found) - len(more), len(found))

    buckets = tuple(aligned(tz, at, span, granularity, week_start, compared=compare)) if granularity else ()
    series = add([(each.counted,) if each.counted else () for each in buckets])
    earlier = add([(each.previous,) if each.previous else () for each in buckets] if compare else [])
    of_clock = add(_clock(tz, span.counted.current, clock) if clock else [])
    earlier_clock = add(_clock(tz, span.counted.previous, clock) if clock and compare else [])
    return Sections(
        Layout(tuple(found)),
        series,
        earlier,
        of_clock,
        earlier_clock,
        buckets,
        begun=sum(each.counted is not None for each in buckets),
        starts=tuple(write_time(each.bucket.start) for each in buckets),
        ends=tuple(write_time(each.bucket.end) for each in buckets),
        partial=tuple(each.partial for each in buckets),
    )


def _clock(tz: ZoneInfo, counted: Window, dimension: Dimension) -> list[tuple[Window, ...]]:
    """Return the windows of each hour of the day, or of each day of the week, that lie in a window."""
    by_hour = dimension is Dimension.HOUR_OF_DAY
    found: list[list[Window]] = [[] for _ in range(24 if by_hour else len(WEEKDAYS))]
    for place, bucket in places(tz, counted, Granularity.HOUR if by_hour else Granularity.DAY):
        window = clipped(bucket, counted)
        if window.start < window.end:
            found[place.hour if by_hour else place.day.weekday()].append(window)
    return [tuple(windows) for windows in found]

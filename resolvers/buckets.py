"""Local quarter hours, hours, days, weeks and months of a range, one after the other, each known by its place.

A local day has 23, 24 or 25 hours and begins where the clock first shows it, which is not midnight where that is
skipped. An hour that occurs twice is two buckets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from resolvers.periods import Period, Window
from resolvers.zones import DAY, day_start, hour_start, local_day

HOUR = timedelta(hours=1)
# Every zone's offset, and so every jump of a clock, is a multiple of it.
QUARTER = timedelta(minutes=15)


class Granularity(Enum):
    """How long a bucket is."""

    QUARTER_HOUR = "15m"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


WITHIN_A_DAY = frozenset({Granularity.QUARTER_HOUR, Granularity.HOUR})


@dataclass(frozen=True, slots=True)
class Place:
    """A local date; of an hour what the clock shows and whether it is the first time (0) that it shows it.

    `quarter` counts the quarters of an hour from 0; a week or a month is known by its first day.
    """

    day: date
    hour: int = 0
    occurrence: int = 0
    quarter: int = 0


def places(
    tz: ZoneInfo, window: Window, granularity: Granularity, week_start: int = 1
) -> Iterator[tuple[Place, Window]]:
    """Give all buckets that a window touches, whole, in order of time; a day that was skipped has none."""
    if granularity in WITHIN_A_DAY:
        parts = _hours if granularity is Granularity.HOUR else _quarters
        day = local_day(tz, window.start)
        while day_start(tz, day) < window.end:
            yield from (each for each in parts(tz, day) if each[1].start < window.end and each[1].end > window.start)
            day += DAY
        return
    period = Period(granularity.value)
    day = period.first_day(local_day(tz, window.start), week_start)
    while (start := day_start(tz, day)) < window.end:
        following = period.after(day)
        if start < (end := day_start(tz, following)):
            yield Place(day), Window(start, end)
        day = following


def clipped(bucket: Window, window: Window) -> Window:
    """Return what a bucket and a window share; empty, at the bucket's start, where that is nothing."""
    start, end = max(bucket.start, window.start), min(bucket.end, window.end)
    return Window(start, end) if start < end else Window(bucket.start, bucket.start)


@lru_cache(maxsize=16_384)
def _hours(tz: ZoneInfo, day: date) -> tuple[tuple[Place, Window], ...]:
    seen: dict[int, int] = {}
    found = []
    for start, end in pairwise(_hour_starts(tz, day)):
        hour = start.astimezone(tz).hour
        found.append((Place(day, hour, seen.get(hour, 0)), Window(start, end)))
        seen[hour] = seen.get(hour, 0) + 1
    return tuple(found)


def _quarters(tz: ZoneInfo, day: date) -> tuple[tuple[Place, Window], ...]:
    return tuple(
        (
            Place(day, place.hour, place.occurrence, number),
            Window(hour.start + number * QUARTER, hour.start + (number + 1) * QUARTER),
        )
        for place, hour in _hours(tz, day)
        for number in range((hour.end - hour.start) // QUARTER)
    )


def _hour_starts(tz: ZoneInfo, day: date) -> list[datetime]:
    """Return where the day's hours begin, and where the last one ends."""
    start, end = day_start(tz, day), day_start(tz, day + DAY)
    if end - start == DAY and start.astimezone(tz).utcoffset() == end.astimezone(tz).utcoffset():
        return [start + n * HOUR for n in range(25)]
    starts = {hour_start(tz, start + n * QUARTER) for n in range((end - start) // QUARTER)}
    return [*sorted(max(each, start) for each in starts), end] if starts else []

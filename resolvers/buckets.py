"""Local hours and days of a range, one after the other, each known by its place in the calendar.

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

from resolvers.periods import Window
from resolvers.zones import DAY, day_start, hour_start, local_day

HOUR = timedelta(hours=1)
# Every zone's offset, and so every jump of a clock, is a multiple of it.
QUARTER = timedelta(minutes=15)


class Granularity(Enum):
    """How long a bucket is."""

    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Place:
    """A local date and, of an hour, what the clock shows and whether it is the first time (0) that it shows it."""

    day: date
    hour: int = 0
    occurrence: int = 0


def places(tz: ZoneInfo, window: Window, granularity: Granularity) -> Iterator[tuple[Place, Window]]:
    """Give all buckets that a window touches, whole, in order of time; a day that was skipped has none."""
    day = local_day(tz, window.start)
    while (start := day_start(tz, day)) < window.end:
        if granularity is Granularity.HOUR:
            yield from (each for each in _hours(tz, day) if each[1].start < window.end and each[1].end > window.start)
        elif start < (end := day_start(tz, day + DAY)):
            yield Place(day), Window(start, end)
        day += DAY


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


def _hour_starts(tz: ZoneInfo, day: date) -> list[datetime]:
    """Return where the day's hours begin, and where the last one ends."""
    start, end = day_start(tz, day), day_start(tz, day + DAY)
    if end - start == DAY and start.astimezone(tz).utcoffset() == end.astimezone(tz).utcoffset():
        return [start + n * HOUR for n in range(25)]
    starts = {hour_start(tz, start + n * QUARTER) for n in range((end - start) // QUARTER)}
    return [*sorted(max(each, start) for each in starts), end] if starts else []

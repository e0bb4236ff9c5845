"""The windows that a merchant's figures are counted in, and those they are compared with.

Everything is half-open and in the merchant's zone; `at` is the instant that plays the part of now. The rules
are those of the design's section 6: an unfinished period is compared with the one before up to the same wall
time on the same ordinal day, a finished one with the whole of the one before.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from resolvers.zones import DAY, day_start, hour_start, instant, local_day


@dataclass(frozen=True, slots=True)
class Window:
    """Instants from `start` up to, not including, `end`; both aware and UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ComparedWindows:
    """A window and the one it is compared with.

    `clamped` tells that the earlier period has no such day or time, so that it was taken up to its end.
    """

    current: Window
    previous: Window
    clamped: bool = False


class Period(Enum):
    """A calendar period of a merchant."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def first_day(self, day: date, week_start: int = 1) -> date:
        """Return the first day of the period that holds `day`; `week_start` is an ISO weekday."""
        if self is Period.WEEK:
            return day - timedelta(days=(day.isoweekday() - week_start) % 7)
        return day.replace(day=1) if self is Period.MONTH else day

    def before(self, first: date) -> date:
        """Return the first day of the period before the one that begins with `first`."""
        if self is Period.MONTH:
            return (first - DAY).replace(day=1)
        return first - (timedelta(days=7) if self is Period.WEEK else DAY)

    def after(self, first: date) -> date:
        """Return the first day of the period after the one that begins with `first`."""
        if self is Period.MONTH:
            return (first + timedelta(days=31)).replace(day=1)
        return first + (timedelta(days=7) if self is Period.WEEK else DAY)


def current_hour(tz: ZoneInfo, at: datetime) -> Window:
    """Return the local clock hour that holds `at`, up to `at`."""
    return Window(hour_start(tz, at), at.astimezone(UTC))


def running(tz: ZoneInfo, at: datetime, period: Period, week_start: int = 1) -> ComparedWindows:
    """Return the period that holds `at`, up to `at`, and as much of the one before."""
    first = period.first_day(local_day(tz, at), week_start)
    earlier = period.before(first)
    start, earlier_start = day_start(tz, first), day_start(tz, earlier)
    wall = at.astimezone(tz).replace(tzinfo=None)
    same_day = earlier + (wall.date() - first)
    same_time = start if same_day >= first else instant(tz, datetime.combine(same_day, wall.time()))
    clamped = same_day >= first or same_time > start
    return ComparedWindows(Window(start, at.astimezone(UTC)), Window(earlier_start, min(same_time, start)), clamped)


def finished(tz: ZoneInfo, day: date, period: Period, week_start: int = 1) -> ComparedWindows:
    """Return the whole period that holds a local day, and the whole one before."""
    first = period.first_day(day, week_start)
    start = day_start(tz, first)
    current = Window(start, day_start(tz, period.after(first)))
    return ComparedWindows(current, Window(day_start(tz, period.before(first)), start))


def custom(tz: ZoneInfo, start: datetime, end: datetime) -> ComparedWindows:
    """Return a range and the one before it: as many local days where it is whole days, else as long."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    first, last = local_day(tz, start), local_day(tz, end)
    if day_start(tz, first) == start and day_start(tz, last) == end:
        earlier = day_start(tz, first - (last - first))
    else:
        earlier = start - (end - start)
    return ComparedWindows(Window(start, end), Window(earlier, start))

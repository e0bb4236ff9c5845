"""A merchant's today, this week and this month at an instant, and what each is compared with."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from tests.oracle.zones import instant_of, start_of, wall

Period = Literal["day", "week", "month"]
PERIODS: tuple[Period, ...] = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Window:
    """The instants from `lo` up to, not including, `hi`; empty when they are equal."""

    lo: datetime
    hi: datetime

    def holds(self, instant: datetime) -> bool:
        """Whether the instant lies in it."""
        return self.lo <= instant < self.hi


@dataclass(frozen=True, slots=True)
class Compared:
    """A window and the one that it is compared with; `clamped` when that one was cut at its period's end."""

    current: Window
    previous: Window
    clamped: bool


def first_day(period: Period, day: date, week_start: int) -> date:
    """The first date of the period that holds a date; `week_start` counts from Monday = 0."""
    if period == "day":
        return day
    if period == "week":
        return day - timedelta(days=(day.weekday() - week_start) % 7)
    return day.replace(day=1)


def to_date(period: Period, at: datetime, zone: str, week_start: int = 0) -> Compared:
    """The period running at `at`, up to it; the one before, up to the same wall time on the same ordinal day.

    Ordinal days are those of the calendar: the 31st of a shorter month does not exist, so that month is taken
    whole and is clamped. A date that only the zone skipped is a wall time that does not exist, which moves
    forward. Neither ever passes the end of the previous period; being held there is being clamped too.
    """
    now = wall(at, zone)
    first = first_day(period, now.date(), week_start)
    before = first_day(period, first - timedelta(days=1), week_start)
    current, end = Window(start_of(first, zone), at), start_of(first, zone)
    same_day = before + (now.date() - first)
    if same_day >= first:
        return Compared(current, Window(start_of(before, zone), end), clamped=True)
    same_time = instant_of(datetime.combine(same_day, now.time()), zone)
    return Compared(current, Window(start_of(before, zone), min(same_time, end)), clamped=same_time > end)


def whole(period: Period, day: date, zone: str, week_start: int = 0) -> Compared:
    """The finished period that holds a local date, beside the whole one before it."""
    first = first_day(period, day, week_start)
    before = first_day(period, first - timedelta(days=1), week_start)
    after = first + timedelta(days={"day": 1, "week": 7, "month": monthrange(first.year, first.month)[1]}[period])
    start = start_of(first, zone)
    return Compared(Window(start, start_of(after, zone)), Window(start_of(before, zone), start), clamped=False)

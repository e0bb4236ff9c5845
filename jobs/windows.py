"""When a job runs, and for which window: computed from instants that are given, never from the clock.

The windows of one schedule follow each other without gap or overlap, and each is due at or after its end. A local
schedule's windows are whole days, weeks or months of a merchant's zone, so a day has 23, 24 or 25 hours as it does
there; a day that the zone skipped has no window.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from resolvers.periods import Period
from resolvers.zones import day_start, instant, local_day, zone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What local windows follow: an IANA zone, and the ISO weekday on which a week begins."""

    zone: str = "UTC"
    week_start: int = 1


@dataclass(frozen=True, slots=True)
class DueWindow:
    """Instants from `start` up to, not including, `end`; the job is to run from `due_at` on. All are UTC."""

    start: datetime
    end: datetime
    due_at: datetime


class When(Protocol):
    """A rule that cuts time into windows."""

    @property
    def local(self) -> bool:
        """Whether each merchant has windows of its own."""

    @property
    def reach(self) -> timedelta:
        """A time in which at least one window falls due."""

    def windows(self, after: datetime, calendar: Calendar) -> Iterator[DueWindow]:
        """Yield, without end, the windows that end after an instant, oldest first."""


@dataclass(frozen=True, slots=True)
class Every:
    """Windows of one length, whole since the epoch in UTC; due some time after their end."""

    length: timedelta
    later: timedelta = timedelta(0)
    local: bool = False

    @property
    def reach(self) -> timedelta:
        """One window, and the time until it is due."""
        return self.length + self.later

    def windows(self, after: datetime, calendar: Calendar) -> Iterator[DueWindow]:
        """Yield the windows that end after an instant."""
        del calendar  # the same for everybody
        start = EPOCH + (after - EPOCH) // self.length * self.length
        while True:
            end = start + self.length
            yield DueWindow(start, end, end + self.later)
            start = end

    def __str__(self) -> str:
        shift = f", {_span(self.later)} past it" if self.later else ""
        return f"every {_span(self.length)}{shift}"


@dataclass(frozen=True, slots=True)
class EveryLocal:
    """Each day, week or month of a merchant; due at a wall time of the first day after it."""

    period: Period
    at: time = time()
    local: bool = True

    @property
    def reach(self) -> timedelta:
        """The longest period, and a day."""
        return timedelta(days=32)

    def windows(self, after: datetime, calendar: Calendar) -> Iterator[DueWindow]:
        """Yield the windows that end after an instant, those of no length left out."""
        tz = zone(calendar.zone)
        first = self.period.first_day(local_day(tz, after), calendar.week_start)
        # A day earlier: where the clock falls back over midnight, the date on the wall returns to the day before.
        first = self.period.before(first)
        while True:
            following = self.period.after(first)
            start, end = day_start(tz, first), day_start(tz, following)
            if start < end and end > after:
                yield DueWindow(start, end, self._due_at(tz, following))
            first = following

    def _due_at(self, tz: ZoneInfo, day: date) -> datetime:
        return max(day_start(tz, day), instant(tz, datetime.combine(day, self.at)))

    def __str__(self) -> str:
        when = "midnight" if self.at == time() else f"{self.at:%H:%M}"
        return f"{when} after each merchant's {self.period.value}"


def due(when: When, calendar: Calendar, after: datetime, now: datetime) -> tuple[list[DueWindow], DueWindow]:
    """Return the windows that end after an instant and are due at another, oldest first, and the one after them."""
    found: list[DueWindow] = []
    for window in when.windows(after, calendar):
        if window.due_at > now:
            return found, window
        found.append(window)
    raise AssertionError("windows never end")


def _span(length: timedelta) -> str:
    for name, unit in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if length % unit == timedelta(0):
            count = length // unit
            return name if count == 1 else f"{count} {name}s"
    return f"{length.total_seconds():g} seconds"

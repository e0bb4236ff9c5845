"""The two kinds of report, and the windows that they are about."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from resolvers.periods import Period
from resolvers.zones import day_start, local_day, zone

MONTH = re.compile(r"(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])", re.ASCII)
DAY = re.compile(r"(19[7-9]\d|20\d\d|21\d\d)-\d\d-\d\d", re.ASCII)


class Kind(StrEnum):
    """How long a report's window is."""

    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


class NoSuchPeriod(ValueError):
    """No week or month of the merchant that a report could be about; it says what to send instead."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about: a merchant's local week or month, from `start` up to, not including, `end`."""

    merchant_id: str
    kind: Kind
    timezone: str
    start: datetime
    end: datetime

    @property
    def first_day(self) -> date:
        """The first local day of the week or month that the window's middle lies in.

        So a window that was planned in another zone than the merchant's present one keeps its name.
        """
        middle = local_day(zone(self.timezone), self.start + (self.end - self.start) / 2)
        return middle.replace(day=1) if self.kind is Kind.MONTHLY else middle - timedelta(days=3)

    @property
    def period(self) -> str:
        """The month as 2026-10, or the week by its first day, as 2026-10-26."""
        return f"{self.first_day:%Y-%m}" if self.kind is Kind.MONTHLY else self.first_day.isoformat()


def subject(merchant_id: str, kind: Kind, period: str, timezone: str) -> Subject:
    """Return what `2026-10`, or for a week the day `2026-10-26` that it begins with, is about; raise NoSuchPeriod."""
    return _from(merchant_id, kind, timezone, _month(period) if kind is Kind.MONTHLY else _day(period))


def latest(merchant_id: str, kind: Kind, timezone: str, week_start: int, now: datetime) -> Subject:
    """Return the newest week or month that is over; `week_start` is an ISO weekday."""
    calendar = _calendar(kind)
    first = calendar.before(calendar.first_day(local_day(zone(timezone), now), week_start))
    return _from(merchant_id, kind, timezone, first)


def require_begun(about: Subject, week_start: int, now: datetime) -> None:
    """Raise NoSuchPeriod for what has not begun, and for seven days that are no week of the merchant's present ones."""
    if now < about.start:
        raise NoSuchPeriod(f"{about.period} has not begun; send a {_calendar(about.kind).value} that has.")
    first = _calendar(about.kind).first_day(about.first_day, week_start)
    if first != about.first_day:
        raise NoSuchPeriod(f"{about.period} is not the first day of one of the merchant's weeks; send {first}.")


def _from(merchant_id: str, kind: Kind, timezone: str, first: date) -> Subject:
    tz = zone(timezone)
    return Subject(merchant_id, kind, timezone, day_start(tz, first), day_start(tz, _calendar(kind).after(first)))


def _calendar(kind: Kind) -> Period:
    return Period.MONTH if kind is Kind.MONTHLY else Period.WEEK


def _month(text: str) -> date:
    if not MONTH.fullmatch(text):
        raise NoSuchPeriod(f"{text!r:.40} is no month; send a year and a month from 01 to 12, such as 2026-10.")
    return date(int(text[:4]), int(text[5:]), 1)


def _day(text: str) -> date:
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise NoSuchPeriod(f"{text!r:.40} is no day; send the first day of a week, such as 2026-10-26.")

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
    """The text names no week or month; it says what to send instead."""


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
    tz = zone(timezone)
    if kind is Kind.MONTHLY:
        if not MONTH.fullmatch(period):
            raise NoSuchPeriod("A month is written as 2026-10.")
        first = date(int(period[:4]), int(period[5:]), 1)
        following = Period.MONTH.after(first)
    else:
        first = _day(period)
        following = first + timedelta(days=7)
    return Subject(merchant_id, kind, timezone, day_start(tz, first), day_start(tz, following))


def _day(text: str) -> date:
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise NoSuchPeriod("A week is written as its first day, such as 2026-10-26.")

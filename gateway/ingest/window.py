"""Which times are taken: not before raw retention, not far in the future."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

TOLERANCE: Final = timedelta(minutes=5)
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH: Final = EARLIEST
UUID7: Final = re.compile(
    r"([0-9a-f]{8})-?([0-9a-f]{4})-?7[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, slots=True)
class Window:
    """The times that are taken now, both ends included."""

    lo: datetime
    hi: datetime

    @classmethod
    def at(cls, now: datetime, retention_months: int | None) -> "Window":
        """The window at an instant; a retention of None keeps raw events for ever."""
        lo = EARLIEST if retention_months is None else months_before(now, retention_months)
        return cls(max(lo, EARLIEST), now + TOLERANCE)


def months_before(instant: datetime, months: int) -> datetime:
    """The same day and time so many calendar months earlier, or that month's last day."""
    year, month = divmod(instant.year * 12 + instant.month - 1 - months, 12)
    if year < EARLIEST.year:
        return EARLIEST
    return instant.replace(year=year, month=month + 1, day=min(instant.day, monthrange(year, month + 1)[1]))


def time_in_id(event_id: str) -> datetime | None:
    """The millisecond that a UUIDv7 holds (RFC 9562, section 5.7); None for any other id or one past year 9999."""
    found = UUID7.fullmatch(event_id)
    if found is None:
        return None
    try:
        return EPOCH + timedelta(milliseconds=int(found[1] + found[2], 16))
    except OverflowError:
        return None

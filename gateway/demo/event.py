"""The shape of a generated event, and its time as text."""

from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeAlias

# One event as on the wire: flat, keys are the column names, absent rather than null.
Event: TypeAlias = dict[str, str | int | None]
# (milliseconds since 1970, event id, event): sorts by time, then id; `occurred_at` is written last.
Timed: TypeAlias = tuple[int, str, Event]

DAY_MS: Final = 86_400_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)


def day_start_ms(day: date) -> int:
    """The first millisecond of a UTC day."""
    return (day.toordinal() - _EPOCH.toordinal()) * DAY_MS


def instant_ms(at: datetime) -> int:
    """An aware instant in whole milliseconds, rounded up, so that `< at` means the same for both."""
    return -((_EPOCH - at) // _MS)


def with_time(day: date, timed: Timed) -> Event:
    """The event, dated within its UTC day; written by hand, as isoformat() would take a third of the time."""
    at, _, event = timed
    seconds, ms = divmod(at % DAY_MS, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    event["occurred_at"] = f"{day}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z"
    return event

"""How long an answer may be kept, in seconds, by how quickly it changes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from gateway.rest.ranges import Asked, by_days, by_span

LIVE, HOURLY, DAILY, LONGER = 30, 300, 1_800, 3_600
#: A day that gains an hour is one too.
A_DAY: Final = timedelta(hours=25)
DAYS_OF: Final[Mapping[str, int]] = {"TODAY": 1, "WEEK": 7, "MONTH": 31}


def of_range(asked: Asked) -> int:
    """Return it for an answer about a range: what is over hardly changes, what runs does the more the shorter it is."""
    running = _running(by_days(asked) if "days" in asked.values else by_span(asked), asked.now)
    if running is None:
        return LONGER
    if running <= timedelta(hours=1):
        return LIVE
    return HOURLY if running <= A_DAY else DAILY


def of_series(asked: Asked) -> int:
    """Return it for an answer about a range that is told by `interval`: of hours, the last one is soon another."""
    return min(of_range(asked), HOURLY if asked.values["interval"] == "hour" else LONGER)


def _running(named: Mapping[str, Any], now: datetime) -> timedelta | None:
    """Return how long a range is that has not ended before now; None for one that has."""
    if "between" not in named:
        return timedelta(days=named["days"] if "days" in named else DAYS_OF[named["period"]])
    start, end = (datetime.fromisoformat(named["between"][name]) for name in ("start", "end"))
    return end - start if end >= now else None

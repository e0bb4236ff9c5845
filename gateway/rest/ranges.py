"""What time a route is about: `days`, `period`, or `startDate` and `endDate`, as the argument `range`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.rest.parameters import END, START, BadParameter, Parameter, whole
from resolvers.range_input import MAX_DAYS
from resolvers.zones import DAY, day_start, local_day, zone

PERIOD = re.compile(r"([1-9][0-9]{0,3})([hdwy])", re.ASCII)
DAYS_OF = {"d": 1, "w": 7, "y": 365}
CALENDAR = {"today": "TODAY", "week": "WEEK", "month": "MONTH"}
UTC_ZONE = zone("UTC")
MAX_HOURS = 24 * MAX_DAYS
DEFAULT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: the values of its parameters, the instant that plays now, the merchant's zone.

    The zone is UTC unless a parameter is a day of the merchant.
    """

    values: Mapping[str, Any]
    now: datetime
    zone: ZoneInfo = UTC_ZONE

    @property
    def names_a_day(self) -> bool:
        """Whether only the merchant's zone tells which instants are meant."""
        return any(type(value) is date for value in self.values.values())

    def variables(self, **more: object) -> dict[str, Any]:
        """Return the variables that every operation has, and more."""
        at = self.values.get("at")
        return {"merchantId": self.values.get("merchantId"), "at": at and _written(at), **more}


def days(default: int, most: int = MAX_DAYS) -> Parameter:
    """Return the parameter `days`."""
    return whole("days", 1, most, default, "So many days of the merchant, today the last of them.")


def _period(text: str) -> dict[str, Any]:
    if text in CALENDAR:
        return {"period": CALENDAR[text]}
    found = PERIOD.fullmatch(text)
    if found is None:
        raise ValueError(
            "send a number of days such as 30d, or of hours (24h), weeks (4w), years (1y), or today, week, month"
        )
    count, unit = int(found[1]), found[2]
    if unit == "h":
        if count > MAX_HOURS:
            raise ValueError(f"send at most {MAX_HOURS}h")
        return {"hours": count}
    if count * DAYS_OF[unit] > MAX_DAYS:
        raise ValueError(f"send at most {MAX_DAYS}d")
    return {"days": count * DAYS_OF[unit]}


PERIOD_PARAMETER = Parameter(
    "period",
    _period,
    f"The last days, today included (`30d`, at most {MAX_DAYS}), weeks (`4w`) or years (`1y`), the last hours up "
    "to now (`24h`), or the calendar's running `today`, `week` or `month`.",
    {"type": "string", "pattern": "^([1-9][0-9]{0,3}[hdwy]|today|week|month)$", "default": f"{DEFAULT_DAYS}d"},
)
SPAN = (PERIOD_PARAMETER, START, END)


def by_days(asked: Asked) -> dict[str, Any]:
    """Return the range of a route that takes `days`."""
    return {"days": asked.values["days"]}


def by_span(asked: Asked) -> dict[str, Any]:
    """Return the range of a route that takes `period`, or `startDate` and `endDate`; raise BadParameter for both."""
    period, start, end = (asked.values[name] for name in ("period", "startDate", "endDate"))
    if period is not None and (start is not None or end is not None):
        raise BadParameter("Send period, or startDate and endDate; not both.")
    if end is not None and start is None:
        raise BadParameter("endDate needs a startDate.")
    if start is not None:
        return _between(asked, start, end)
    if period is None:
        return {"days": DEFAULT_DAYS}
    if "hours" in period:
        return {
            "between": {"start": _written(asked.now - timedelta(hours=period["hours"])), "end": _written(asked.now)}
        }
    found: dict[str, Any] = period
    return found


def _between(asked: Asked, start: date | datetime, end: date | datetime | None) -> dict[str, Any]:
    # Up to the end of today, of which only what has come is counted: the range is then one of whole days.
    last = local_day(asked.zone, asked.now) if end is None else end
    since, until = _first(asked, start), _first(asked, last if isinstance(last, datetime) else last + DAY)
    if until <= since:
        raise BadParameter("startDate must lie before endDate, and not in the future.")
    return {"between": {"start": _written(since), "end": _written(until)}}


def _first(asked: Asked, given: date | datetime) -> datetime:
    return given if isinstance(given, datetime) else day_start(asked.zone, given)


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()

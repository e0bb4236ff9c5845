"""What time a route is about: `days`, `period`, or `startDate` and `endDate`, as the argument `range`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.rest.parameters import END, START, BadParameter, Parameter, whole
from resolvers.buckets import Granularity
from resolvers.range_input import COARSER, MAX_DAYS, MOST_DAYS, SHORTER, wall_time
from resolvers.scope import EARLIEST, LATEST
from resolvers.zones import DAY, day_start, local_day, zone

PERIOD = re.compile(r"([1-9][0-9]{0,3})([hdwy])", re.ASCII)
DAYS_OF = {"d": 1, "w": 7, "y": 365}
CALENDAR = {"today": "TODAY", "week": "WEEK", "month": "MONTH"}
UTC_ZONE = zone("UTC")
DEFAULT_DAYS = 30
INTERVALS = ("hour", "day", "week", "month")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: the values of its parameters, the instant that plays now, the merchant's zone.

    The zone is UTC unless `needs_zone`.
    """

    values: Mapping[str, Any]
    now: datetime
    zone: ZoneInfo = UTC_ZONE

    @property
    def needs_zone(self) -> bool:
        """Whether only the merchant's zone tells which instants are meant, or how many local days lie between them."""
        named = any(self.values.get(name) is not None for name in (START.name, END.name))
        return named or ("interval" in self.values and "hours" in (self.values["period"] or ()))

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
    return {"hours": count} if unit == "h" else {"days": count * DAYS_OF[unit]}


def _span(most: str) -> tuple[Parameter, ...]:
    period = Parameter(
        "period",
        _period,
        f"The last days, today included (`30d`, at most {most}), weeks (`4w`) or years (`1y`), the last hours up "
        "to now (`24h`), or the calendar's running `today`, `week` or `month`.",
        {"type": "string", "pattern": "^([1-9][0-9]{0,3}[hdwy]|today|week|month)$", "default": f"{DEFAULT_DAYS}d"},
    )
    return period, START, END


SPAN = _span(f"{MAX_DAYS}")
#: Of a route that has `interval` too, on which it depends how long a range may be.
SERIES_SPAN = _span(", ".join(f"{MOST_DAYS[Granularity(name)]:,} by {name}" for name in INTERVALS))


def by_days(asked: Asked) -> dict[str, Any]:
    """Return the range of a route that takes `days`."""
    return {"days": asked.values["days"]}


def by_span(asked: Asked) -> dict[str, Any]:
    """Return the range of a route that takes `period`, or `startDate` and `endDate`.

    Raises BadParameter for both, and for a range that is too long, or too long for its `interval`.
    """
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
        return _limited(asked, asked.now - timedelta(hours=period["hours"]), asked.now)
    if "days" in period and period["days"] > _most_days(asked):
        raise _too_long(asked)
    found: dict[str, Any] = period
    return found


def _between(asked: Asked, start: date | datetime, end: date | datetime | None) -> dict[str, Any]:
    # Up to the end of today, of which only what has come is counted: the range is then one of whole days.
    last = local_day(asked.zone, asked.now) if end is None else end
    since, until = _first(asked, start), _first(asked, last if isinstance(last, datetime) else last + DAY)
    if until <= since:
        raise BadParameter("startDate must lie before endDate, and not in the future.")
    return _limited(asked, since, until)


def _limited(asked: Asked, since: datetime, until: datetime) -> dict[str, Any]:
    if since < EARLIEST or until > LATEST:
        raise BadParameter(f"A range must lie between {EARLIEST:%Y-%m-%d} and {LATEST:%Y-%m-%d}, both in UTC.")
    if wall_time(asked.zone, since, until) > _most_days(asked) * DAY:
        raise _too_long(asked)
    return {"between": {"start": _written(since), "end": _written(until)}}


def _most_days(asked: Asked) -> int:
    return MOST_DAYS[Granularity(asked.values["interval"])] if "interval" in asked.values else MAX_DAYS


def _too_long(asked: Asked) -> BadParameter:
    coarser = COARSER.get(Granularity(asked.values["interval"])) if "interval" in asked.values else None
    instead = f"send interval={coarser.lower()}, or a shorter range" if coarser else SHORTER
    return BadParameter(f"This takes a range of at most {_most_days(asked):,} days; {instead}.")


def _first(asked: Asked, given: date | datetime) -> datetime:
    return given if isinstance(given, datetime) else day_start(asked.zone, given)


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()

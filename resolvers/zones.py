"""Local wall time to instants and back, for every IANA zone.

The zone rules come from the `tzdata` package alone, so that an old system database cannot change an answer.
A wall time that the clock jumped over moves forward by the length of the jump (02:30 becomes 03:30), one
that occurs twice is its first occurrence: what PEP 495 calls fold 0 and RFC 5545 lays down too.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


class UnknownZone(ValueError):
    """The name is not in the IANA database."""


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every IANA name that the `tzdata` package knows, links included."""
    return frozenset((resources.files("tzdata") / "zones").read_text().split())


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name; raise UnknownZone."""
    if name not in zone_names():
        raise UnknownZone(f"{name!r} is not an IANA time zone")
    with resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def instant(tz: ZoneInfo, wall: datetime) -> datetime:
    """Return the UTC instant of a naive wall time."""
    return wall.replace(tzinfo=tz, fold=0).astimezone(UTC)


@lru_cache(maxsize=65_536)
def day_start(tz: ZoneInfo, day: date) -> datetime:
    """Return the first instant of a local day, which is not midnight where midnight is skipped.

    A day that the zone skipped altogether starts where the next one does.
    """
    return instant(tz, datetime.combine(day, time()))


def local_day(tz: ZoneInfo, at: datetime) -> date:
    """Return the date on the wall at an instant."""
    return at.astimezone(tz).date()


def hour_start(tz: ZoneInfo, at: datetime) -> datetime:
    """Return the last instant up to `at` at which the clock began the hour that it shows then.

    An hour that occurs twice is two hours; one whose beginning was skipped starts with the jump.
    """
    full = at.astimezone(tz).replace(minute=0, second=0, microsecond=0)
    starts = (full.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return max(start for start in starts if start <= at)

"""Wall clocks: from local date and time to the instant, by definition and for every IANA zone."""

from datetime import UTC, date, datetime, time, tzinfo
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

MIDNIGHT = time()


@cache
def zone_of(name: str) -> tzinfo:
    """The IANA zone of that name by the tzdata package's rules, not the machine's, which may be years older."""
    with files("tzdata.zoneinfo").joinpath(name).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def wall(instant: datetime, zone: str) -> datetime:
    """What the clock on the wall shows at an instant: a naive local time."""
    return instant.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)


def instant_of(local: datetime, zone: str) -> datetime:
    """The first instant at which the wall clock shows `local` (naive); UTC.

    A local time that never comes moves forward by the length of the gap: it is read with the offset that held
    before the gap. A missing midnight is thereby the first instant of its day; any time of a day that is
    missing altogether (Apia, 2011-12-30) is the same time of the day after. So says PEP 495 for fold=0.
    """
    return local.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC)


def start_of(day: date, zone: str) -> datetime:
    """The first instant of a local day; of a missing day, that of the next one: the missing day is empty."""
    return instant_of(datetime.combine(day, MIDNIGHT), zone)


def hour_start(at: datetime, zone: str) -> datetime:
    """The start of the local clock hour that holds `at`.

    Where the hour occurs twice, each occurrence is an hour of its own: of the instants at which the clock
    began that hour, the latest not after `at`. Where its beginning is missing, the first after the gap.
    """
    local = at.astimezone(zone_of(zone))
    began = local.replace(minute=0, second=0, microsecond=0, tzinfo=None)
    starts = [began.replace(tzinfo=zone_of(zone), fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max(start for start in starts if start <= at)

"""Zones, and instants near what goes wrong in them: offset changes, midnights, ends of months."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.oracle.zones import instant_of, zone_of

# Far enough back for the day that Apia skipped, never in the future of whoever runs this.
EARLIEST = datetime(2011, 11, 1, tzinfo=UTC)
LATEST = datetime(2026, 11, 15, tzinfo=UTC)
DAY = timedelta(days=1)
STEP = timedelta(days=4)  # shorter than any zone kept an offset

# UTC first: failures shrink towards it.
ODD_ZONES = (
    "UTC", "Africa/Cairo", "America/Havana", "America/Santiago", "Asia/Beirut", "Atlantic/Azores",
    "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/New_York", "America/Nuuk",
    "America/Scoresbysund", "Antarctica/Troll", "Africa/Casablanca", "Pacific/Chatham", "Asia/Tehran",
)  # fmt: skip
NUDGES = tuple(
    timedelta(microseconds=microseconds)
    for size in (0, 1, 1_000_000, 900_000_000, 1_800_000_000, 3_600_000_000, 86_400_000_000)
    for microseconds in {-size, size}
)


@cache
def zone_names() -> tuple[str, ...]:
    """Every IANA zone of the tzdata package, whatever the machine has."""
    return tuple(sorted(files("tzdata").joinpath("zones").read_text().split()))


@cache
def transitions(zone: str) -> tuple[datetime, ...]:
    """The instants, to the second, from which the zone's offset was another; between EARLIEST and LATEST."""
    steps = [EARLIEST + n * STEP for n in range((LATEST - EARLIEST) // STEP + 1)]
    return tuple(_change(zone, lo, hi) for lo, hi in pairwise(steps) if _offset(lo, zone) != _offset(hi, zone))


def _offset(instant: datetime, zone: str) -> timedelta | None:
    return instant.astimezone(zone_of(zone)).utcoffset()


def _change(zone: str, lo: datetime, hi: datetime) -> datetime:
    before = _offset(lo, zone)
    while hi - lo > timedelta(seconds=1):
        middle = (lo + (hi - lo) // 2).replace(microsecond=0)
        lo, hi = (middle, hi) if _offset(middle, zone) == before else (lo, middle)
    return hi


def zones() -> SearchStrategy[str]:
    """Zones by name: the odd ones often, every one sometimes."""
    return st.sampled_from(ODD_ZONES) | st.sampled_from(zone_names())


def near(anchors: Sequence[datetime]) -> SearchStrategy[datetime]:
    """Instants at, a hair beside, or up to a day or so from one of the anchors."""
    nudges = (
        st.just(timedelta())
        | st.sampled_from(NUDGES)
        | st.integers(-1500, 1500).map(lambda n: timedelta(minutes=n, microseconds=n))
    )
    return st.builds(lambda anchor, nudge: held(anchor + nudge), st.sampled_from(anchors), nudges)


def held(instant: datetime) -> datetime:
    """The instant, kept between EARLIEST and LATEST."""
    return min(max(instant, EARLIEST), LATEST)


def instants(zone: str) -> SearchStrategy[datetime]:
    """Instants that matter in a zone, in UTC, between EARLIEST and LATEST."""
    dates = st.dates(EARLIEST.date(), LATEST.date())
    ends = st.builds(date, st.integers(2012, 2025), st.integers(1, 12), st.just(1)).flatmap(
        lambda first: st.sampled_from([first, first - DAY, first - 2 * DAY])
    )
    midnights = (dates | ends).map(lambda day: instant_of(datetime.combine(day, time()), zone))
    anchors = [midnights, midnights.map(lambda midnight: midnight + 14 * timedelta(hours=1))]
    if transitions(zone):
        anchors.append(st.sampled_from(transitions(zone)))
    return st.one_of(anchors).flatmap(lambda anchor: near([anchor]))

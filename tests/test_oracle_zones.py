"""Golden cases of local time, in UTC by hand from the published rules, and the definition itself by brute force."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.windows import first_day, to_date, whole
from tests.oracle.zones import hour_start, instant_of, start_of, wall
from tests.strategies.times import instants, transitions, zone_names, zones

HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00", 23),
        ("Africa/Cairo", "2026-10-29", "2026-10-28T21:00", 25),
        ("America/Havana", "2026-03-08", "2026-03-08T05:00", 23),
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00", 23),
        ("America/Santiago", "2026-04-04", "2026-04-04T03:00", 25),
        ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00", 23),
        ("Atlantic/Azores", "2026-03-29", "2026-03-29T01:00", 23),
        ("America/New_York", "2026-03-08", "2026-03-08T05:00", 23),
        ("America/New_York", "2026-11-01", "2026-11-01T04:00", 25),
        ("Australia/Lord_Howe", "2025-10-05", "2025-10-04T13:30", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00", 24.5),
        ("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15", 24),
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00", 24),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00", 0),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00", 24),
    ],
)
def test_a_day_begins_and_lasts_as_it_does_there(zone: str, day: str, start: str, hours: float) -> None:
    local = date.fromisoformat(day)
    assert start_of(local, zone) == utc(start)
    assert start_of(local + timedelta(days=1), zone) - start_of(local, zone) == hours * HOUR


def test_havana_has_its_midnight_twice_and_the_first_one_begins_the_day() -> None:
    start, again = utc("2025-11-02T04:00"), utc("2025-11-02T05:00")
    assert wall(start, "America/Havana") == wall(again, "America/Havana") == datetime(2025, 11, 2)  # noqa: DTZ001
    assert start_of(date(2025, 11, 2), "America/Havana") == start


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30"),  # never came: 03:30 summer time
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),  # came twice: the first
        ("Australia/Lord_Howe", "2025-10-05T02:10", "2025-10-04T15:40"),  # never came: 02:40
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"),  # came twice, half an hour apart
        ("Pacific/Apia", "2011-12-30T15:00", "2011-12-31T01:00"),  # a day that never came: the 31st, 15:00
    ],
)
def test_a_wall_time_that_never_comes_moves_forward_and_one_that_comes_twice_is_its_first(
    zone: str, local: str, instant: str
) -> None:
    assert instant_of(datetime.fromisoformat(local), zone) == utc(instant)


@pytest.mark.parametrize(
    ("zone", "at", "start"),
    [
        ("UTC", "2026-05-05T10:00", "2026-05-05T10:00"),
        ("Asia/Kathmandu", "2026-05-05T10:20", "2026-05-05T10:15"),
        ("America/New_York", "2026-11-01T05:30", "2026-11-01T05:00"),  # the first 01:30
        ("America/New_York", "2026-11-01T06:30", "2026-11-01T06:00"),  # the second
        ("Australia/Lord_Howe", "2025-10-04T15:45", "2025-10-04T15:30"),  # 02:45, an hour that began at 02:30
        ("Australia/Lord_Howe", "2026-04-04T15:15", "2026-04-04T14:00"),  # 01:45 again: an hour of 90 minutes
    ],
)
def test_the_clock_hour_begins_where_its_occurrence_did(zone: str, at: str, start: str) -> None:
    assert hour_start(utc(at), zone) == utc(start)


@given(st.data())
def test_a_wall_time_is_the_first_instant_that_shows_it_by_brute_force(data: st.DataObject) -> None:
    zone = data.draw(zones())
    local = wall(data.draw(instants(zone)), zone)
    local += timedelta(minutes=data.draw(st.sampled_from([0, -30, 30, -60, 60])))
    guesses = [local.replace(tzinfo=UTC) - timedelta(minutes=15 * n) for n in range(-4 * 13, 4 * 15 + 1)]
    shown = [guess for guess in guesses if wall(guess, zone) == local]
    if shown:
        assert instant_of(local, zone) == min(shown)
    else:
        gap = next(
            at for at in transitions(zone) if wall(at - timedelta(microseconds=1), zone) < local <= wall(at, zone)
        )
        offset_before = wall(gap - HOUR, zone) - (gap - HOUR).replace(tzinfo=None)
        assert instant_of(local, zone) == local.replace(tzinfo=UTC) - offset_before


@given(st.data())
def test_every_instant_lies_in_its_own_day_week_and_month_in_every_zone(data: st.DataObject) -> None:
    zone = data.draw(zones())
    at, week_start = data.draw(instants(zone)), data.draw(st.integers(0, 6))
    now = wall(at, zone)
    for period in ("day", "week", "month"):
        found = to_date(period, at, zone, week_start)
        full = whole(period, now.date(), zone, week_start)
        assert full.current.lo == found.current.lo <= at == found.current.hi
        assert full.previous.lo == found.previous.lo <= found.previous.hi <= full.previous.hi == full.current.lo
        assert found.clamped or wall(found.previous.hi, zone).time() >= now.time()
    assert hour_start(at, zone) <= at < hour_start(at, zone) + timedelta(hours=2)
    assert first_day("week", now.date(), week_start).weekday() == week_start


def test_every_offset_is_a_multiple_of_15_minutes_so_that_stored_buckets_tile_local_days() -> None:
    for zone in zone_names():
        for at in transitions(zone):
            assert (wall(at, zone) - at.replace(tzinfo=None)) % timedelta(minutes=15) == timedelta()

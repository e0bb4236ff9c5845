"""Wall time to instants: gaps, repeats, skipped days, and that days tile the time line in every zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.zones import DAY, UnknownZone, day_start, hour_start, instant, local_day, zone
from tests.resolvers.times import instants, utc, zones

# Until 2011 Newfoundland set its clocks back over midnight, so that its days did not tile the time line.
moments = instants("2012-01-01", "2090-01-01")


@pytest.mark.parametrize(
    ("name", "wall", "expected"),
    [
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30"),  # skipped: an hour later
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),  # twice: the first
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45"),  # half an hour skipped
        ("Asia/Kathmandu", "2026-01-01T00:00", "2025-12-31T18:15"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00"),  # a day that never was
        ("Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00"),
    ],
)
def test_wall_time_has_one_instant(name: str, wall: str, expected: str) -> None:
    assert instant(zone(name), datetime.fromisoformat(wall)) == utc(expected)


@pytest.mark.parametrize(
    ("name", "day", "starts", "hours"),
    [
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00", 23),
        ("America/Havana", date(2026, 3, 8), "2026-03-08T05:00", 23),
        ("America/Havana", date(2024, 11, 3), "2024-11-03T04:00", 25),
        ("America/Santiago", date(2026, 9, 6), "2026-09-06T04:00", 23),
        ("Asia/Beirut", date(2026, 3, 29), "2026-03-28T22:00", 23),
        ("Atlantic/Azores", date(2026, 3, 29), "2026-03-29T01:00", 23),
        ("Europe/Berlin", date(2026, 10, 25), "2026-10-24T22:00", 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), "2026-04-04T13:00", 24.5),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00", 0),
    ],
)
def test_day_starts_with_its_first_instant(name: str, day: date, starts: str, hours: float) -> None:
    tz = zone(name)
    assert day_start(tz, day) == utc(starts)
    assert day_start(tz, day + DAY) - day_start(tz, day) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("name", "at", "starts"),
    [
        ("Asia/Kathmandu", "2026-01-01T00:10", "2025-12-31T23:15"),
        ("Europe/Berlin", "2026-10-25T00:30", "2026-10-25T00:00"),  # the first 02:30
        ("Europe/Berlin", "2026-10-25T01:30", "2026-10-25T01:00"),  # the second 02:30
        ("Australia/Lord_Howe", "2026-10-03T15:45", "2026-10-03T15:30"),  # 02:45, and 02:00 never was
        ("Australia/Lord_Howe", "2026-04-04T15:15", "2026-04-04T14:00"),  # the second 01:45, 01:00 was once
    ],
)
def test_hour_starts_when_the_clock_last_showed_it(name: str, at: str, starts: str) -> None:
    assert hour_start(zone(name), utc(at)) == utc(starts)


def test_unknown_zone_is_named() -> None:
    with pytest.raises(UnknownZone, match="'Mars/Olympus'"):
        zone("Mars/Olympus")
    with pytest.raises(UnknownZone):
        zone("../../etc/passwd")


@given(zones, moments)
def test_days_tile_the_time_line(tz: ZoneInfo, at: datetime) -> None:
    day = local_day(tz, at)
    assert day_start(tz, day) <= at < day_start(tz, day + DAY)
    assert hour_start(tz, at) <= at


@given(zones, moments)
def test_wall_time_comes_back_or_moves_forward(tz: ZoneInfo, at: datetime) -> None:
    wall = at.replace(tzinfo=None)
    found = instant(tz, wall).astimezone(tz)
    assert found.replace(tzinfo=None) >= wall
    assert found.fold == 0


@given(zones, st.dates(date(2012, 1, 1), date(2090, 1, 1)))
def test_midnight_is_where_the_day_starts_unless_skipped(tz: ZoneInfo, day: date) -> None:
    local = day_start(tz, day).astimezone(tz)
    assert local.date() >= day
    if local.date() == day and local.time() != time():
        # Then no instant shows midnight: just before the start it was the day before.
        assert (day_start(tz, day) - timedelta(microseconds=1)).astimezone(tz).date() < day

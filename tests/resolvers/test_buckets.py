"""Local hours and days: every instant of a range in exactly one, whatever the clocks do."""

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.buckets import Granularity, Place, clipped, places
from resolvers.periods import Window
from resolvers.zones import hour_start, local_day, zone
from tests.resolvers.times import instants, utc, zones


def hours(name: str, start: str, end: str) -> list[tuple[Place, Window]]:
    return list(places(zone(name), Window(utc(start), utc(end)), Granularity.HOUR))


def test_a_day_that_loses_an_hour_has_23() -> None:
    found = hours("Europe/Berlin", "2026-03-28T23:00", "2026-03-29T22:00")
    assert [place.hour for place, _ in found] == [0, 1, *range(3, 24)]
    assert {window.end - window.start for _, window in found} == {timedelta(hours=1)}


def test_a_day_that_gains_an_hour_has_25_and_tells_the_two_apart() -> None:
    found = hours("Europe/Berlin", "2026-10-24T22:00", "2026-10-25T23:00")
    assert [(place.hour, place.occurrence) for place, _ in found[1:5]] == [(1, 0), (2, 0), (2, 1), (3, 0)]
    assert len(found) == 25


def test_a_day_without_midnight_begins_with_the_jump() -> None:
    found = hours("Africa/Cairo", "2026-04-23T22:00", "2026-04-24T21:00")
    assert [place.hour for place, _ in found] == list(range(1, 24))
    assert found[0][1].start == utc("2026-04-23T22:00")


def test_half_an_hour_more_makes_one_longer_hour() -> None:
    found = hours("Australia/Lord_Howe", "2026-04-04T13:00", "2026-04-05T13:30")
    assert [(window.end - window.start).seconds // 60 for _, window in found[:4]] == [60, 90, 60, 60]


def test_a_skipped_day_has_no_bucket() -> None:
    window = Window(utc("2011-12-29T10:00"), utc("2011-12-31T10:00"))
    found = list(places(zone("Pacific/Apia"), window, Granularity.DAY))
    assert [place.day for place, _ in found] == [date(2011, 12, 29), date(2011, 12, 31)]


@pytest.mark.parametrize("granularity", Granularity)
@settings(max_examples=60, deadline=None)
@given(tz=zones, start=instants("2024-01-01", "2027-01-01"), length=st.timedeltas(timedelta(minutes=1), timedelta(3)))
def test_buckets_cover_a_range_without_overlap(
    granularity: Granularity, tz: ZoneInfo, start: object, length: timedelta
) -> None:
    assert isinstance(start, type(utc("2024-01-01")))
    window = Window(start, start + length)
    found = list(places(tz, window, granularity))
    assert [each.end for _, each in found[:-1]] == [each.start for _, each in found[1:]]
    assert found[0][1].start <= window.start
    assert found[-1][1].end >= window.end
    parts = [clipped(each, window) for _, each in found]
    assert sum((each.end - each.start for each in parts), timedelta()) == length
    assert all(before.end == after.start for before, after in pairwise(parts))
    for place, each in found:
        assert local_day(tz, each.start) == place.day
        if granularity is Granularity.HOUR:
            assert each.start.astimezone(tz).hour == place.hour
            last = each.end - timedelta(seconds=1)
            assert hour_start(tz, last) <= each.start or local_day(tz, hour_start(tz, last)) == place.day

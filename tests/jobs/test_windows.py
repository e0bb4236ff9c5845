"""Windows tile time: each local midnight of every zone ends exactly one day."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.windows import Calendar, DueWindow, Every, EveryLocal, When, due
from resolvers.periods import Period
from resolvers.zones import zone, zone_names
from tests.strategies.times import instants, zones

DAYS = EveryLocal(Period.DAY)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def between(when: When, calendar: Calendar, after: datetime, until: datetime) -> list[DueWindow]:
    return list(takewhile(lambda window: window.end <= until, when.windows(after, calendar)))


@pytest.mark.parametrize("year", [2011, 2026])
def test_every_local_midnight_of_a_year_ends_one_day_in_every_zone(year: int) -> None:
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    assert len(zone_names()) > 500
    for name in sorted(zone_names()):
        tz = zone(name)
        windows = between(DAYS, Calendar(name), first, last)
        assert all(one.end == following.start for one, following in pairwise(windows)), name
        # Judged by the wall alone: each window begins with a new date, and the instant before it shows an earlier one.
        dates = [window.start.astimezone(tz).date() for window in windows]
        assert all(one < following for one, following in pairwise(dates)), name
        for window in windows:
            before = window.start - timedelta(microseconds=1)
            assert before.astimezone(tz).date() < window.start.astimezone(tz).date(), (name, window)
            last_instant = window.end - timedelta(microseconds=1)
            assert last_instant.astimezone(tz).date() == window.start.astimezone(tz).date(), (name, window)
            assert window.due_at == window.end
        skipped = {date(2011, 12, 30)} if name in ("Pacific/Apia", "Pacific/Fakaofo") else set()
        shown = {first.astimezone(tz).date() + timedelta(days=n) for n in range((dates[-1] - dates[0]).days + 1)}
        assert set(dates) | skipped >= {day for day in shown if dates[0] <= day <= dates[-1]}, name


@pytest.mark.parametrize(
    ("zone_name", "day", "start", "end"),
    [
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00", "2026-04-24T21:00"),  # midnight does not exist
        ("America/Havana", "2024-11-03", "2024-11-03T04:00", "2024-11-04T05:00"),  # it occurs twice
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00", "2026-04-05T13:30"),  # half an hour
        ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00", "2011-12-30T10:00"),  # then a day is skipped
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00", "2011-12-31T10:00"),
    ],
)
def test_a_day_is_as_long_as_it_is_there(zone_name: str, day: str, start: str, end: str) -> None:
    at = utc(end)
    found, _ = due(DAYS, Calendar(zone_name), at - timedelta(microseconds=1), at)
    assert found == [DueWindow(utc(start), at, at)], day


def test_a_week_ends_at_the_midnight_before_its_first_day() -> None:
    weeks = EveryLocal(Period.WEEK)
    monday, _ = due(weeks, Calendar("Europe/Berlin", 1), utc("2026-10-20T00:00"), utc("2026-10-26T00:00"))
    sunday, _ = due(weeks, Calendar("Europe/Berlin", 7), utc("2026-10-20T00:00"), utc("2026-10-26T00:00"))
    # Summer time ends on Sunday the 25th: the week of Monday has 169 hours.
    assert monday == [DueWindow(utc("2026-10-18T22:00"), utc("2026-10-25T23:00"), utc("2026-10-25T23:00"))]
    assert sunday == [DueWindow(utc("2026-10-17T22:00"), utc("2026-10-24T22:00"), utc("2026-10-24T22:00"))]


def test_a_month_is_due_at_one_o_clock_of_the_first() -> None:
    months = EveryLocal(Period.MONTH, time(1))
    found, following = due(months, Calendar("America/New_York"), utc("2026-10-15T00:00"), utc("2026-11-01T05:30"))
    assert found == [DueWindow(utc("2026-10-01T04:00"), utc("2026-11-01T04:00"), utc("2026-11-01T05:00"))]
    assert following.due_at == utc("2026-12-01T06:00")
    early, _ = due(months, Calendar("America/New_York"), utc("2026-10-15T00:00"), utc("2026-11-01T04:59"))
    assert early == []


def test_a_time_of_day_that_is_skipped_moves_forward() -> None:
    # In Azores the clock goes from 00:00 to 01:00 on 29 March 2026; a month that ended there would be due at the jump.
    days = EveryLocal(Period.DAY, time(0, 30))
    found, _ = due(days, Calendar("Atlantic/Azores"), utc("2026-03-28T12:00"), utc("2026-03-29T01:30"))
    assert found == [DueWindow(utc("2026-03-28T01:00"), utc("2026-03-29T01:00"), utc("2026-03-29T01:30"))]


@given(at=instants("UTC"), minutes=st.sampled_from([1, 5, 60, 1440]), later=st.sampled_from([0, 120]))
def test_windows_of_a_length_are_whole_since_the_epoch(at: datetime, minutes: int, later: int) -> None:
    rule = Every(timedelta(minutes=minutes), timedelta(minutes=later))
    found, following = due(rule, Calendar(), at - 3 * rule.length, at)
    assert all(window.end - window.start == rule.length for window in found)
    assert all(window.start.timestamp() % (minutes * 60) == 0 for window in found)
    assert all(window.due_at - window.end == rule.later for window in (*found, following))
    assert following.due_at > at
    assert all(window.due_at <= at for window in found)


@given(data=st.data(), name=zones(), period=st.sampled_from(Period), week_start=st.integers(1, 7))
def test_the_window_after_an_instant_holds_it(data: st.DataObject, name: str, period: Period, week_start: int) -> None:
    at = data.draw(instants(name))
    window = next(EveryLocal(period).windows(at, Calendar(name, week_start)))
    assert window.start <= at < window.end

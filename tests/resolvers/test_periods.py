"""Windows and what they are compared with, by hand."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.periods import Period, Window, current_hour, custom, finished, running
from resolvers.zones import zone
from tests.resolvers.times import instants, utc, zones

moments = instants("2012-01-01", "2060-01-01")


def window(start: str, end: str) -> Window:
    return Window(utc(start), utc(end))


@pytest.mark.parametrize(
    ("zone_name", "at", "period", "current", "previous", "clamped"),
    [
        # An ordinary Wednesday noon.
        ("UTC", "2026-05-13T12:00", Period.DAY, "2026-05-13", "2026-05-12 2026-05-12T12:00", False),
        ("UTC", "2026-05-13T12:00", Period.WEEK, "2026-05-11", "2026-05-04 2026-05-06T12:00", False),
        ("UTC", "2026-05-13T12:00", Period.MONTH, "2026-05-01", "2026-04-01 2026-04-13T12:00", False),
        # The 31st after a month of 30 and of 28 days: up to that month's end.
        ("UTC", "2026-05-31T12:00", Period.MONTH, "2026-05-01", "2026-04-01 2026-05-01", True),
        ("UTC", "2026-03-29T00:00", Period.MONTH, "2026-03-01", "2026-02-01 2026-03-01", True),
        ("UTC", "2026-03-28T06:00", Period.MONTH, "2026-03-01", "2026-02-01 2026-02-28T06:00", False),
        # 02:30 was skipped yesterday in Berlin, so yesterday counts up to 03:30.
        (
            "Europe/Berlin",
            "2026-03-30T00:30",
            Period.DAY,
            "2026-03-29T22:00",
            "2026-03-28T23:00 2026-03-29T01:30",
            False,
        ),
        # 02:30 occurred twice yesterday: its first.
        (
            "Europe/Berlin",
            "2026-10-26T01:30",
            Period.DAY,
            "2026-10-25T23:00",
            "2026-10-24T22:00 2026-10-25T00:30",
            False,
        ),
        # 00:30 was skipped yesterday in Cairo: 01:30.
        (
            "Africa/Cairo",
            "2026-04-24T21:30",
            Period.DAY,
            "2026-04-24T21:00",
            "2026-04-23T22:00 2026-04-23T22:30",
            False,
        ),
        # Apia has no 30 December 2011: the day before New Year's Eve is empty.
        (
            "Pacific/Apia",
            "2011-12-30T20:00",
            Period.DAY,
            "2011-12-30T10:00",
            "2011-12-30T10:00 2011-12-30T10:00",
            True,
        ),
        # The very first instant of a period.
        ("UTC", "2026-06-01T00:00", Period.MONTH, "2026-06-01", "2026-05-01 2026-05-01", False),
    ],
)
def test_running_period(zone_name: str, at: str, period: Period, current: str, previous: str, clamped: bool) -> None:
    found = running(zone(zone_name), utc(at), period)
    assert found.current == window(current, at)
    assert found.previous == window(*previous.split())
    assert found.clamped is clamped


@pytest.mark.parametrize(
    ("week_start", "first"), [(1, "2026-05-11"), (6, "2026-05-09"), (7, "2026-05-10"), (3, "2026-05-13")]
)
def test_week_begins_when_the_merchant_says(week_start: int, first: str) -> None:
    found = running(zone("UTC"), utc("2026-05-13T12:00"), Period.WEEK, week_start)
    assert found.current.start == utc(first)
    assert found.previous.start == utc(first) - timedelta(days=7)


def test_current_hour_at_a_quarter_to() -> None:
    assert current_hour(zone("Asia/Kathmandu"), utc("2026-05-13T12:20")) == window(
        "2026-05-13T12:15", "2026-05-13T12:20"
    )


def test_finished_month_is_compared_whole() -> None:
    found = finished(zone("Europe/Berlin"), date(2026, 3, 17), Period.MONTH)
    assert found.current == window("2026-02-28T23:00", "2026-03-31T22:00")
    assert found.previous == window("2026-01-31T23:00", "2026-02-28T23:00")


@pytest.mark.parametrize(
    ("start", "end", "previous"),
    [
        ("2026-03-28T23:00", "2026-03-30T22:00", "2026-03-26T23:00"),  # two local days, 47 hours; before: 48
        ("2026-03-30T06:00", "2026-03-30T18:00", "2026-03-29T18:00"),  # twelve hours
    ],
)
def test_custom_range_takes_as_many_local_days_or_as_long(start: str, end: str, previous: str) -> None:
    found = custom(zone("Europe/Berlin"), utc(start), utc(end))
    assert found.previous == window(previous, start)


@given(zones, moments, st.sampled_from(Period), st.integers(1, 7))
def test_windows_are_ordered_in_every_zone(tz: ZoneInfo, at: datetime, period: Period, week_start: int) -> None:
    found = running(tz, at, period, week_start)
    assert found.previous.start <= found.previous.end <= found.current.start <= found.current.end == at

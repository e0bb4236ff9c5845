"""Which window a report's name stands for."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from jobs.reports.kinds import Kind, NoSuchPeriod, Subject, latest, require_begun, subject


def test_a_month_is_the_zones_own() -> None:
    about = subject("shop", Kind.MONTHLY, "2026-10", "Europe/Berlin")
    assert about.start == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert about.end == datetime(2026, 10, 31, 23, tzinfo=UTC)  # the clock went back meanwhile
    assert about.first_day == date(2026, 10, 1)
    assert about.period == "2026-10"


def test_a_week_is_named_by_its_first_day() -> None:
    about = subject("shop", Kind.WEEKLY, "2026-12-28", "Asia/Kathmandu")
    assert about.start == datetime(2026, 12, 27, 18, 15, tzinfo=UTC)
    assert about.end == datetime(2027, 1, 3, 18, 15, tzinfo=UTC)
    assert about.period == "2026-12-28"


def test_december_ends_with_the_year() -> None:
    assert subject("shop", Kind.MONTHLY, "2026-12", "UTC").end == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("period", ["2026-13", "2026-00", "2026-1", "October", "2026-10-01", "", "٢٠٢٦-10", "1969-12"])
def test_what_is_no_month_is_refused_with_an_example(period: str) -> None:
    with pytest.raises(NoSuchPeriod, match="2026-10"):
        subject("shop", Kind.MONTHLY, period, "UTC")


NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)  # a Wednesday


def test_the_latest_is_over() -> None:
    assert latest("shop", Kind.MONTHLY, "Europe/Berlin", 1, NOW).period == "2026-10"
    assert latest("shop", Kind.WEEKLY, "Europe/Berlin", 1, NOW).period == "2026-10-26"
    assert latest("shop", Kind.WEEKLY, "Europe/Berlin", 3, NOW).period == "2026-10-28"
    # The first of November in Kiritimati, still October elsewhere.
    assert latest("shop", Kind.MONTHLY, "Pacific/Kiritimati", 1, NOW.replace(month=10, day=31)).period == "2026-10"


@pytest.mark.parametrize(
    ("kind", "period", "week_start", "message"),
    [
        (Kind.MONTHLY, "2026-12", 1, "2026-12 has not begun; send a month that has."),
        (Kind.MONTHLY, "2027-01", 1, "2027-01 has not begun"),
        (Kind.WEEKLY, "2026-11-09", 1, "2026-11-09 has not begun; send a week that has."),
        (Kind.WEEKLY, "2026-11-03", 1, "not the first day of one of the merchant's weeks; send 2026-11-02."),
        (Kind.WEEKLY, "2026-11-02", 7, "not the first day of one of the merchant's weeks; send 2026-11-01."),
    ],
)
def test_what_has_not_begun_or_is_no_week_is_refused(kind: Kind, period: str, week_start: int, message: str) -> None:
    with pytest.raises(NoSuchPeriod, match=re.escape(message)):
        require_begun(subject("shop", kind, period, "UTC"), week_start, NOW)


@pytest.mark.parametrize(("kind", "period"), [(Kind.MONTHLY, "2026-11"), (Kind.WEEKLY, "2026-11-02")])
def test_what_has_begun_need_not_be_over(kind: Kind, period: str) -> None:
    require_begun(subject("shop", kind, period, "UTC"), 1, NOW)


@pytest.mark.parametrize("period", ["2026-02-30", "2026-10", "2026-W44", "", "26-10-26"])
def test_what_is_no_week_is_refused_with_an_example(period: str) -> None:
    with pytest.raises(NoSuchPeriod, match="2026-10-26"):
        subject("shop", Kind.WEEKLY, period, "UTC")


def test_a_window_of_the_schedule_has_the_same_name() -> None:
    # Midnight of 6 September 2026 does not exist in Santiago: the day begins at one.
    about = Subject(
        "shop",
        Kind.WEEKLY,
        "America/Santiago",
        datetime(2026, 9, 6, 4, tzinfo=UTC),
        datetime(2026, 9, 13, 3, tzinfo=UTC),
    )
    assert about.period == "2026-09-06"
    assert subject("shop", Kind.WEEKLY, "2026-09-06", "America/Santiago") == about


@pytest.mark.parametrize(("kind", "period"), [(Kind.MONTHLY, "2026-10"), (Kind.WEEKLY, "2026-10-26")])
@pytest.mark.parametrize("zone_now", ["America/Los_Angeles", "Asia/Tokyo", "UTC", "Europe/Berlin"])
def test_a_window_keeps_its_name_in_another_zone(kind: Kind, period: str, zone_now: str) -> None:
    planned = subject("shop", kind, period, "Europe/Berlin")
    assert replace(planned, timezone=zone_now).period == period

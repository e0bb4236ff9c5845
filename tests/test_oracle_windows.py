"""Golden cases of what an unfinished period is compared with."""

from datetime import UTC, date, datetime

import pytest

from tests.oracle.windows import Compared, Period, Window, to_date, whole


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def compared(current: str, previous: str, clamped: bool = False) -> Compared:
    now, before = ([utc(edge) for edge in text.split(" ")] for text in (current, previous))
    return Compared(Window(now[0], now[1]), Window(before[0], before[1]), clamped)


UNFINISHED: list[tuple[str, Period, str, str, Compared]] = [
    (
        "march_31_against_february_which_is_taken_whole",
        "month", "UTC", "2026-03-31T12:00",
        compared("2026-03-01 2026-03-31T12:00", "2026-02-01 2026-03-01", clamped=True),
    ),
    (
        "january_31_against_december_31",
        "month", "UTC", "2026-01-31T12:00",
        compared("2026-01-01 2026-01-31T12:00", "2025-12-01 2025-12-31T12:00"),
    ),
    (
        "march_29_has_a_february_29_in_a_leap_year",
        "month", "UTC", "2024-03-29T06:00",
        compared("2024-03-01 2024-03-29T06:00", "2024-02-01 2024-02-29T06:00"),
    ),
    (
        "march_29_has_none_otherwise",
        "month", "UTC", "2026-03-29T00:00",
        compared("2026-03-01 2026-03-29", "2026-02-01 2026-03-01", clamped=True),
    ),
    (
        "may_31_local_is_may_30_in_utc",
        "month", "Asia/Kathmandu", "2026-05-30T18:30",
        compared("2026-04-30T18:15 2026-05-30T18:30", "2026-03-31T18:15 2026-04-30T18:15", clamped=True),
    ),
    (
        "the_day_after_the_shorter_day_ends_at_the_same_wall_time_not_after_the_same_hours",
        "day", "America/New_York", "2026-03-09T16:00",
        compared("2026-03-09T04:00 2026-03-09T16:00", "2026-03-08T05:00 2026-03-08T16:00"),
    ),
    (
        "a_wall_time_missing_yesterday_moves_forward",
        "day", "America/New_York", "2026-03-09T06:30",  # 02:30
        compared("2026-03-09T04:00 2026-03-09T06:30", "2026-03-08T05:00 2026-03-08T07:30"),
    ),
    (
        "a_wall_time_that_came_twice_yesterday_is_its_first",
        "day", "America/New_York", "2025-11-03T06:30",  # 01:30
        compared("2025-11-03T05:00 2025-11-03T06:30", "2025-11-02T04:00 2025-11-02T05:30"),
    ),
    (
        "half_past_midnight_after_a_missing_midnight",
        "day", "Africa/Cairo", "2026-04-24T21:30",  # the 25th, 00:30
        compared("2026-04-24T21:00 2026-04-24T21:30", "2026-04-23T22:00 2026-04-23T22:30"),
    ),
    (
        "an_hour_before_midnight_missing_yesterday_moves_past_its_end_and_is_held",
        "day", "America/Nuuk", "2026-03-30T00:30",  # Sunday 23:30; Saturday jumped from 23:00 to midnight
        compared("2026-03-29T01:00 2026-03-30T00:30", "2026-03-28T02:00 2026-03-29T01:00", clamped=True),
    ),
    (
        "the_day_before_never_was",
        "day", "Pacific/Apia", "2011-12-31T01:00",  # the 31st, 15:00
        compared("2011-12-30T10:00 2011-12-31T01:00", "2011-12-30T10:00 2011-12-30T10:00", clamped=True),
    ),
    (
        "the_same_day_last_month_never_was_so_its_wall_time_moves_forward",
        "month", "Pacific/Apia", "2012-01-30T01:00",  # the 30th, 15:00
        compared("2011-12-31T10:00 2012-01-30T01:00", "2011-12-01T10:00 2011-12-31T01:00"),
    ),
    (
        "a_day_that_has_just_begun_is_empty",
        "day", "UTC", "2026-07-01T00:00",
        compared("2026-07-01 2026-07-01", "2026-06-30 2026-06-30"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("period", "zone", "at", "expected"), [case[1:] for case in UNFINISHED], ids=[c[0] for c in UNFINISHED]
)
def test_an_unfinished_period_is_compared_with_equal_elapsed_local_time(
    period: Period, zone: str, at: str, expected: Compared
) -> None:
    assert to_date(period, utc(at), zone) == expected


def test_a_week_that_begins_on_sunday_saturday_or_wednesday() -> None:
    at = utc("2026-07-01T12:00")  # a Wednesday
    assert to_date("week", at, "UTC", 0) == compared("2026-06-29 2026-07-01T12:00", "2026-06-22 2026-06-24T12:00")
    assert to_date("week", at, "UTC", 6) == compared("2026-06-28 2026-07-01T12:00", "2026-06-21 2026-06-24T12:00")
    assert to_date("week", at, "UTC", 5) == compared("2026-06-27 2026-07-01T12:00", "2026-06-20 2026-06-24T12:00")
    assert to_date("week", at, "UTC", 2) == compared("2026-07-01 2026-07-01T12:00", "2026-06-24 2026-06-24T12:00")


def test_finished_periods_are_compared_whole() -> None:
    month = whole("month", date(2026, 3, 15), "America/New_York")
    assert month == compared("2026-03-01T05:00 2026-04-01T04:00", "2026-02-01T05:00 2026-03-01T05:00")
    day = whole("day", date(2026, 3, 8), "America/New_York")
    assert day == compared("2026-03-08T05:00 2026-03-09T04:00", "2026-03-07T05:00 2026-03-08T05:00")

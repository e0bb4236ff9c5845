"""How figures are written for people."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from jobs.reports import wording
from jobs.reports.figures import Amount, CountChange, MoneyChange, RateChange
from resolvers.zones import UnknownZone


@pytest.mark.parametrize(
    ("zatoshi", "written"),
    [
        (0, "0.00"),
        (1, "0.00000001"),
        (150_000_000, "1.50"),
        (123_456_789_012_345, "1,234,567.89012345"),
        (2_100_000_000_000_000 * 10**9, "21,000,000,000,000,000.00"),
        (-5, "−0.00000005"),
        (-100_000_000, "−1.00"),
    ],
)
def test_amounts_are_exact(zatoshi: int, written: str) -> None:
    assert wording.zec(Amount(zatoshi)) == written


def test_points_of_a_column_stand_below_each_other() -> None:
    column = [Amount(100_000_000), Amount(1_250_000), Amount(0)]
    places = wording.decimals(column)
    assert [wording.zec(amount, places) for amount in column] == ["1.0000", "0.0125", "0.0000"]
    assert wording.decimals([]) == 2


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [
        (None, "–"),
        (0, "0 ms"),
        (999.4, "999 ms"),
        (1_000, "1 s"),
        (12_345, "12.3 s"),
        (59_999, "60 s"),
        (61_000, "1 min 1 s"),
        (7_380_000, "2 h 3 min"),
    ],
)
def test_durations_are_in_their_best_unit(milliseconds: float | None, written: str) -> None:
    assert wording.duration(milliseconds) == written


def test_a_change_says_why_there_is_none() -> None:
    assert wording.change(CountChange(4.05, "UP", None, 10, 9, 1)) == "+4.0 %"
    assert wording.change(CountChange(-12.0, "DOWN", None, 10, 9, 1)) == "−12.0 %"
    assert wording.change(MoneyChange(None, "UP", "ZERO_BASE", Amount(1), Amount(0), Amount(1))) == "nothing before"
    assert wording.change(MoneyChange(None, "FLAT", "ZERO_BASE", Amount(0), Amount(0), Amount(0))) == "unchanged"
    assert wording.change(RateChange(None, None, "NO_DATA", None, None, None)) == "nothing to compare with"
    assert wording.change(RateChange(3.0, "DOWN", None, 90.0, 92.5, -2.5)) == "−2.5 points"


def test_an_average_of_nothing_has_no_unit() -> None:
    assert wording.before(MoneyChange(None, None, "NO_DATA", None, None, None)) == "–"
    assert wording.before(MoneyChange(None, "UP", None, None, Amount(0), None)) == "0.00 ZEC"


@pytest.mark.parametrize("write", [wording.day, wording.long_day, wording.instant])
def test_days_follow_the_zones_of_the_program_not_of_the_system(write: Callable[[datetime, str], str]) -> None:
    with pytest.raises(UnknownZone):
        write(datetime(2026, 10, 1, tzinfo=UTC), "posixrules")  # many a system has it

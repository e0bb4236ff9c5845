"""Comparisons are exact, and a missing percentage has its reason."""

from fractions import Fraction

import pytest

from resolvers.comparison import Compared, Direction, Reason, compare, percentage, ratio

F = Fraction


@pytest.mark.parametrize(
    ("current", "previous", "expected"),
    [
        (125, 100, Compared(F(125), F(100), F(25), F(25), Direction.UP, None)),
        (1, 3, Compared(F(1), F(3), F(-2), F(-200, 3), Direction.DOWN, None)),
        (7, 7, Compared(F(7), F(7), F(0), F(0), Direction.FLAT, None)),
        (5, 0, Compared(F(5), F(0), F(5), None, Direction.UP, Reason.ZERO_BASE)),
        (0, 0, Compared(F(0), F(0), F(0), None, Direction.FLAT, Reason.ZERO_BASE)),
        (10, -20, Compared(F(10), F(-20), F(30), F(150), Direction.UP, None)),
        (None, 4, Compared(None, F(4), None, None, None, Reason.NO_DATA)),
        (4, None, Compared(F(4), None, None, None, None, Reason.NO_DATA)),
        (None, None, Compared(None, None, None, None, None, Reason.NO_DATA)),
    ],
)
def test_compare(current: int | None, previous: int | None, expected: Compared) -> None:
    assert compare(current, previous) == expected


def test_rates_change_in_percentage_points() -> None:
    found = compare(percentage(2, 3), percentage(1, 2))
    assert found.change == F(50, 3)
    assert found.change_percent == F(100, 3)


def test_sums_beyond_64_bits_stay_exact() -> None:
    found = compare(10**30 + 1, 10**30)
    assert (found.change, found.change_percent) == (F(1), F(1, 10**28))


def test_nothing_has_no_rate_and_no_average() -> None:
    assert percentage(0, 0) is None
    assert ratio(0, 0) is None
    assert (percentage(0, 5), ratio(7, 2)) == (F(0), F(7, 2))

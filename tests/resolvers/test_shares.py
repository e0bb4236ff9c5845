"""Shares that still make up the whole after they are rounded."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from resolvers.shares import shares


def test_what_is_left_over_goes_to_the_largest_remainder() -> None:
    assert shares([1, 1, 1]) == [0.333334, 0.333333, 0.333333]
    assert shares([2, 1]) == [0.666667, 0.333333]
    assert shares([5]) == [1.0]


def test_nothing_has_no_shares() -> None:
    assert shares([]) == []
    assert shares([0, 0]) == [0.0, 0.0]


@given(st.lists(st.integers(0, 10**18), min_size=1, max_size=40).filter(any))
def test_shares_sum_to_one_and_are_near_the_truth(parts: list[int]) -> None:
    found = shares(parts)
    assert sum(Decimal(repr(share)) for share in found) == 1
    assert all(abs(share - part / sum(parts)) < 1.1e-6 for share, part in zip(found, parts, strict=True))

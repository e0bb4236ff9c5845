"""Shares of a whole, rounded so that they still make it up."""

from collections.abc import Sequence

UNITS = 10**6


def shares(parts: Sequence[int]) -> list[float]:
    """Return each part's share of their sum, 0 to 1, to six decimals, which add up to exactly 1 (or all are 0)."""
    return [units / UNITS for units in apportioned(parts, UNITS)]


def apportioned(parts: Sequence[int], units: int) -> list[int]:
    """Return how many of so many units fall to each part, all of them together (or none, where all parts are 0).

    What rounding down leaves over goes to the largest remainders, the earlier of equal ones first.
    """
    whole = sum(parts)
    if not whole:
        return [0 for _ in parts]
    found = [part * units // whole for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda n: (-(parts[n] * units % whole), n))
    for n in by_remainder[: units - sum(found)]:
        found[n] += 1
    return found

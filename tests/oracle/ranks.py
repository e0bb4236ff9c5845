"""Observed durations, kept one by one so that any percentile of them is exact."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

#: The widest a bin may be for its middle to be within 1 % of all that it holds: (1 + 1 %) / (1 - 1 %).
GROWTH = Fraction(101, 99)
EDGES = [101**n // 99**n for n in range(1200)]


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds observed, ascending. Absent ones never enter."""

    values: tuple[int, ...]

    @classmethod
    def of(cls, values: Iterable[int | None]) -> "Spread":
        """The spread of the values that are there."""
        return cls(tuple(sorted(value for value in values if value is not None)))

    @property
    def count(self) -> int:
        """How many were observed."""
        return len(self.values)

    @property
    def sum_ms(self) -> int:
        """Their exact sum."""
        return sum(self.values)

    @property
    def average_ms(self) -> Fraction | None:
        """Their exact mean; None of nothing."""
        return Fraction(self.sum_ms, self.count) if self.values else None

    def percentile(self, percent: int) -> int | None:
        """Nearest rank: the smallest value that at least `percent` (1..100) of all values do not exceed."""
        if not self.values:
            return None
        rank = -(-percent * self.count // 100)
        return self.values[rank - 1]


def bin_of(milliseconds: int | None) -> int:
    """The bin of a sketch: -1 for none, 0 for zero, else k >= 1 with GROWTH^(k-2) < milliseconds <= GROWTH^(k-1)."""
    if milliseconds is None:
        return -1
    return 1 + bisect_left(EDGES, milliseconds) if milliseconds else 0


def middle_of(bin_number: int) -> Fraction:
    """What a bin above 0 stands for: at most 1 % from anything in it."""
    return 2 * GROWTH ** (bin_number - 1) / (GROWTH + 1)

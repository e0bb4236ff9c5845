"""Observed durations, kept one by one so that any percentile of them is exact."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


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

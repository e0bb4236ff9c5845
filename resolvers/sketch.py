"""Latency histograms: merging is adding, percentiles are by nearest rank and within 1 %.

Bin k >= 1 stands for 2 g^(k-1) / (g + 1) milliseconds with g = 1.01/0.99, bin 0 for zero, bin -1 counts events
that told no latency (DDSketch, Masson et al. 2019; `latency_bin` in the database).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from resolvers.comparison import percentage, ratio

GROWTH = 1.01 / 0.99
ABSENT = -1


class Binned(Protocol):
    """A row that carries a sketch."""

    @property
    def bins(self) -> list[int]: ...
    @property
    def counts(self) -> list[int]: ...
    @property
    def sum_ms(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Sketch:
    """Events by bin, and the exact sum of their milliseconds."""

    counts: Counter[int] = field(default_factory=Counter)
    sum_ms: int = 0

    @property
    def event_count(self) -> int:
        """Events, whether they told a latency or not."""
        return self.counts.total()

    @property
    def count(self) -> int:
        """Latencies told."""
        return self.event_count - self.counts[ABSENT]

    @property
    def coverage(self) -> Fraction | None:
        """Events that told one, in percent; None without an event."""
        return percentage(self.count, self.event_count)

    @property
    def average_ms(self) -> Fraction | None:
        """The exact mean; None of nothing."""
        return ratio(self.sum_ms, self.count)

    def percentile(self, percent: int) -> float | None:
        """Return what stands for the smallest latency that `percent` of all do not exceed; None of nothing."""
        left = -(-percent * self.count // 100)
        for number in sorted(self.counts):
            if number == ABSENT:
                continue
            left -= self.counts[number]
            if left <= 0:
                return middle_ms(number)
        return None


def middle_ms(number: int) -> float:
    """Return what a bin stands for, at most 1 % from anything in it."""
    return 2 * GROWTH ** (number - 1) / (GROWTH + 1) if number else 0.0


def merged(rows: Iterable[Binned]) -> Sketch:
    """Return the sketch of all rows together."""
    counts: Counter[int] = Counter()
    sum_ms = 0
    for row in rows:
        for number, count in zip(row.bins, row.counts, strict=True):
            counts[number] += count
        sum_ms += row.sum_ms
    return Sketch(counts, sum_ms)

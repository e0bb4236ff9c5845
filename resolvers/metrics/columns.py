"""Figures from cells: exactly, one place at a time, or a whole series at once as clients are told it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from operator import add, sub
from typing import TypeAlias

from resolvers.comparison import ratio
from resolvers.metrics.cells import Grid
from resolvers.metrics.declaration import (
    SETTLED_AT_LEAST,
    TOLD,
    Adds,
    Distinct,
    Extreme,
    Metric,
    Percentile,
    Ratio,
    Sum,
    Unit,
)
from resolvers.sketch import ABSENT, Sketch

# Exact: whole numbers and fractions. A percentile is what stands for a bin.
Value: TypeAlias = int | Fraction | float | None
# As JSON has it: amounts are digits, counts whole numbers, the rest numbers.
Told: TypeAlias = str | int | float | None

DECIMALS = 6
MILLION = 10**DECIMALS
PERCENTILE_DECIMALS = 3


@dataclass(slots=True)
class Columns:
    """Grids laid over each other: what several values, or several families, hold together, place by place."""

    grids: Sequence[Grid]
    size: int
    events: str | None = None
    _sums: dict[str | Sum, list[int]] = field(default_factory=dict)
    _sketches: list[Counter[int]] | None = None

    def sum(self, name: str) -> list[int]:
        """Return a measure of every place, 0 where nothing happened."""
        if name not in self._sums:
            self._sums[name] = self._derived(name) if name in {TOLD, SETTLED_AT_LEAST} else self._added(name)
        return self._sums[name]

    def linear(self, terms: Sum) -> list[int]:
        """Return a sum of measures, less others, of every place."""
        if len(terms.plus) == 1 and not terms.minus:
            return self.sum(terms.plus[0])
        if terms not in self._sums:
            sums = self.sum(terms.plus[0])
            for sign, names in ((add, terms.plus[1:]), (sub, terms.minus)):
                for name in names:
                    sums = list(map(sign, sums, self.sum(name)))
            self._sums[terms] = sums
        return self._sums[terms]

    def extreme(self, name: str, adds: Adds) -> list[int | None]:
        """Return the smallest or largest of every place."""
        pick = min if adds is Adds.MIN else max
        found: list[int | None] = [None] * self.size
        for grid in self.grids:
            for place, given in zip(grid.places, grid.columns.get(name, ()), strict=False):
                if given is not None:
                    value, known = int(given), found[place]
                    found[place] = value if known is None else pick(known, value)
        return found

    def sketches(self) -> list[Counter[int]]:
        """Return the merged histogram of every place."""
        if self._sketches is None:
            self._sketches = [Counter() for _ in range(self.size)]
            for grid in self.grids:
                counts = grid.columns.get(self.events or "", ())
                for place, number, count in zip(grid.places, grid.bins or (), counts, strict=False):
                    self._sketches[place][number] += int(count or 0)
        return self._sketches

    def _added(self, name: str) -> list[int]:
        found = [0] * self.size
        for grid in self.grids:
            for place, value in zip(grid.places, grid.columns.get(name, ()), strict=False):
                if value:
                    found[place] += int(value)
        return found

    def _derived(self, name: str) -> list[int]:
        if name == TOLD:
            return [counts.total() - counts[ABSENT] for counts in self.sketches()]
        # Two statements may see a payment more or less when one settles just between them.
        both = zip(self.sum("settled_count"), self.sum("identified_count"), strict=True)
        return [max(settled, identified) for settled, identified in both]


def value_at(metric: Metric, columns: Columns, place: int) -> Value:
    """Return the exact figure of one place."""
    match metric.shape:
        case Sum():
            return columns.linear(metric.shape)[place]
        case Distinct():
            return columns.linear(metric.shape.terms)[place]
        case Extreme(column, adds):
            return columns.extreme(column, adds)[place]
        case Ratio(part, whole, factor):
            return ratio(factor * columns.linear(part)[place], columns.linear(whole)[place])
        case Percentile(rank):
            return Sketch(columns.sketches()[place]).percentile(rank)


def tell(metric: Metric, value: Value) -> Told:
    """Write an exact figure as clients are told it."""
    if value is None:
        return None
    match metric.unit:
        case Unit.ZATOSHI:
            return str(round(value))
        case Unit.COUNT:
            return int(value)
    if isinstance(value, float):
        return round(value, PERCENTILE_DECIMALS)
    return float(round(Fraction(value), DECIMALS))


def told_series(metric: Metric, columns: Columns, places: range) -> list[Told]:
    """Return the figures of places side by side, the same as `tell` of each `value_at`, for a tenth of the time."""
    first, last = places.start, places.stop
    match metric.shape:
        case Ratio(part, whole, factor):
            parts, wholes = columns.linear(part)[first:last], columns.linear(whole)[first:last]
            if metric.unit is Unit.ZATOSHI:
                return [str(_rounded(factor * a, b)) if b else None for a, b in zip(parts, wholes, strict=True)]
            scale = factor * MILLION
            return [_rounded(scale * a, b) / MILLION if b else None for a, b in zip(parts, wholes, strict=True)]
        case Sum() | Distinct():
            sums = columns.linear(metric.weight)[first:last]
            return [str(value) for value in sums] if metric.unit is Unit.ZATOSHI else list(sums)
        case Extreme(column, adds):
            return [tell(metric, value) for value in columns.extreme(column, adds)[first:last]]
        case _:
            return [tell(metric, value_at(metric, columns, place)) for place in places]


def _rounded(part: int, whole: int) -> int:
    """Return part / whole, half-even; the whole is positive."""
    quotient, rest = divmod(part, whole)
    twice = 2 * rest
    return quotient + 1 if twice > whole or (twice == whole and quotient & 1) else quotient

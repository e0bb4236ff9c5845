"""How a metric is declared: what it is made of, as data, so that text, SQL columns and figures follow from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from resolvers.describing import describe
from resolvers.metrics.dimensions import Dimension


class Unit(Enum):
    """What a figure is counted in."""

    ZATOSHI = "zatoshi"
    COUNT = "count"
    PERCENT = "percent"
    MILLISECONDS = "ms"
    NUMBER = "number"


class Adds(Enum):
    """How figures of parts make that of the whole."""

    SUM = "sum"
    MIN = "min"
    MAX = "max"
    RATIO = "ratio of sums"
    DISTINCT = "distinct"
    PERCENTILE = "percentile"


describe(
    Unit,
    "What a figure is counted in.",
    name="MetricUnit",
    ZATOSHI="An amount in zatoshi (10^-8 ZEC), a string of digits; averages are rounded half-even.",
    COUNT="A whole number.",
    PERCENT="Percent, to six decimals.",
    MILLISECONDS="Milliseconds; averages to six decimals, percentiles to three.",
    NUMBER="A plain number, to six decimals.",
)
describe(
    Adds,
    "How the figures of parts make that of the whole. Whatever it is, a total is counted anew and right.",
    name="MetricAggregation",
    SUM="They add up.",
    MIN="The smallest of them.",
    MAX="The largest of them.",
    RATIO="Numerators and denominators add up, each by itself; the ratios do not.",
    DISTINCT="Not at all: who is in two parts is one in the whole.",
    PERCENTILE="Not at all: histograms are merged, and the percentile is that of the merged one.",
)

# Latencies told, of a histogram: all its events less those that told none.
TOLD = "told_count"
# Payments settled as far as two statements agree on them: never fewer than those whose payer is known.
SETTLED_AT_LEAST = "settled_at_least"


@dataclass(frozen=True, slots=True)
class Sum:
    """Measures added, less others."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    @property
    def adds(self) -> Adds:
        """They add up."""
        return Adds.SUM

    def __str__(self) -> str:
        """The formula."""
        return " + ".join(self.plus) + "".join(f" - {name}" for name in self.minus)


@dataclass(frozen=True, slots=True)
class Distinct:
    """A number of different things, which the family counts, less some of them."""

    column: str
    less: tuple[str, ...] = ()

    @property
    def adds(self) -> Adds:
        """They do not."""
        return Adds.DISTINCT

    @property
    def terms(self) -> Sum:
        """What is computed of one place."""
        return Sum((self.column,), self.less)

    def __str__(self) -> str:
        """The formula."""
        return str(self.terms)


@dataclass(frozen=True, slots=True)
class Extreme:
    """The smallest or largest, of so many as `of` counts."""

    column: str
    adds: Adds
    of: str

    def __str__(self) -> str:
        """The formula."""
        return f"{self.adds.value}({self.column})"


@dataclass(frozen=True, slots=True)
class Ratio:
    """One sum over another, times a factor; None over nothing."""

    part: Sum
    whole: Sum
    factor: int = 1

    @property
    def adds(self) -> Adds:
        """Numerator and denominator do."""
        return Adds.RATIO

    def __str__(self) -> str:
        """The formula."""
        part, whole = (
            f"({each})" if len(each.plus) + len(each.minus) > 1 else f"{each}" for each in (self.part, self.whole)
        )
        return f"{f'{self.factor} × ' if self.factor != 1 else ''}{part} / {whole}"


@dataclass(frozen=True, slots=True)
class Percentile:
    """By nearest rank of a merged histogram."""

    rank: int

    @property
    def adds(self) -> Adds:
        """They do not."""
        return Adds.PERCENTILE

    def __str__(self) -> str:
        """The formula."""
        return f"p{self.rank}(latency)"


Shape: TypeAlias = Sum | Distinct | Extreme | Ratio | Percentile


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    `sources` are alternatives: the first whose families all have the dimensions asked for serves. `where` holds it to
    one value of a dimension. Figures are not negative unless it is `signed`, percentages at most 100 unless `over_100`.
    """

    slug: str
    unit: Unit
    shape: Shape
    definition: str
    sources: tuple[tuple[str, ...], ...]
    where: tuple[Dimension, str] | None = None
    signed: bool = False
    over_100: bool = False

    @property
    def adds(self) -> Adds:
        """How figures of parts make that of the whole."""
        return self.shape.adds

    @property
    def weight(self) -> Sum:
        """What orders groups and what an alert's minimum counts: the metric itself, or how much it is a rate of."""
        match self.shape:
            case Sum():
                return self.shape
            case Distinct():
                return self.shape.terms
            case Extreme():
                return Sum((self.shape.of,))
            case Ratio():
                return self.shape.whole
            case Percentile():
                return Sum((TOLD,))

    def columns(self) -> Iterator[str]:
        """Give the measures that it is computed from."""
        match self.shape:
            case Ratio():
                yield from (*self.shape.part.plus, *self.shape.part.minus)
            case Extreme():
                yield self.shape.column
        yield from (*self.weight.plus, *self.weight.minus)

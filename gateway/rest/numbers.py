"""How numbers are written: money from the digits of its whole number, rates with two decimals."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Annotated, Any, TypeAlias

from msgspec import Meta, Raw

from resolvers.shares import apportioned

# Written as it is: no float, and no notation with an exponent, ever touches an amount.
Zec: TypeAlias = Annotated[Raw, Meta(description="An amount in ZEC, exact.", extra_json_schema={"type": "number"})]
Rate: TypeAlias = Annotated[float, Meta(description="Percent, with two decimals.")]
Mean: TypeAlias = Annotated[float, Meta(description="A mean, with two decimals.")]

# One meaning everywhere: what one route calls transactionCount adds up to what another does.
Decided: TypeAlias = Annotated[int, Meta(description="Attempts decided: settled, failed and expired.")]
Settled: TypeAlias = Annotated[int, Meta(description="Payments settled: those that revenue is the sum of.")]
Failed: TypeAlias = Annotated[int, Meta(description="Attempts failed.")]
Expired: TypeAlias = Annotated[int, Meta(description="Attempts expired.")]

HUNDREDTH = Decimal("0.01")


def zec(money: dict[str, Any]) -> Raw:
    """Write an amount as a JSON number: `{"zec": "12.50000000"}` is 12.5."""
    whole, _, places = str(money["zec"]).partition(".")
    places = places.rstrip("0")
    return Raw((f"{whole}.{places}" if places else whole).encode())


def zec_or_null(money: dict[str, Any] | None) -> Raw | None:
    """Write an amount where there is one."""
    return None if money is None else zec(money)


def rate(part: int, whole: int) -> float | None:
    """Return a part of a whole as percent, rounded once, half-even to two decimals; None of nothing."""
    return mean(100 * part, whole)


def percentages(parts: Sequence[int]) -> list[float]:
    """Return each part of their sum as percent with two decimals, which add up to exactly 100 (or all are 0)."""
    return [hundredths / 100 for hundredths in apportioned(parts, 100 * 100)]


def mean(total: int, count: int) -> float | None:
    """Return a total per thing that it is of, rounded once, half-even to two decimals; None of nothing."""
    return float(round(Fraction(total, count), 2)) if count else None


def two_decimals(value: float | None) -> float | None:
    """Round a number half-even to two decimals.

    What GraphQL told is rounded to six already: where its counts are at hand, `rate` tells a half from what is near it.
    """
    if value is None:
        return None
    return float(Decimal(repr(value)).quantize(HUNDREDTH, ROUND_HALF_EVEN))

"""Amounts as text, exact to the last digit."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

ZATOSHI_PER_ZEC: Final = 10**8
#: Wide enough for any amount times any rate: nothing is rounded before it is told to.
EXACT: Final = Context(prec=200, rounding=ROUND_HALF_EVEN)
CENT: Final = Decimal("0.01")


def zec_text(zatoshi: int) -> str:
    """Return an amount in ZEC with eight places."""
    whole, rest = divmod(abs(zatoshi), ZATOSHI_PER_ZEC)
    return f"{'-' if zatoshi < 0 else ''}{whole}.{rest:08d}"


def value_of(zatoshi: int, rate: Decimal) -> Decimal:
    """Return the exact value of an amount at a rate: units of a currency for one ZEC."""
    return EXACT.divide(EXACT.multiply(Decimal(zatoshi), rate), Decimal(ZATOSHI_PER_ZEC))


def cents(value: Decimal) -> Decimal:
    """Round to two places, half-even; a zero has no sign."""
    rounded = value.quantize(CENT, context=EXACT)
    return abs(rounded) if rounded == 0 else rounded

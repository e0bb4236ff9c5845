"""Money as clients see it: one exact amount in two notations."""

from fractions import Fraction

import strawberry

from resolvers.scalars import Zatoshi

ZATOSHI_PER_ZEC = 10**8


@strawberry.type(description="An exact amount of Zcash. An average is rounded half-even to a whole zatoshi.")
class Money:
    """An amount; `amount_zat` is a whole number of zatoshi, which may be negative for a change."""

    zatoshi: Zatoshi = strawberry.field(description="The amount in zatoshi (10^-8 ZEC), a string of digits.")

    zec: str = strawberry.field(description="The amount in ZEC, decimal text with eight places, such as 0.02800000.")
    currency: str = strawberry.field(default="ZEC", description="Always ZEC.")


def money(amount: Fraction | int) -> Money:
    """Return an amount of zatoshi as money, rounding a fraction half-even."""
    zatoshi = round(amount)
    whole, rest = divmod(abs(zatoshi), ZATOSHI_PER_ZEC)
    return Money(zatoshi=Zatoshi(zatoshi), zec=f"{'-' if zatoshi < 0 else ''}{whole}.{rest:08d}")


def money_or_null(amount: Fraction | int | None) -> Money | None:
    """Return an amount as money where there is one."""
    return None if amount is None else money(amount)

"""What happened in a window, as a point of a series tells it."""

import strawberry

from resolvers.money import Money, money, money_or_null
from resolvers.periods import Window
from resolvers.scalars import percent
from resolvers.totals import Totals


@strawberry.type(description="What happened in a window.")
class Figures:
    """Counts and money; plain attributes, because a series has many of them."""

    window: Window = strawberry.field(description="What is counted.")
    revenue: Money = strawberry.field(description="Sum of the amounts settled.")
    transaction_count: int = strawberry.field(description="Attempts decided: settled, failed and expired.")
    settled_count: int = strawberry.field(description="Payments settled.")
    failed_count: int = strawberry.field(description="Attempts failed.")
    expired_count: int = strawberry.field(description="Attempts expired.")
    success_rate: float | None = strawberry.field(
        description="Settled per decided attempt, in percent, to six decimals; null where nothing was decided."
    )
    average_value: Money | None = strawberry.field(
        description="Revenue per settled payment, rounded half-even to whole zatoshi; null without one."
    )


def figures(window: Window, totals: Totals) -> Figures:
    """Return the figures of a window."""
    return Figures(
        window=window,
        revenue=money(totals.revenue_zat),
        transaction_count=totals.transaction_count,
        settled_count=totals.settled_count,
        failed_count=totals.failed_count,
        expired_count=totals.expired_count,
        success_rate=percent(totals.success_rate),
        average_value=money_or_null(totals.average_zat),
    )

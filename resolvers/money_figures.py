"""What a window's money comes to."""

import strawberry

from resolvers.money import Money, money, money_or_null
from resolvers.totals import Totals


@strawberry.type(description="What came in, what went back, and what is left.")
class MoneyFigures:
    """Fees count when a payment settles, the fee returned when it is refunded."""

    gross: Money = strawberry.field(description="Revenue: sum of the amounts settled.")
    refunds: Money = strawberry.field(description="Sum of the amounts refunded.")
    fees: Money = strawberry.field(description="Sum of the fees of settled payments.")
    fees_returned: Money = strawberry.field(description="Sum of the fees returned with refunds.")
    net: Money = strawberry.field(description="gross − refunds − (fees − feesReturned); it may be negative.")
    transaction_count: int = strawberry.field(description="Attempts decided: settled, failed and expired.")
    settled_count: int = strawberry.field(description="Payments settled, whose amounts make up gross.")
    refunded_count: int = strawberry.field(description="Refunds, of which a payment may have several.")
    average_value: Money | None = strawberry.field(
        description="Gross per settled payment, rounded half-even to whole zatoshi; null without one."
    )


def money_figures(totals: Totals) -> MoneyFigures:
    """Return the money of a window."""
    return MoneyFigures(
        gross=money(totals.revenue_zat),
        refunds=money(totals.refund_zat),
        fees=money(totals.fee_zat),
        fees_returned=money(totals.fee_returned_zat),
        net=money(totals.net_zat),
        transaction_count=totals.transaction_count,
        settled_count=totals.settled_count,
        refunded_count=totals.refunded_count,
        average_value=money_or_null(totals.average_zat),
    )

"""Who pays, as far as that is known."""

import asyncio
from collections.abc import Awaitable

import strawberry

from resolvers.comparison import percentage, ratio
from resolvers.periods import Window
from resolvers.range_input import RangeInput, span_of
from resolvers.scalars import percent
from resolvers.scope import Scope
from resolvers.totals import Totals
from sql.rows import PayerTotals


@strawberry.type(description="The payers of a range; a shielded payer is unknown and never counted as one.")
class Customers:
    """Exact, and how much of it is known."""

    window: Window = strawberry.field(description="What is counted: the range, up to `at`.")
    unique_payers: int = strawberry.field(
        description="Distinct identified payers of the payments settled, exact; never a sum of shorter ranges."
    )
    identified_payments: int = strawberry.field(description="Settled payments whose payer is known.")
    anonymous_payments: int = strawberry.field(description="Settled payments whose payer is unknown.")
    payer_coverage: float | None = strawberry.field(
        description="Settled payments whose payer is known, in percent of all, to six decimals; null without a payment."
    )
    payments_per_payer: float | None = strawberry.field(
        description="Identified payments per payer, to six decimals; null where no payer is known."
    )


def load_customers(scope: Scope, asked: RangeInput) -> Awaitable[Customers]:
    """Ask for the payers, and for all that settled."""
    window = span_of(scope, asked).counted.current
    loaders, key = scope.context.loaders, scope.key(window)
    payers, totals = loaders.payers_by_window.load(key), loaders.totals_by_window.load(key)

    async def built() -> Customers:
        return _customers(window, *await asyncio.gather(payers, totals))

    return built()


def _customers(window: Window, payers: PayerTotals, totals: Totals) -> Customers:
    # The two statements may see a payment more or less when one settles just between them.
    settled = max(totals.settled_count, payers.identified_count)
    return Customers(
        window=window,
        unique_payers=payers.unique_payer_count,
        identified_payments=payers.identified_count,
        anonymous_payments=settled - payers.identified_count,
        payer_coverage=percent(percentage(payers.identified_count, settled)),
        payments_per_payer=percent(ratio(payers.identified_count, payers.unique_payer_count)),
    )

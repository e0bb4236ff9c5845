"""Who pays, as far as that is known."""

import asyncio
from collections.abc import Awaitable

import strawberry

from resolvers.comparison import percentage, ratio
from resolvers.context import Info
from resolvers.customer_pages import CustomerConnection, load_payers
from resolvers.fields import after, loaded
from resolvers.money import Money, money, money_or_null
from resolvers.pages import DEFAULT_TOP, After, HowMany
from resolvers.range_answer import Answer
from resolvers.range_input import RangeInput, span_of
from resolvers.scalars import percent
from resolvers.scope import Scope
from resolvers.selection import names_below
from resolvers.totals import Totals
from sql.rows import PayerTotals

OF_NEW = frozenset({"newPayers", "returningPayers"})


@strawberry.type(description="The payers of a range; a shielded payer is unknown and never counted as one.")
class Customers(Answer):
    """Exact, and how much of it is known."""

    asked: strawberry.Private[RangeInput]
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
    identified_revenue: Money = strawberry.field(description="Sum of the amounts settled whose payer is known.")
    revenue_per_payer: Money | None = strawberry.field(
        description="Identified revenue per payer, rounded half-even to whole zatoshi; null where no payer is known."
    )

    @loaded(int | None, "Unique payers whose first settled payment ever lies in the window, exact.")
    def new_payers(self) -> Awaitable[int]:
        return self._new_payers()

    @loaded(int | None, "Unique payers who had settled a payment before the window, however long ago.")
    def returning_payers(self) -> Awaitable[int]:
        # The two statements may see a payer more or less who pays just between them.
        return after(self._new_payers(), lambda new: max(self.unique_payers - new, 0))

    @loaded(CustomerConnection | None, "The identified payers, those with the most revenue first.")
    def payers(self, first: HowMany = DEFAULT_TOP, cursor: After = None) -> Awaitable[CustomerConnection]:
        return load_payers(self.scope, self.window, self.asked, first, cursor)

    def _new_payers(self) -> Awaitable[int]:
        return self.scope.context.loaders.new_payers_by_window.load(self.scope.key(self.window))


def load_customers(scope: Scope, asked: RangeInput, info: Info) -> Awaitable[Customers]:
    """Ask for the payers, and for all that settled; for new payers where they are selected."""
    window = span_of(scope, asked).counted.current
    loaders, key = scope.context.loaders, scope.key(window)
    if names_below(info) & OF_NEW:
        loaders.prefetch(loaders.new_payers_by_window, key)
    payers, totals = loaders.payers_by_window.load(key), loaders.totals_by_window.load(key)

    async def built() -> Customers:
        found, every = await asyncio.gather(payers, totals)
        settled, revenue = _consistent(found, every)
        return Customers(
            scope=scope,
            asked=asked,
            window=window,
            computed_at=scope.computed_at(),
            unique_payers=found.unique_payer_count,
            identified_payments=found.identified_count,
            anonymous_payments=settled - found.identified_count,
            payer_coverage=percent(percentage(found.identified_count, settled)),
            payments_per_payer=percent(ratio(found.identified_count, found.unique_payer_count)),
            identified_revenue=money(revenue),
            revenue_per_payer=money_or_null(ratio(revenue, found.unique_payer_count)),
        )

    return built()


def _consistent(payers: PayerTotals, totals: Totals) -> tuple[int, int]:
    # The two statements may see a payment more or less when one settles just between them.
    return max(totals.settled_count, payers.identified_count), payers.identified_zat

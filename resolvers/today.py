"""The running day of the real-time view, with its payers."""

from collections.abc import Awaitable
from fractions import Fraction

import strawberry

from resolvers.comparison import percentage
from resolvers.fields import after, loaded
from resolvers.money import Money, money, money_or_null
from resolvers.periods import Period, Window
from resolvers.scalars import percent
from resolvers.scope import Scope
from resolvers.totals import Totals
from sql.rows import PayerTotals

OF_PAYERS = frozenset({"uniquePayers", "anonymousPayments", "payerCoverage"})


@strawberry.type(description="The merchant's running local day, up to `at`.")
class Today:
    """Totals of the day; its payers are another question, asked only where they are selected."""

    scope: strawberry.Private[Scope]
    totals: strawberry.Private[Totals]
    window: Window = strawberry.field(description="From the day's first instant up to `at`.")
    revenue: Money = strawberry.field(description="Sum of the amounts settled.")
    transaction_count: int = strawberry.field(description="Attempts decided: settled, failed and expired.")
    successful_count: int = strawberry.field(description="Payments settled.")
    failed_count: int = strawberry.field(description="Attempts failed.")
    expired_count: int = strawberry.field(description="Attempts expired.")
    success_rate: float | None = strawberry.field(
        description="Settled per decided attempt, in percent, to six decimals; null where nothing was decided."
    )
    average_value: Money | None = strawberry.field(
        description="Revenue per settled payment, rounded half-even to whole zatoshi; null without one."
    )

    @loaded(int | None, "Distinct identified payers of the payments settled, exact; shielded payers are unknown.")
    def unique_payers(self) -> Awaitable[int]:
        return after(self._payers(), lambda payers: payers.unique_payer_count)

    @loaded(int | None, "Settled payments whose payer is unknown.")
    def anonymous_payments(self) -> Awaitable[int]:
        return after(self._payers(), self._anonymous)

    @loaded(
        float | None,
        "Settled payments whose payer is known, in percent of all, to six decimals; null without a payment.",
    )
    def payer_coverage(self) -> Awaitable[float | None]:
        return after(self._payers(), lambda payers: percent(self._coverage(payers)))

    def _payers(self) -> Awaitable[PayerTotals]:
        return self.scope.context.loaders.payers_by_window.load(self.scope.key(self.window))

    def _anonymous(self, payers: PayerTotals) -> int:
        # The two statements may see a payment more or less when one settles just between them.
        return max(self.totals.settled_count - payers.identified_count, 0)

    def _coverage(self, payers: PayerTotals) -> Fraction | None:
        identified = min(payers.identified_count, self.totals.settled_count)
        return percentage(identified, self.totals.settled_count)


def load_today(scope: Scope, names: frozenset[str]) -> Awaitable[Today]:
    """Ask for the day's totals, and at the same time for its payers where they are selected."""
    window = scope.running(Period.DAY).current
    loaders = scope.context.loaders
    if names & OF_PAYERS:
        loaders.prefetch(loaders.payers_by_window, scope.key(window))
    return after(loaders.totals_by_window.load(scope.key(window)), lambda totals: _today(scope, window, totals))


def _today(scope: Scope, window: Window, totals: Totals) -> Today:
    return Today(
        scope=scope,
        totals=totals,
        window=window,
        revenue=money(totals.revenue_zat),
        transaction_count=totals.transaction_count,
        successful_count=totals.settled_count,
        failed_count=totals.failed_count,
        expired_count=totals.expired_count,
        success_rate=percent(totals.success_rate),
        average_value=money_or_null(totals.average_zat),
    )

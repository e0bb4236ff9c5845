"""The whole picture of a range, each figure beside the range before."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import strawberry

from resolvers.comparison import compare
from resolvers.comparison_types import (
    CountComparison,
    MoneyComparison,
    RateComparison,
    count_comparison,
    money_comparison,
    rate_comparison,
)
from resolvers.context import Info
from resolvers.fields import after, loaded
from resolvers.periods import ComparedWindows, Window
from resolvers.range_answer import Answer
from resolvers.range_input import RangeInput, span_of
from resolvers.resource_figures import ResourceFigures, resource_figures
from resolvers.resources import First, require_first
from resolvers.scope import Scope
from resolvers.selection import names_below
from resolvers.totals import Totals


@strawberry.type(description="Money of a range beside the range before.")
class MoneyOverview:
    """Of settlements and refunds in the range."""

    gross: MoneyComparison = strawberry.field(description="Revenue: sum of the amounts settled.")
    refunds: MoneyComparison = strawberry.field(description="Sum of the amounts refunded.")
    fees: MoneyComparison = strawberry.field(description="Sum of the fees of settled payments.")
    fees_returned: MoneyComparison = strawberry.field(description="Sum of the fees returned with refunds.")
    net: MoneyComparison = strawberry.field(description="gross − refunds − (fees − feesReturned); it may be negative.")


@strawberry.type(description="How often each step of a payment happened, beside the range before.")
class StepsOverview:
    """Each step counts when it happened."""

    created: CountComparison = strawberry.field(description="Payments asked for.")
    verifying: CountComparison = strawberry.field(description="Verifications begun.")
    verified: CountComparison = strawberry.field(description="Verifications that held.")
    settled: CountComparison = strawberry.field(description="Payments settled.")
    failed: CountComparison = strawberry.field(description="Attempts failed.")
    expired: CountComparison = strawberry.field(description="Attempts expired.")
    retried: CountComparison = strawberry.field(description="Further attempts begun.")
    refunded: CountComparison = strawberry.field(description="Refunds.")


@strawberry.type(
    description="What happened in a range beside the range before, up to the same wall time while it runs."
)
class PeriodOverview(Answer):
    """Of one merchant, or of all."""

    windows: strawberry.Private[ComparedWindows]
    previous_window: Window = strawberry.field(description="What it is compared with.")
    revenue: MoneyOverview = strawberry.field(description="Money.")
    transactions: CountComparison = strawberry.field(description="Attempts decided: settled, failed and expired.")
    steps: StepsOverview = strawberry.field(description="Events by step.")
    success_rate: RateComparison = strawberry.field(description="Settled per decided attempt, in percent.")
    average_value: MoneyComparison = strawberry.field(description="Revenue per settled payment.")


P = TypeVar("P", bound=PeriodOverview)


@strawberry.type(description="A merchant's range at a glance, beside the range before.")
class Overview(PeriodOverview):
    """With its payers and what they paid for, asked only where they are selected."""

    @loaded(CountComparison | None, "Distinct identified payers of the payments settled, exact.")
    def unique_payers(self) -> Awaitable[CountComparison]:
        load, key = self.scope.context.loaders.payers_by_window.load, self.scope.key
        asking = [load(key(window)) for window in (self.windows.current, self.windows.previous)]

        async def built() -> CountComparison:
            now, before = await asyncio.gather(*asking)
            return count_comparison(compare(now.unique_payer_count, before.unique_payer_count), self.windows)

        return built()

    @loaded(list[ResourceFigures] | None, "The resources with the most revenue.")
    def top_resources(self, first: First = 5) -> Awaitable[list[ResourceFigures]]:
        require_first(first)
        loading = self.scope.context.loaders.resources_by_part.load(self.scope.parts((self.window,)))
        return after(loading, lambda found: [resource_figures(row) for row in found[0][:first]])


def load_overview(scope: Scope, asked: RangeInput, info: Info) -> Awaitable[Overview]:
    """Ask for a range and the one before it, and at the same time for payers and resources where selected."""
    windows, names, loaders = span_of(scope, asked).counted, names_below(info), scope.context.loaders
    if "uniquePayers" in names:
        for window in (windows.current, windows.previous):
            loaders.prefetch(loaders.payers_by_window, scope.key(window))
    if "topResources" in names:
        loaders.prefetch(loaders.resources_by_part, scope.parts((windows.current,)))
    return load_period(scope, asked, Overview)


def load_period(scope: Scope, asked: RangeInput, kind: type[P]) -> Awaitable[P]:
    """Ask for the totals of a range and of the one before it."""
    windows = span_of(scope, asked).counted
    asking = [scope.totals(window) for window in (windows.current, windows.previous)]

    async def built() -> P:
        now, before = await asyncio.gather(*asking)
        return kind(
            scope=scope,
            window=windows.current,
            computed_at=scope.computed_at(),
            windows=windows,
            previous_window=windows.previous,
            revenue=_money(windows, now, before),
            transactions=_count(windows, now.transaction_count, before.transaction_count),
            steps=_steps(windows, now, before),
            success_rate=rate_comparison(compare(now.success_rate, before.success_rate), windows),
            average_value=money_comparison(compare(now.average_zat, before.average_zat), windows),
        )

    return built()


def _money(windows: ComparedWindows, now: Totals, before: Totals) -> MoneyOverview:
    def beside(current: int, previous: int) -> MoneyComparison:
        return money_comparison(compare(current, previous), windows)

    return MoneyOverview(
        gross=beside(now.revenue_zat, before.revenue_zat),
        refunds=beside(now.refund_zat, before.refund_zat),
        fees=beside(now.fee_zat, before.fee_zat),
        fees_returned=beside(now.fee_returned_zat, before.fee_returned_zat),
        net=beside(now.net_zat, before.net_zat),
    )


def _steps(windows: ComparedWindows, now: Totals, before: Totals) -> StepsOverview:
    return StepsOverview(
        created=_count(windows, now.created_count, before.created_count),
        verifying=_count(windows, now.verifying_count, before.verifying_count),
        verified=_count(windows, now.verified_count, before.verified_count),
        settled=_count(windows, now.settled_count, before.settled_count),
        failed=_count(windows, now.failed_count, before.failed_count),
        expired=_count(windows, now.expired_count, before.expired_count),
        retried=_count(windows, now.retried_count, before.retried_count),
        refunded=_count(windows, now.refunded_count, before.refunded_count),
    )


def _count(windows: ComparedWindows, now: int, before: int) -> CountComparison:
    return count_comparison(compare(now, before), windows)

"""The dashboard: four figures, three running periods, each beside the period before."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TypeAlias, TypeVar, cast

import strawberry

from resolvers.comparison import Compared, compare
from resolvers.comparison_types import (
    CountComparison,
    MoneyComparison,
    RateComparison,
    count_comparison,
    money_comparison,
    rate_comparison,
)
from resolvers.context import Info
from resolvers.periods import ComparedWindows, Period
from resolvers.scope import Scope
from resolvers.selection import names_below
from resolvers.totals import Totals

T = TypeVar("T")
Measure: TypeAlias = Callable[[Totals], Fraction | int | None]

PERIODS = {"today": Period.DAY, "thisWeek": Period.WEEK, "thisMonth": Period.MONTH}
TODAY = "The merchant's local day, up to `at`, beside the day before up to the same wall time."
WEEK = "The merchant's week (from its `weekStart`), up to `at`, beside the week before."
MONTH = "The merchant's month, up to `at`, beside the month before."


@strawberry.type(description="An amount over the running periods.")
class MoneyTrend:
    """Sums or averages of money."""

    today: MoneyComparison = strawberry.field(description=TODAY)
    this_week: MoneyComparison = strawberry.field(description=WEEK)
    this_month: MoneyComparison = strawberry.field(description=MONTH)


@strawberry.type(description="A number of things over the running periods.")
class CountTrend:
    """Counts."""

    today: CountComparison = strawberry.field(description=TODAY)
    this_week: CountComparison = strawberry.field(description=WEEK)
    this_month: CountComparison = strawberry.field(description=MONTH)


@strawberry.type(description="A rate over the running periods.")
class RateTrend:
    """Percentages."""

    today: RateComparison = strawberry.field(description=TODAY)
    this_week: RateComparison = strawberry.field(description=WEEK)
    this_month: RateComparison = strawberry.field(description=MONTH)


@strawberry.type(description="A merchant's figures of today, this week and this month, with comparisons.")
class Dashboard:
    """All of it comes from one statement, however many merchants and periods are asked for."""

    revenue: MoneyTrend = strawberry.field(
        description="Gross revenue: the sum of settled amounts, counted when they settled."
    )
    transactions: CountTrend = strawberry.field(description="Attempts decided: settled, failed and expired.")
    success_rate: RateTrend = strawberry.field(
        description="Settled per decided attempt, in percent; null where nothing was decided."
    )
    average_value: MoneyTrend = strawberry.field(
        description="Revenue per settled payment, rounded half-even to whole zatoshi; null without one."
    )
    computed_at: datetime = strawberry.field(description="When this answer was computed.")
    as_of: datetime = strawberry.field(description="The instant up to which every acknowledged event is included.")
    newest_event_at: datetime | None = strawberry.field(
        description="Time of the newest payment event in the periods that are selected; null without one."
    )


def load_dashboard(scope: Scope, info: Info) -> Awaitable[Dashboard]:
    """Ask for the windows of the periods that are selected, and return what builds the dashboard from them."""
    names = names_below(info)
    # Freshness alone is that of the longest period.
    periods = [each for name, each in PERIODS.items() if name in names] or [Period.MONTH]
    windows = {each: scope.running(each) for each in periods}
    load = scope.context.loaders.totals_by_window.load
    asked = [load(scope.key(window)) for each in windows.values() for window in (each.current, each.previous)]

    async def built() -> Dashboard:
        found = iter(await asyncio.gather(*asked))
        return _dashboard(scope, {each: Beside(windows[each], next(found), next(found)) for each in windows})

    return built()


@dataclass(frozen=True, slots=True)
class Beside:
    """The totals of a period and of the one before."""

    windows: ComparedWindows
    current: Totals
    previous: Totals


def _dashboard(scope: Scope, totals: dict[Period, Beside]) -> Dashboard:
    def trend(write: Callable[[Compared, ComparedWindows], T], measure: Measure) -> dict[str, T]:
        # What is not selected is never looked at (see `names_below`), so it may be missing.
        return {
            attribute: write(compare(measure(each.current), measure(each.previous)), each.windows)
            if (each := totals.get(period))
            else cast("T", None)
            for attribute, period in zip(("today", "this_week", "this_month"), Period, strict=True)
        }

    parts = [part for each in totals.values() for part in (each.current, each.previous)]
    return Dashboard(
        revenue=MoneyTrend(**trend(money_comparison, lambda each: each.revenue_zat)),
        transactions=CountTrend(**trend(count_comparison, lambda each: each.transaction_count)),
        success_rate=RateTrend(**trend(rate_comparison, lambda each: each.success_rate)),
        average_value=MoneyTrend(**trend(money_comparison, lambda each: each.average_zat)),
        computed_at=scope.context.services.clock(),
        as_of=scope.fresh(*(part.as_of for part in parts)),
        newest_event_at=max((part.newest_event_at for part in parts if part.newest_event_at), default=None),
    )

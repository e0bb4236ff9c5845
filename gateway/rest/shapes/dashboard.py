"""Today, this week and this month, each beside the period before."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from gateway.rest.ranges import Asked
from gateway.rest.shapes.comparison import (
    CountComparison,
    MoneyComparison,
    RateComparison,
    count_comparison,
    money_comparison,
    rate_comparison,
)
from gateway.rest.shapes.shape import Shape

T = TypeVar("T")


class Trend(Shape, Generic[T], frozen=True):
    """A figure over three running periods."""

    today: T
    this_week: T
    this_month: T


class Dashboard(Shape, frozen=True):
    """Each figure, compared up to the same time of the period before."""

    revenue: Trend[MoneyComparison]
    transactions: Trend[CountComparison]
    success_rate: Trend[RateComparison]
    average_value: Trend[MoneyComparison]


def dashboard(merchant: dict[str, Any], _: Asked) -> Dashboard:
    """Shape the operation `dashboard`."""
    told = merchant["dashboard"]
    return Dashboard(
        revenue=_trend(told["revenue"], money_comparison),
        transactions=_trend(told["transactions"], count_comparison),
        success_rate=_trend(told["successRate"], rate_comparison),
        average_value=_trend(told["averageValue"], money_comparison),
    )


def _trend(told: dict[str, Any], compare: Callable[[dict[str, Any]], T]) -> Trend[T]:
    return Trend(
        today=compare(told["today"]), this_week=compare(told["thisWeek"]), this_month=compare(told["thisMonth"])
    )

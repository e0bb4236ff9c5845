"""A range bucket by bucket."""

from typing import Any

from gateway.rest.numbers import Decided, Expired, Failed, Rate, Settled, Zec, rate, zec, zec_or_null
from gateway.rest.ranges import Asked
from gateway.rest.shapes.comparison import (
    CountComparison,
    MoneyComparison,
    RateComparison,
    count_comparison,
    money_comparison,
    rate_comparison,
)
from gateway.rest.shapes.shape import Shape, local_date


class Figures(Shape, frozen=True):
    """What happened in a bucket."""

    revenue: Zec
    transaction_count: Decided
    successful_count: Settled
    failed_count: Failed
    expired_count: Expired
    success_rate: Rate | None
    average_value: Zec | None


class TrendBucket(Shape, frozen=True):
    """One hour or day, and the merchant's date that it begins on.

    Figures are null where it has not begun, or has no counterpart in the period before.
    """

    date: str
    start: str
    end: str
    partial: bool
    current: Figures | None
    previous: Figures | None


class Totals(Shape, frozen=True):
    """The range as a whole, compared."""

    revenue: MoneyComparison
    transactions: CountComparison
    success_rate: RateComparison
    average_value: MoneyComparison


class Trends(Shape, frozen=True):
    """A range and the one before it."""

    timezone: str
    granularity: str
    total: Totals
    series: list[TrendBucket]


def trends(merchant: dict[str, Any], _: Asked) -> Trends:
    """Shape the operation `rest_trends`."""
    told = merchant["trends"]
    return Trends(
        timezone=merchant["timezone"],
        granularity=told["granularity"].lower(),
        total=totals(told["total"]),
        series=[
            TrendBucket(
                date=local_date(bucket["start"], merchant["timezone"]),
                start=bucket["start"],
                end=bucket["end"],
                partial=bucket["partial"],
                current=_figures(bucket["current"]),
                previous=_figures(bucket["previous"]),
            )
            for bucket in told["series"]
        ],
    )


def totals(told: dict[str, Any]) -> Totals:
    """Shape the whole of a range."""
    return Totals(
        revenue=money_comparison(told["revenue"]),
        transactions=count_comparison(told["transactions"]),
        success_rate=rate_comparison(told["successRate"]),
        average_value=money_comparison(told["averageValue"]),
    )


def _figures(told: dict[str, Any] | None) -> Figures | None:
    if told is None:
        return None
    return Figures(
        revenue=zec(told["revenue"]),
        transaction_count=told["transactionCount"],
        successful_count=told["settledCount"],
        failed_count=told["failedCount"],
        expired_count=told["expiredCount"],
        success_rate=rate(told["settledCount"], told["transactionCount"]),
        average_value=zec_or_null(told["averageValue"]),
    )

"""Money by interval."""

from typing import Any

from gateway.rest.numbers import Decided, Settled, Zec, zec, zec_or_null
from gateway.rest.ranges import Asked
from gateway.rest.shapes.shape import Shape, local_date


class MoneyFigures(Shape, frozen=True):
    """Money: `netRevenue` is revenue less refunds and the fees that were not returned.

    `averageValue` is revenue per payment settled, of which `successfulCount` says how many there are.
    """

    revenue: Zec
    refunds: Zec
    fees: Zec
    net_revenue: Zec
    transaction_count: Decided
    successful_count: Settled
    average_value: Zec | None


class RevenueBucket(MoneyFigures, frozen=True):
    """One interval, and the merchant's date that it begins on."""

    date: str
    start: str
    end: str
    partial: bool


class Revenue(Shape, frozen=True):
    """A range as a whole, and interval by interval up to now."""

    timezone: str
    interval: str
    total: MoneyFigures
    series: list[RevenueBucket]


def revenue(merchant: dict[str, Any], asked: Asked) -> Revenue:
    """Shape the operation `rest_revenue`."""
    told = merchant["revenue"]
    return Revenue(
        timezone=merchant["timezone"],
        interval=asked.values["interval"],
        total=MoneyFigures(**_figures(told["total"])),
        series=[
            RevenueBucket(
                date=local_date(bucket["start"], merchant["timezone"]),
                start=bucket["start"],
                end=bucket["end"],
                partial=bucket["partial"],
                **_figures(bucket["figures"]),
            )
            for bucket in told["series"]
            if bucket["figures"] is not None
        ],
    )


def _figures(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "revenue": zec(told["gross"]),
        "refunds": zec(told["refunds"]),
        "fees": zec(told["fees"]),
        "net_revenue": zec(told["net"]),
        "transaction_count": told["transactionCount"],
        "successful_count": told["settledCount"],
        "average_value": zec_or_null(told["averageValue"]),
    }

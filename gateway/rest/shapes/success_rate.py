"""How many attempts succeed, day by day."""

from typing import Any

from gateway.rest.numbers import Decided, Expired, Failed, Rate, Settled, rate
from gateway.rest.ranges import Asked
from gateway.rest.shapes.shape import Shape, local_date


class SuccessBucket(Shape, frozen=True):
    """One day of the merchant; partial where less than the whole day is counted."""

    date: str
    start: str
    end: str
    partial: bool
    transaction_count: Decided
    successful_count: Settled
    failed_count: Failed
    expired_count: Expired
    success_rate: Rate | None


class SuccessRate(Shape, frozen=True):
    """The range as a whole, which is no average of its days, and day by day."""

    timezone: str
    success_rate: Rate | None
    first_try_rate: Rate | None
    transaction_count: Decided
    successful_count: Settled
    failed_count: Failed
    expired_count: Expired
    series: list[SuccessBucket]


def success_rate(merchant: dict[str, Any], _: Asked) -> SuccessRate:
    """Shape the operation `rest_success_rate`."""
    told = merchant["successRate"]
    total = told["total"]
    return SuccessRate(
        timezone=merchant["timezone"],
        first_try_rate=rate(total["firstTrySettledCount"], total["firstTryDecidedCount"]),
        series=[
            SuccessBucket(
                date=local_date(bucket["start"], merchant["timezone"]),
                start=bucket["start"],
                end=bucket["end"],
                partial=bucket["partial"],
                **_counts(bucket["figures"]),
            )
            for bucket in told["series"]
            if bucket["figures"] is not None
        ],
        **_counts(total),
    )


def _counts(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "transaction_count": told["transactionCount"],
        "successful_count": told["settledCount"],
        "failed_count": told["failedCount"],
        "expired_count": told["expiredCount"],
        "success_rate": rate(told["settledCount"], told["transactionCount"]),
    }

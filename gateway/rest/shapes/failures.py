"""Why attempts fail."""

from typing import Any

from gateway.rest.numbers import Decided, Expired, Failed, Mean, Rate, Zec, mean, percentages, rate, zec
from gateway.rest.ranges import Asked
from gateway.rest.shapes.shape import Shape, hour_label


class Reason(Shape, frozen=True):
    """One reason, in words and as a code, and its part of all failures."""

    reason: str
    code: str
    count: int
    percentage: Rate


class HourOfFailures(Shape, frozen=True):
    """Failures at an hour of the merchant's clock."""

    hour: int
    label: str
    count: int


class RetryPatterns(Shape, frozen=True):
    """Payments first decided in the range that were tried again, by how they stand now."""

    average_retries: Mean | None
    retried_payments: int
    successful_retries: int
    failed_retries: int
    open_retries: int
    recovery_rate: Rate | None
    recovered_revenue: Zec


class Failures(Shape, frozen=True):
    """Failed attempts of a range; `failureRate` is the failed and the expired ones, per transaction."""

    total_failed: Failed
    expired_count: Expired
    transaction_count: Decided
    failure_rate: Rate | None
    common_reasons: list[Reason]
    failures_by_hour: list[HourOfFailures]
    retry_patterns: RetryPatterns


def failures(merchant: dict[str, Any], _: Asked) -> Failures:
    """Shape the operation `rest_failures`."""
    told = merchant["failures"]
    reasons = told["reasons"]
    parts = percentages([reason["failedCount"] for reason in reasons])
    return Failures(
        total_failed=told["failedCount"],
        expired_count=told["expiredCount"],
        transaction_count=told["transactionCount"],
        failure_rate=rate(told["transactionCount"] - told["settledCount"], told["transactionCount"]),
        common_reasons=[
            Reason(
                reason=words(reason["code"]),
                code=reason["code"],
                count=reason["failedCount"],
                percentage=percentage,
            )
            for reason, percentage in zip(reasons, parts, strict=True)
        ],
        failures_by_hour=[
            HourOfFailures(hour=each["hour"], label=hour_label(each["hour"]), count=each["failedCount"])
            for each in told["byHour"]
        ],
        retry_patterns=_retries(told["retries"]),
    )


def _retries(told: dict[str, Any]) -> RetryPatterns:
    return RetryPatterns(
        average_retries=mean(told["retryCount"], told["retriedCount"]),
        retried_payments=told["retriedCount"],
        successful_retries=told["successfulCount"],
        failed_retries=told["failedCount"],
        open_retries=told["openCount"],
        recovery_rate=rate(told["recoveredCount"], told["stoppedCount"]),
        recovered_revenue=zec(told["recoveredRevenue"]),
    )


def words(code: str) -> str:
    """Write a code in words: INVALID_PROOF is Invalid proof."""
    return code.replace("_", " ").capitalize()

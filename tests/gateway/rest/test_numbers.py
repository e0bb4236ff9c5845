"""Numbers of REST answers are rounded once, from the counts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.rest.numbers import mean, part_of, rate
from gateway.rest.ranges import Asked
from gateway.rest.shapes.failures import failures
from gateway.rest.shapes.legacy import payment_methods
from gateway.rest.shapes.success_rate import success_rate
from gateway.rest.shapes.transactions import transactions
from gateway.rest.shapes.webhooks import NO_ATTEMPTS, NO_DELIVERIES, _figures

# 12.34500022 %, which is 12.345 with six decimals, and that is half-even 12.34.
PART, WHOLE, TOLD = 8_532, 69_113, 12.35
ZEC = {"zec": "0.00000000"}
ASKED = Asked({"groupBy": "method"}, datetime(2026, 5, 13, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (PART, WHOLE, TOLD),
        (1_234_499_999, 10**10, 12.34),
        (2_469, 20_000, 12.34),  # 12.345 % itself: half-even
        (2_471, 20_000, 12.36),
        (1, 3, 33.33),
        (0, 7, 0.0),
        (7, 7, 100.0),
        (0, 0, None),
    ],
)
def test_a_rate_is_rounded_once(part: int, whole: int, told: float | None) -> None:
    assert rate(part, whole) == told
    assert part_of(part, whole) == (told or 0.0)
    assert mean(100 * part, whole) == told


def test_success_is_rounded_once() -> None:
    counts = {"transactionCount": WHOLE, "settledCount": PART, "failedCount": WHOLE - PART, "expiredCount": 0}
    total = {**counts, "firstTryDecidedCount": WHOLE, "firstTrySettledCount": PART}
    told = success_rate({"timezone": "UTC", "successRate": {"total": total, "series": []}}, ASKED)
    assert (told.success_rate, told.first_try_rate) == (TOLD, TOLD)


def test_failures_and_recoveries_are_rounded_once() -> None:
    retries: dict[str, Any] = {
        "retriedCount": 100 * WHOLE,
        "retryCount": 10_000 * PART,
        "successfulCount": 0,
        "failedCount": 0,
        "openCount": 0,
        "recoveredRevenue": ZEC,
        "stoppedCount": WHOLE,
        "recoveredCount": PART,
    }
    told = failures(
        {
            "failures": {
                "transactionCount": WHOLE,
                "settledCount": WHOLE - PART,
                "failedCount": WHOLE,
                "reasons": [{"code": "TIMEOUT", "failedCount": PART}],
                "byHour": [],
                "retries": retries,
            }
        },
        ASKED,
    )
    assert (told.failure_rate, told.common_reasons[0].percentage) == (TOLD, TOLD)
    assert (told.retry_patterns.recovery_rate, told.retry_patterns.average_retries) == (TOLD, TOLD)


def test_shares_are_rounded_once() -> None:
    groups = [
        {"key": None, "method": method, "transactionCount": count, "settledCount": count, "revenue": ZEC}
        for method, count in (("SHIELDED", PART), ("TRANSPARENT", WHOLE - PART))
    ]
    methods = payment_methods({"paymentMethods": {"methods": groups}}, ASKED)
    assert [method.percentage for method in methods] == [TOLD, 87.65]
    grouped = [{**group, "averageValue": None} for group in groups]
    assert [group.percentage for group in transactions({"transactions": {"groups": grouped}}, ASKED)] == [TOLD, 87.65]


def test_webhooks_are_rounded_once() -> None:
    deliveries = {**NO_DELIVERIES, "deliveredCount": PART, "failedCount": WHOLE - PART, "pendingCount": 9}
    told = _figures(deliveries, {**NO_ATTEMPTS, "firstTryCount": WHOLE, "firstTryDeliveredCount": PART})
    assert (told["success_rate"], told["first_try_rate"]) == (TOLD, TOLD)

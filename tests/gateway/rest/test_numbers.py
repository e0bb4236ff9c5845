"""Numbers of REST answers are rounded once, from the counts."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rest.numbers import mean, percentages, rate
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
                "expiredCount": 0,
                "reasons": [
                    {"code": "TIMEOUT", "failedCount": PART},
                    {"code": "OTHER", "failedCount": WHOLE - PART},
                ],
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
        {"key": None, "rest": False, "method": method, "transactionCount": count, "settledCount": count, "revenue": ZEC}
        for method, count in (("SHIELDED", PART), ("TRANSPARENT", WHOLE - PART))
    ]
    methods = payment_methods({"paymentMethods": {"methods": groups}}, ASKED)
    assert [method.percentage for method in methods] == [TOLD, 87.65]
    grouped = [{**group, "averageValue": None} for group in groups]
    assert [group.percentage for group in transactions({"transactions": {"groups": grouped}}, ASKED)] == [TOLD, 87.65]


def total(told: Iterable[float]) -> Decimal:
    return sum((Decimal(repr(each)) for each in told), Decimal())


def test_percentages_make_up_a_hundred_where_each_rounded_alone_would_not() -> None:
    assert percentages([1, 1, 1]) == [33.34, 33.33, 33.33]
    assert percentages([2, 2, 2, 1]) == [28.57, 28.57, 28.57, 14.29]
    assert percentages([0, 0]) == [0.0, 0.0]
    assert percentages([]) == []


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=101).filter(any))
def test_percentages_of_any_parts_make_up_a_hundred(parts: list[int]) -> None:
    found = percentages(parts)
    assert total(found) == 100
    assert all(abs(each - 100 * part / sum(parts)) < 0.011 for each, part in zip(found, parts, strict=True))


def test_the_percentages_of_each_route_make_up_a_hundred() -> None:
    thirds = [
        {"key": None, "rest": False, "method": None, "transactionCount": 1, "settledCount": 1, "revenue": ZEC}
        for _ in range(3)
    ]
    methods = payment_methods({"paymentMethods": {"methods": thirds}}, ASKED)
    groups = transactions({"transactions": {"groups": [{**each, "averageValue": None} for each in thirds]}}, ASKED)
    assert total(each.percentage for each in methods) == total(each.percentage for each in groups) == 100


def test_the_rest_of_the_resources_is_a_group_and_part_of_the_whole() -> None:
    told = [
        {"key": key, "rest": rest, "transactionCount": count, "settledCount": 0, "revenue": ZEC, "averageValue": None}
        for key, rest, count in (("/maps", False, 3), (None, False, 1), (None, True, 4))
    ]
    found = transactions({"transactions": {"groups": told}}, Asked({"groupBy": "resource"}, ASKED.now))
    assert [(each.key, each.rest, each.percentage) for each in found] == [
        ("/maps", False, 37.5),
        (None, False, 12.5),
        (None, True, 50.0),
    ]


def test_webhooks_are_rounded_once() -> None:
    deliveries = {**NO_DELIVERIES, "deliveredCount": PART, "failedCount": WHOLE - PART, "pendingCount": 9}
    told = _figures(deliveries, {**NO_ATTEMPTS, "firstTryCount": WHOLE, "firstTryDeliveredCount": PART})
    assert (told["success_rate"], told["first_try_rate"]) == (TOLD, TOLD)

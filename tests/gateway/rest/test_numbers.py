"""Numbers of REST answers are rounded once, from the counts."""

import pytest

from gateway.rest.numbers import rate
from gateway.rest.shapes.success_rate import _counts
from gateway.rest.shapes.webhooks import NO_ATTEMPTS, NO_DELIVERIES, _figures


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (8_532, 69_113, 12.35),  # 12.34500022 %: 12.345 with six decimals
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


def test_shapes_take_the_counts_where_they_have_them() -> None:
    counts = {"transactionCount": 69_113, "settledCount": 8_532, "failedCount": 60_581, "expiredCount": 0}
    assert _counts({**counts, "successRate": 12.345})["success_rate"] == 12.35
    deliveries = {
        **NO_DELIVERIES,
        "deliveredCount": 8_532,
        "failedCount": 60_581,
        "pendingCount": 9,
        "successRate": 12.345,
    }
    assert _figures(deliveries, NO_ATTEMPTS)["success_rate"] == 12.35

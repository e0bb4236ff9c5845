"""Success by payment, retries and recoveries, by hand and to the last number."""

from typing import Any

from tests.factories import corrected, created, expired, failed, refunded, retried, settled
from tests.resolvers.conftest import Desk

WEEK = "range: {period: WEEK}"  # from Monday the 11th up to Wednesday the 13th at noon
DAY = "2026-05-12T10"
RETRIES = """retries { retriedCount retryCount averageRetries successfulCount failedCount openCount stoppedCount
  recoveredCount recoveryRate recoveredRevenue { zatoshi }
  byFailureCode { code stoppedCount recoveredCount recoveryRate recoveredRevenue { zatoshi } } }"""
OUTCOMES = "byPayment { paymentCount settledCount failedCount openCount successRate }"
EVENTS = [
    settled("once", f"{DAY}:00:00", 1),
    failed("back", f"{DAY}:00:00", "TIMEOUT"),
    failed("back", f"{DAY}:10:00", "INVALID_PROOF", attempt=2),
    settled("back", f"{DAY}:20:00", 20, attempt=3),
    refunded("back", f"{DAY}:30:00", 5),
    failed("back", f"{DAY}:40:00", "OTHER", attempt=4, event_id="late"),  # after it settled
    failed("lost", f"{DAY}:00:00", "TIMEOUT"),
    failed("lost", f"{DAY}:10:00", "TIMEOUT", attempt=2),
    expired("slow", f"{DAY}:00:00"),
    settled("slow", "2026-05-13T10:00:00", 300),  # without a second attempt told
    failed("open", f"{DAY}:00:00", "TIMEOUT"),
    retried("open", f"{DAY}:10:00", 2),
    failed("old", "2026-05-10T23:59:59", "TIMEOUT"),  # first decided the week before
    settled("old", f"{DAY}:00:00", 4_000, attempt=2),
    created("never", f"{DAY}:00:00"),
]


async def ask(desk: Desk, at: str | None = None) -> Any:
    document = f"""query ($at: DateTime) {{ merchant(id: "shop") {{
      failures({WEEK}, at: $at) {{ {RETRIES} }} successRate({WEEK}, at: $at) {{ {OUTCOMES} }} }} }}"""
    return (await desk.data(document, at=at))["merchant"]


async def test_payments_count_once_where_they_were_first_decided(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(EVENTS)
    found = await ask(desk)
    assert list(found["successRate"]["byPayment"].values()) == [5, 3, 1, 1, 60.0]
    assert sorted(desk.statements) == [
        "cohorts_by_slot",
        "failures_by_slot",
        "merchants_by_id",
        "revenue_by_slot",
        "success_rate_by_slot",
    ]
    retries = found["failures"]["retries"]
    by_code = retries.pop("byFailureCode")
    # back: attempts 1 to 4, lost and open: 2.
    assert list(retries.values()) == [3, 5, 1.666667, 1, 1, 1, 4, 2, 50.0, {"zatoshi": "320"}]
    assert [list(each.values()) for each in by_code] == [
        ["TIMEOUT", 2, 0, 0.0, {"zatoshi": "0"}],
        [None, 1, 1, 100.0, {"zatoshi": "300"}],
        ["INVALID_PROOF", 1, 1, 100.0, {"zatoshi": "20"}],
    ]


async def test_a_past_moment_knows_nothing_of_what_settled_later(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(EVENTS)
    found = await ask(desk, "2026-05-12T10:15:00Z")
    assert list(found["successRate"]["byPayment"].values()) == [5, 1, 3, 1, 20.0]
    retries = found["failures"]["retries"]
    assert [each["code"] for each in retries["byFailureCode"]] == ["TIMEOUT", None, "INVALID_PROOF"]
    assert (retries["stoppedCount"], retries["recoveredCount"], retries["retriedCount"]) == (4, 0, 3)


async def test_nothing_decided_is_null_not_zero(desk: Desk) -> None:
    await desk.merchants("shop")
    found = await ask(desk)
    assert list(found["successRate"]["byPayment"].values()) == [0, 0, 0, 0, None]
    retries = found["failures"]["retries"]
    assert (retries["averageRetries"], retries["recoveryRate"], retries["byFailureCode"]) == (None, None, [])


async def test_a_correction_changes_a_closed_cohort(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(EVENTS)
    late = next(event for event in EVENTS if event["event_id"] == "slow-settled-1")
    await desk.tell([corrected(late)])
    assert list((await ask(desk))["successRate"]["byPayment"].values()) == [5, 2, 2, 1, 40.0]

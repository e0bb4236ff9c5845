"""The real-time view by hand: exact values, what is lazy, and the number of statements."""

from datetime import timedelta

import pytest

from resolvers import operations
from tests.factories import created, failed, refunded, retried, settled, verified, verifying
from tests.resolvers.conftest import NOW, Desk, merchant

REALTIME = operations.document("realtime")


async def test_exact_values(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(
        [
            settled("a", "2026-05-13T11:00:00", 1_000, payer="t1", fee=10, method="transparent", country="DE"),
            settled("b", "2026-05-13T11:30:00", 2_001, method="shielded", resource="/song"),
            failed("c", "2026-05-13T11:30:01"),
            settled("d", "2026-05-13T00:00:00", 500, payer="t1"),
            settled("e", "2026-05-13T10:00:00", 500, payer="t2"),
            refunded("e", "2026-05-13T11:00:00", 100),
            settled("y", "2026-05-12T23:59:59", 7, payer="t3"),
            created("open", "2026-05-13T11:00:00.000001"),
            verified("checked", "2026-05-13T11:30:00"),
            failed("again", "2026-05-13T11:31:00"),
            retried("again", "2026-05-13T11:32:00", 2),
            verifying("active", "2026-05-13T11:59:00"),
            created("stale", "2026-05-13T10:59:59.999999"),
            settled("later", "2026-05-13T12:00:00", 9),
        ]
    )
    found = (await desk.data(REALTIME, merchantId="shop"))["merchant"]["realtime"]
    assert found["currentHour"] == {
        "window": {"start": "2026-05-13T12:00:00.000000Z", "end": "2026-05-13T12:00:00.000000Z"},
        "revenue": {"zatoshi": "0", "zec": "0.00000000", "currency": "ZEC"},
        "transactionCount": 0,
        "successfulCount": 0,
        "failedCount": 0,
        "expiredCount": 0,
        "successRate": None,
        "averageValue": None,
    }
    assert found["today"] == {
        "window": {"start": "2026-05-13T00:00:00.000000Z", "end": "2026-05-13T12:00:00.000000Z"},
        "revenue": {"zatoshi": "4001", "zec": "0.00004001", "currency": "ZEC"},
        "transactionCount": 6,
        "successfulCount": 4,
        "failedCount": 2,
        "expiredCount": 0,
        "successRate": 66.666667,
        "averageValue": {"zatoshi": "1000", "zec": "0.00001000", "currency": "ZEC"},
        "uniquePayers": 2,
        "anonymousPayments": 1,
        "payerCoverage": 75.0,
    }
    assert found["live"] == {"pendingTransactions": 3, "activeVerifications": 1, "staleTransactions": 1}
    assert [(each["paymentId"], each["state"]) for each in found["recentPayments"]] == [
        ("b", "SETTLED"),
        ("a", "SETTLED"),
        ("e", "REFUNDED"),
        ("d", "SETTLED"),
        ("y", "SETTLED"),
    ]
    assert found["recentPayments"][1] == {
        "paymentId": "a",
        "amount": {"zatoshi": "1000", "zec": "0.00001000", "currency": "ZEC"},
        "fee": {"zatoshi": "10", "zec": "0.00000010", "currency": "ZEC"},
        "settledAt": "2026-05-13T11:00:00.000000Z",
        "payer": "t1",
        "method": "TRANSPARENT",
        "resource": None,
        "country": "DE",
        "state": "SETTLED",
    }
    assert found["newestEventAt"] == "2026-05-13T11:59:00.000000Z"
    assert found["asOf"] == "2026-05-13T12:00:00.000000Z"


async def test_the_newest_event_may_be_months_old(desk: Desk) -> None:
    """It is looked for of late, then in all that there was."""
    await desk.merchants("shop", "quiet", "new")
    await desk.tell(
        [
            settled("a", "2026-02-01T11:00:00", 1_000, merchant="quiet"),
            settled("b", "2026-01-31T11:00:00", 1_000, merchant="quiet"),
            settled("c", "2026-04-13T12:00:00", 1_000, merchant="shop"),
            settled("d", "2026-05-13T12:00:00", 1_000, merchant="shop"),
        ]
    )
    ask = "{ merchants(first: 3) { nodes { id realtime { newestEventAt } } } }"
    found = {each["id"]: each["realtime"]["newestEventAt"] for each in (await desk.data(ask))["merchants"]["nodes"]}
    assert found == {"new": None, "quiet": "2026-02-01T11:00:00.000000Z", "shop": "2026-04-13T12:00:00.000000Z"}


async def test_hour_runs_up_to_at(desk: Desk) -> None:
    await desk.merchants("shop", zone="Asia/Kathmandu")
    await desk.tell(
        [
            settled("a", "2026-05-13T12:14:59", 1),  # 17:59:59
            settled("b", "2026-05-13T12:15:00", 2),  # 18:00
            failed("c", "2026-05-13T12:20:00"),
            settled("d", "2026-05-13T12:25:00", 4),
        ]
    )
    document = """query ($at: DateTime) { merchant { realtime(at: $at) { currentHour {
      window { start end } revenue { zatoshi } transactionCount successRate } } } }"""
    found = await desk.data(document, merchant("shop"), at="2026-05-13T12:25:00Z")
    assert found["merchant"]["realtime"]["currentHour"] == {
        "window": {"start": "2026-05-13T12:15:00.000000Z", "end": "2026-05-13T12:25:00.000000Z"},
        "revenue": {"zatoshi": "2"},
        "transactionCount": 2,
        "successRate": 50.0,
    }


@pytest.mark.parametrize(
    ("selection", "statements"),
    [
        ("computedAt", []),
        ("asOf newestEventAt", ["live_by_merchant"]),
        ("currentHour { transactionCount } today { transactionCount }", ["revenue_by_slot"]),
        ("today { payerCoverage }", ["payers_by_slot", "revenue_by_slot"]),
        ("recentPayments { paymentId }", ["recent_payments_by_merchant"]),
        ("...F", ["live_by_merchant", "payers_by_slot", "revenue_by_slot"]),
    ],
)
async def test_only_what_is_selected_is_asked(desk: Desk, selection: str, statements: list[str]) -> None:
    await desk.merchants("shop")
    document = f"""query {{ merchant(id: "shop") {{ realtime {{ {selection} }} }} }}
      fragment F on Realtime {{ live {{ staleTransactions }} ... on Realtime {{ today {{ uniquePayers }} }} }}"""
    if "...F" not in selection:
        document = document.partition("fragment")[0]
    await desk.data(document)
    assert sorted(desk.statements[1:]) == statements
    assert desk.statements[0] == "merchants_by_id"


EVERYTHING = (
    operations.document("realtime")
    .partition("{\n  merchant(id: $merchantId) {")[2]
    .rpartition("}\n}")[0]
    .replace("(at: $at)", "")
)
DASHBOARD = """dashboard { asOf newestEventAt revenue { today { current { zec } } thisMonth { change { zec } } }
  transactions { thisWeek { current } } successRate { thisMonth { current } } averageValue { today { reason } } }"""


async def test_fifty_merchants_cost_as_many_statements_as_one(desk: Desk) -> None:
    for number in range(50):
        zone = ["UTC", "Asia/Kathmandu", "America/New_York", "Pacific/Apia"][number % 4]
        await desk.merchants(f"m{number:02}", zone=zone, week_start=1 + number % 7)
    await desk.tell(
        [settled(f"p{n}", NOW - timedelta(minutes=n + 1), 1, merchant=f"m{n:02}", payer="x") for n in range(50)]
    )
    one = await desk.data(f'{{ merchant(id: "m07") {{ {EVERYTHING} {DASHBOARD} }} }}')
    of_one = sorted(desk.statements)
    fifty = await desk.data(f"{{ merchants(first: 50) {{ nodes {{ {EVERYTHING} {DASHBOARD} }} }} }}")
    of_fifty = sorted(desk.statements)
    questions = ["live_by_merchant", "payers_by_slot", "recent_payments_by_merchant", "revenue_by_slot"]
    assert of_one == sorted(["merchants_by_id", *questions])
    assert of_fifty == sorted(["merchants_after", *questions])
    assert fifty["merchants"]["nodes"][7] == one["merchant"]
    aliases = " ".join(f'a{n}: merchant(id: "m{n:02}") {{ {EVERYTHING} {DASHBOARD} }}' for n in range(5))
    several = await desk.data(f"{{ {aliases} }}")
    assert sorted(desk.statements) == of_one
    assert several["a3"] == fifty["merchants"]["nodes"][3]

"""Resources, latency and webhooks of a range, by hand and to the last number."""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import access, settled, verified, webhook
from tests.oracle.ranks import Spread
from tests.resolvers.conftest import NOW, Desk

WEEK = "range: {period: WEEK}"  # from Monday the 11th up to Wednesday the 13th at noon


async def merchant(desk: Desk, selection: str) -> Any:
    return (await desk.data(f'{{ merchant(id: "shop") {{ {selection} }} }}'))["merchant"]


RESOURCES = """resourceCount resources { resource accessCount challengedCount paidCount conversionRate settledCount
  revenue { zatoshi } }"""


async def test_resources_by_revenue(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(
        [
            settled("a", "2026-05-12T10:00:00", 5, resource="/one"),
            settled("b", "2026-05-12T11:00:00", 9, resource="/two"),
            settled("c", "2026-05-12T12:00:00", 1),
            settled("d", "2026-05-10T23:59:59", 99, resource="/one"),  # the week before
            *(access("/one", f"2026-05-12T10:0{n}:00") for n in range(3)),
            access("/one", "2026-05-12T10:00:00", "paid"),
            access("/two", "2026-05-12T10:00:00", "paid"),
            access("/free", "2026-05-12T10:00:00"),
        ]
    )
    found = (await merchant(desk, f"resources({WEEK}) {{ {RESOURCES} }}"))["resources"]
    assert found["resourceCount"] == 4
    assert [list(each.values()) for each in found["resources"]] == [
        ["/two", 1, 0, 1, None, 1, {"zatoshi": "9"}],
        ["/one", 4, 3, 1, 33.333333, 1, {"zatoshi": "5"}],
        [None, 0, 0, 0, None, 1, {"zatoshi": "1"}],
        ["/free", 1, 1, 0, 0.0, 0, {"zatoshi": "0"}],
    ]
    few = (await merchant(desk, f"resources({WEEK}, first: 1) {{ {RESOURCES} }}"))["resources"]
    assert (few["resourceCount"], [each["resource"] for each in few["resources"]]) == (4, ["/two"])


PAGE = """query ($first: Int!, $after: String, $range: RangeInput = {period: WEEK}, $at: DateTime, $zone: String) {
  merchant(id: "shop") { resources(range: $range, at: $at, timezone: $zone) { resourceCount
    all(first: $first, after: $after) { nodes { resource } pageInfo { hasNextPage hasPreviousPage endCursor } } } } }"""


async def test_resources_page_by_page(desk: Desk) -> None:
    """More than a list may have, most of them equal in all but their names."""
    await desk.merchants("shop")
    await desk.tell([settled(f"p{n}", "2026-05-12T10:00:00", 7, resource=f"/R{n}") for n in range(60)])
    await desk.tell([settled(f"q{n}", "2026-05-12T10:00:00", 7, resource=f"/r{n}é") for n in range(60)])
    await desk.tell([access("/R7", "2026-05-12T10:00:00"), access("/free", "2026-05-12T10:00:00")])
    await desk.tell(
        [settled("most", "2026-05-12T10:00:00", 2 * 10**15), settled("out", "2026-05-01T10:00:00", 1, resource="/x")]
    )
    names = sorted({f"/R{n}" for n in range(60)} - {"/R7"}) + sorted(f"/r{n}é" for n in range(60))
    whole = [None, "/R7", *names, "/free"]
    after: str | None = None
    for first in (1, 7, 100):
        after = None
        told = []
        while True:
            resources = (await desk.data(PAGE, first=first, after=after))["merchant"]["resources"]
            page = resources["all"]
            told += [node["resource"] for node in page["nodes"]]
            assert resources["resourceCount"] == len(whole)
            assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        assert told == whole
    assert sorted(desk.statements) == ["merchants_by_id", "resources_by_page", "resources_by_slot"]
    alone = PAGE.replace("resourceCount", "")
    assert (await desk.data(alone, first=1))["merchant"]["resources"]["all"]["nodes"] == [{"resource": None}]
    assert sorted(desk.statements) == ["merchants_by_id", "resources_by_page"]
    variables: list[dict[str, Any]] = [
        {"first": 0},
        {"first": 101},
        {"after": "nonsense"},
        {"after": after, "zone": "Asia/Tokyo"},
        {"after": after, "at": "2026-05-12T12:00:00Z"},
        {"after": after, "range": {"days": 3}},
    ]
    for asked in variables:
        result = await desk.ask(PAGE, **{"first": 2, **asked})
        assert (result.codes, result.data is not None) == (("BAD_USER_INPUT",), True), asked


@pytest.mark.parametrize("first", [0, 101])
async def test_a_list_has_a_maximum(desk: Desk, first: int) -> None:
    await desk.merchants("shop")
    result = await desk.ask(f'{{ merchant(id: "shop") {{ resources({WEEK}, first: {first}) {{ resourceCount }} }} }}')
    assert result.codes == ("BAD_USER_INPUT",)
    assert result.errors[0]["message"] == "first must lie between 1 and 100."
    assert desk.statements == ["merchants_by_id"]


DURATIONS = "{ count coverage averageMs medianMs p95Ms p99Ms }"


def near(told: dict[str, Any], values: list[int]) -> bool:
    """Whether percentiles are within 1 % of the exact ones, of which the oracle knows."""
    spread = Spread.of(values)
    return all(
        abs(told[name] - (spread.percentile(rank) or 0)) <= 0.01 * (spread.percentile(rank) or 0) + 0.001
        for name, rank in (("medianMs", 50), ("p95Ms", 95), ("p99Ms", 99))
    )


async def test_latency_by_step(desk: Desk) -> None:
    await desk.merchants("shop", zone="Asia/Kathmandu")
    values = [n * n for n in range(100)]
    await desk.tell(
        [
            *(
                settled(f"p{n}", NOW - timedelta(minutes=n + 1), 1, latency_ms=each, step_latency_ms=each // 2)
                for n, each in enumerate(values)
            ),
            settled("silent", "2026-05-13T10:00:00", 1),
            verified("v", "2026-05-13T10:00:00", latency_ms=10),
        ]
    )
    selection = f"latency({WEEK}) {{ steps {{ step sinceCreated {DURATIONS} sinceStepBefore {DURATIONS} }} }}"
    steps = {each["step"]: each for each in (await merchant(desk, selection))["latency"]["steps"]}
    assert list(steps) == ["VERIFYING", "VERIFIED", "SETTLED", "FAILED", "EXPIRED", "RETRIED", "REFUNDED"]
    since_created = steps["SETTLED"]["sinceCreated"]
    assert (since_created["count"], since_created["coverage"]) == (100, 99.009901)
    assert since_created["averageMs"] == 3283.5
    assert near(since_created, values)
    assert near(steps["SETTLED"]["sinceStepBefore"], [value // 2 for value in values])
    assert steps["VERIFIED"]["sinceCreated"]["averageMs"] == 10.0
    assert list(steps["VERIFIED"]["sinceStepBefore"].values()) == [0, 0.0, None, None, None, None]
    assert list(steps["FAILED"]["sinceCreated"].values()) == [0, None, None, None, None, None]


async def test_webhooks_by_event_type_and_endpoint(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(
        [
            webhook("a", "2026-05-12T10:00:00", latency_ms=100),
            webhook("b", "2026-05-12T10:00:00", "failed"),
            webhook("b", "2026-05-12T10:01:00", attempt=2, latency_ms=300),
            webhook("c", "2026-05-12T10:00:00", "failed", endpoint="https://dead.example", event_type="payment.failed"),
            webhook("d", "2026-05-12T10:00:00", "pending"),
            webhook("e", "2026-05-13T12:00:00"),  # not before `at`
        ]
    )
    figures = f"""attemptCount deliveredCount failedCount pendingCount successRate
      firstTryCount firstTryDeliveredCount firstTryRate
      deliveryTime {DURATIONS}"""
    selection = f"""webhooks({WEEK}) {{ total {{ {figures} }} byEventType {{ name figures {{ {figures} }} }}
      byEndpoint {{ name figures {{ {figures} }} }} }}"""
    found = (await merchant(desk, selection))["webhooks"]
    total = found["total"]
    assert list(total.values())[:8] == [5, 2, 2, 1, 50.0, 3, 1, 33.333333]
    assert (total["deliveryTime"]["count"], total["deliveryTime"]["averageMs"]) == (2, 200.0)
    assert near(total["deliveryTime"], [100, 300])
    assert [each["name"] for each in found["byEventType"]] == ["payment.settled", "payment.failed"]
    assert [each["name"] for each in found["byEndpoint"]] == ["https://shop.example/hook", "https://dead.example"]
    dead = found["byEndpoint"][1]["figures"]
    assert list(dead.values())[:8] == [1, 0, 1, 0, 0.0, 1, 0, 0.0]
    assert list(dead["deliveryTime"].values()) == [0, None, None, None, None, None]


SELECTED = """resources(range: {days: 7}) { resources { resource } }
  few: resources(range: {days: 7}, first: 1) { window { end } }
  latency(range: {days: 7}) { steps { sinceCreated { medianMs } sinceStepBefore { count } } }
  today: latency(range: {period: TODAY}) { steps { sinceCreated { p99Ms } } }
  webhooks(range: {days: 7}) { total { attemptCount deliveryTime { p95Ms } } }"""
STATEMENTS = [
    "latency_by_slot",
    "resources_by_slot",
    "step_latency_by_slot",
    "webhook_latency_by_slot",
    "webhooks_by_slot",
]


async def test_fifty_merchants_cost_as_many_statements_as_one(desk: Desk) -> None:
    ids = [f"m{n:02}" for n in range(50)]
    for number, merchant_id in enumerate(ids):
        await desk.merchants(merchant_id, zone=["UTC", "Asia/Kathmandu", "America/New_York"][number % 3])
    at = NOW - timedelta(hours=1)
    await desk.tell([webhook(f"w{each}", at, latency_ms=n, merchant=each) for n, each in enumerate(ids)])
    await desk.tell([settled(f"p{each}", at, 1, resource=f"/{each}", merchant=each) for each in ids])
    one = await desk.data(f'{{ merchant(id: "m01") {{ {SELECTED} }} }}')
    assert sorted(desk.statements[1:]) == STATEMENTS
    fifty = await desk.data(f"{{ merchants(first: 50) {{ nodes {{ {SELECTED} }} }} }}")
    assert sorted(desk.statements[1:]) == STATEMENTS
    nodes = fifty["merchants"]["nodes"]
    assert nodes[1] == one["merchant"]
    assert [node["resources"]["resources"] for node in nodes] == [[{"resource": f"/{each}"}] for each in ids]
    assert {node["webhooks"]["total"]["attemptCount"] for node in nodes} == {1}

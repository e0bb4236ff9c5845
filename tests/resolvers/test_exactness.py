"""Where raw events are gone: what whole buckets tell is told, what their edges would tell is refused."""

import pytest

from tests.factories import WireEvent, api_request, created, failed, refunded, settled, webhook
from tests.resolvers.conftest import NOW, Desk

DOCUMENT = """query ($range: RangeInput!) { merchants { nodes { id
  customers(range: $range) { uniquePayers } failures(range: $range) { failedCount } } } }"""


def between(start: str, end: str) -> dict[str, dict[str, str]]:
    return {"between": {"start": start, "end": end}}


@pytest.fixture
async def kept(desk: Desk) -> Desk:
    """Three merchants of other zones; raw events before April are gone."""
    for merchant_id, zone in (("a", "UTC"), ("b", "America/New_York"), ("c", "Asia/Kathmandu")):
        await desk.merchants(merchant_id, zone=zone)
        await desk.tell([settled(f"p{merchant_id}", "2026-03-10T12:00:00", 1, payer="ann", merchant=merchant_id)])
    await keep_from(desk, "2026-04-01T00:00Z")
    return desk


async def keep_from(desk: Desk, border: str) -> None:
    async with desk.database.acquire() as connection:
        await connection.execute(f"UPDATE installation SET raw_kept_from = '{border}'")


async def tell_of_before(desk: Desk, events: list[WireEvent]) -> None:
    """Write events of which some lie before the border, as if they had come before anything was dropped."""
    await keep_from(desk, "-infinity")
    await desk.tell(events)
    await keep_from(desk, "2026-04-01T00:00Z")


async def test_only_what_cannot_be_told_exactly_is_refused(kept: Desk) -> None:
    result = await kept.ask(DOCUMENT, range={"month": "2026-03"})
    assert result.data is not None
    nodes = {node["id"]: node for node in result.data["merchants"]["nodes"]}
    assert nodes["a"] == {"id": "a", "customers": {"uniquePayers": 1}, "failures": {"failedCount": 0}}
    # Its days begin at 04:00 or 05:00 UTC: hours tell them, days do not.
    assert nodes["b"] == {"id": "b", "customers": None, "failures": {"failedCount": 0}}
    # Its hours begin at a quarter past.
    assert nodes["c"] == {"id": "c", "customers": None, "failures": None}
    assert set(result.codes) == {"RANGE_NOT_EXACT"}
    told = sorted(error["message"].split(" in UTC")[0] for error in result.errors)
    days, hours = (f"Before 2026-04-01T00:00Z only sums of whole {bucket}" for bucket in ("days", "hours"))
    assert told == [days, days, hours]


async def test_what_is_asked_beside_it_still_has_its_answer(kept: Desk) -> None:
    """One statement serves both windows, and a window that is exact alone is not cut by one that is not."""
    document = """query ($odd: RangeInput!) { merchant(id: "a") {
      even: trends(range: {month: "2026-03"}) { total { settled { current } } }
      odd: trends(range: $odd) { total { settled { current } } } } }"""
    result = await kept.ask(document, odd=between("2026-03-09T10:07:00Z", "2026-03-11T00:00:00Z"))
    assert result.codes == ("RANGE_NOT_EXACT",)
    assert result.data == {"merchant": {"even": {"total": {"settled": {"current": 1}}}, "odd": None}}
    assert "send a range that begins later, or one of whole quarter hours in UTC" in result.errors[0]["message"]
    later = await kept.ask(document, odd=between("2026-04-09T10:07:00Z", "2026-04-11T00:00:00Z"))
    assert later.errors == ()


async def test_a_running_range_is_told_where_at_lies_on_a_quarter_hour(kept: Desk) -> None:
    """The range before it ends at the same time of day, which may lie before the events that are kept."""
    document = """query ($at: DateTime) { merchant(id: "a") {
      trends(range: {days: 730}, granularity: MONTH, at: $at) { total { settled { current } } } } }"""
    refused = await kept.ask(document, at="2026-05-13T12:07:00Z")
    assert refused.codes == ("RANGE_NOT_EXACT",)
    assert refused.errors[0]["message"].endswith("at that time of day: send an at on whole quarter hours.")
    told = await kept.data(document, at="2026-05-13T12:15:00Z")
    assert told["merchant"]["trends"]["total"]["settled"]["current"] == 1


async def test_metrics_refuse_what_only_raw_events_could_tell(kept: Desk) -> None:
    document = """query ($range: RangeInput!) { merchants { nodes { id
      metrics(names: [UNIQUE_PAYERS], range: $range) { totals { value } }
      daily: metrics(names: [REVENUE], range: $range, granularity: DAY) { columns { columns { values } } } } } }"""
    result = await kept.ask(document, range={"month": "2026-03"})
    assert result.data is not None
    nodes = {node["id"]: node for node in result.data["merchants"]["nodes"]}
    assert [nodes[each]["metrics"] for each in "abc"] == [{"totals": [{"value": 1}]}, None, None]
    for each in "abc":  # quarters of an hour tell revenue in every zone
        assert nodes[each]["daily"]["columns"]["columns"][0]["values"].count("1") == 1
    assert result.codes == ("RANGE_NOT_EXACT", "RANGE_NOT_EXACT")


async def test_calls_of_all_merchants_are_refused_where_they_were_never_added_up(desk: Desk) -> None:
    await desk.tell([api_request("/a", f"2026-0{month}-10T12:00:00", merchant=None) for month in (2, 3, 4)])
    async with desk.database.acquire() as connection:
        await connection.execute(
            "UPDATE installation SET platform_calls_from = '2026-03-01', raw_kept_from = '2026-04-01'"
        )
    document = """query ($odd: RangeInput!) { platform {
      before: apiLatency(range: {month: "2026-02"}) { total { requestCount } }
      after: apiLatency(range: {month: "2026-03"}) { total { requestCount } }
      odd: apiLatency(range: $odd) { total { requestCount } } } }"""
    result = await desk.ask(document, odd=between("2026-03-10T10:07:00Z", "2026-03-11T00:00:00Z"))
    assert result.data == {"platform": {"before": None, "after": {"total": {"requestCount": 1}}, "odd": None}}
    assert result.codes == ("RANGE_NOT_EXACT", "RANGE_NOT_EXACT")
    told = sorted(error["message"].split(";")[0] for error in result.errors)
    assert told[0].startswith("Before 2026-04-01T00:00Z only sums of whole hours")
    assert told[1] == "Of all merchants together this is kept from 2026-03-01T00:00Z on"


SPAN = 'range: {between: {start: "2026-03-10T00:00:00Z", end: "2026-04-06T00:00:00Z"}}, at: $at'
STANDING = {
    "live": "realtime(at: $at) { live { pendingTransactions } }",
    "recent": "realtime(at: $at) { recentPayments { amount { zatoshi } state } }",
    "outcomes": f"successRate({SPAN}) {{ byPayment {{ openCount settledCount }} }}",
    "deliveries": f"webhooks({SPAN}) {{ deliveries {{ total {{ failedCount deliveredCount }} }} }}",
}
BEFORE_APRIL = [
    created("waits", "2026-03-31T23:50:00Z"),
    settled("waits", "2026-04-05T12:00:00Z", 30),
    settled("back", "2026-03-31T10:00:00Z", 50),
    refunded("back", "2026-04-05T12:00:00Z", 50),
    webhook("w", "2026-03-31T23:50:00Z", "failed"),
    webhook("w", "2026-04-05T12:00:00Z", attempt=2),
]


@pytest.mark.parametrize("name", STANDING)
async def test_what_began_before_the_kept_events_is_not_told_as_it_stood_between(name: str, kept: Desk) -> None:
    """Of two merchants in one statement, the one of whom nothing happened since is told."""
    await tell_of_before(kept, [{**event, "merchant_id": "a"} for event in BEFORE_APRIL])
    await kept.tell([created("fresh", "2026-04-01T00:00:00Z", merchant="b"), settled("fresh", NOW, 1, merchant="b")])
    both = " ".join(f'{each}: merchant(id: "{each}") {{ {STANDING[name]} }}' for each in "ab")
    document = f"query ($at: DateTime) {{ {both} }}"
    told = await kept.ask(document, at="2026-04-01T00:10:00Z")
    assert told.codes == ("RANGE_NOT_EXACT",), told.errors
    assert told.errors[0]["path"][0] == "a"
    assert "Events before 2026-04-01T00:00Z are no longer kept" in told.errors[0]["message"]
    since = await kept.data(document, at="2026-04-05T12:00:01Z")  # nothing happened to them since
    assert None not in since["a"].values()


async def test_a_failure_after_the_settlement_needs_all_events_of_its_payment(kept: Desk) -> None:
    document = """{ merchant(id: "a") { successRate(range: {month: "2026-04"}) { byPayment { settledCount } }
      failures(range: {month: "2026-04"}) { retries { recoveredCount } } } }"""
    later = [
        settled("p", "2026-04-02T00:10:00Z", 1, attempt=2, merchant="a"),
        failed("p", "2026-04-03T00:00:00Z", "TIMEOUT", attempt=3, merchant="a"),
    ]
    await kept.tell([failed("p", "2026-04-02T00:00:00Z", "OTHER", merchant="a"), *later])
    assert (await kept.data(document))["merchant"]["failures"]["retries"]["recoveredCount"] == 1
    await tell_of_before(kept, [created("p", "2026-03-31T23:59:59Z", merchant="a")])
    told = await kept.ask(document)
    assert told.codes == ("RANGE_NOT_EXACT", "RANGE_NOT_EXACT")

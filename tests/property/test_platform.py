"""All merchants together against the oracle, in a store where nothing else is: what was said before counts too."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sql import Database
from sql.engine import Engine
from sql.maintenance import verify
from tests.conftest import NewDatabase
from tests.oracle.events import Event
from tests.oracle.payments import DECISIONS
from tests.oracle.totals import totals
from tests.oracle.windows import Window
from tests.property.test_breakdowns import check_callers
from tests.property.test_trends import window_of
from tests.property.wholes import plain, within
from tests.property.world import World, counted, deliveries, examples
from tests.strategies.arrivals import Scenario, anchors, scenarios
from tests.strategies.events import api_requests
from tests.strategies.times import ODD_ZONES, near

#: Examples take a fifth of a second each, on TimescaleDB ten times that; shrinking a failure takes minutes.
pytestmark = pytest.mark.timeout(900)

DOCUMENT = """query ($range: RangeInput!, $at: DateTime, $timezone: String!) { platform(timezone: $timezone) {
  overview(range: $range, at: $at) { window { start end } transactions { current } activeMerchants
    revenue { gross { current { zatoshi } } net { current { zatoshi } } } newestEventAt }
  trends(range: $range, at: $at) { series { current { window { start end } settledCount failedCount expiredCount } } }
  topMerchants(range: $range, first: 100, at: $at) { merchantId transactionCount settledCount revenue { zatoshi } }
  topResources(range: $range, first: 100, at: $at) { merchantId resource settledCount revenue { zatoshi } }
  failureCodes(range: $range, at: $at) { code failedCount }
  geography(range: $range, at: $at) { countries { country settledCount failedCount revenue { zatoshi } } }
  apiLatency(range: $range, at: $at) {
    total { requestCount errorCount serverErrorCount }
    endpoints { endpoint figures { requestCount errorCount serverErrorCount times {
      count averageMs medianMs p95Ms p99Ms } } } }
} }"""


@dataclass
class Platform:
    """A store of its own, and all that counts in it."""

    world: World
    events: list[Event] = field(default_factory=list)


@pytest.fixture(scope="module")
async def platform(new_database: NewDatabase, engine: Engine) -> AsyncIterator[Platform]:
    async with new_database() as url:
        database = Database(url, pool_size=4)
        try:
            yield Platform(World(database, engine))
        finally:
            await database.close()


def revenue_of(events: list[Event]) -> int:
    return sum(event.amount or 0 for event in events if event.type == "settled")


def check(told: dict[str, Any], events: list[Event]) -> None:
    window = window_of(told["overview"]["window"])
    found = totals(events, window)
    decided = within(events, window, *DECISIONS)
    by_merchant: dict[str, list[Event]] = defaultdict(list)
    for event in decided:
        by_merchant[event.merchant_id].append(event)
    assert plain(told["overview"]["transactions"]) == (found.transaction_count,)
    assert plain(told["overview"]["revenue"]) == ((found.revenue_zat,), (found.net_zat,))
    assert told["overview"]["activeMerchants"] == len(by_merchant)
    for bucket in filter(None, (bucket["current"] for bucket in told["trends"]["series"])):
        inside = totals(events, window_of(bucket["window"]))
        assert list(bucket.values())[1:] == [inside.settled_count, inside.failed_count, inside.expired_count]
    tops = [
        (merchant, len(own), sum(e.type == "settled" for e in own), revenue_of(own))
        for merchant, own in by_merchant.items()
    ]
    tops.sort(key=lambda row: (-row[3], -row[2], row[0]))
    # One with nothing decided has no place among those with attempts, but may be listed behind them.
    assert [row for row in map(plain, told["topMerchants"]) if row[1]] == tops[:100]  # type: ignore[index]
    sales: Counter[tuple[str, str | None]] = Counter()
    counts: Counter[tuple[str, str | None]] = Counter()
    for event in within(events, window, "settled"):
        sales[event.merchant_id, event.resource] += event.amount or 0
        counts[event.merchant_id, event.resource] += 1
    resources = [(*key, counts[key], sales[key]) for key in counts]
    resources.sort(key=lambda row: (-row[3], -row[2], row[0], (row[1] or "").encode()))
    assert [plain(row) for row in told["topResources"]] == resources[:100]
    codes = Counter(event.failure_code for event in within(events, window, "failed"))
    assert {row["code"]: row["failedCount"] for row in told["failureCodes"]} == dict(codes)
    countries: dict[str | None, list[Event]] = defaultdict(list)
    for event in within(events, window, "settled", "failed"):
        countries[event.country].append(event)
    assert {row["country"]: plain(row) for row in told["geography"]["countries"]} == {
        country: (country, sum(e.type == "settled" for e in own), sum(e.type == "failed" for e in own), revenue_of(own))
        for country, own in countries.items()
    }
    check_calls(told["apiLatency"], events, window)


def check_calls(told: dict[str, Any], events: list[Event], window: Window) -> None:
    """As if all were one merchant's, nobody's calls among them."""
    check_callers({"apiLatency": told}, [replace(event, merchant_id="") for event in events], window)
    inside = [e.status or 0 for e in events if e.stream == "api_requests" and window.holds(e.occurred_at)]
    counts = [len(inside), sum(status >= 400 for status in inside), sum(status >= 500 for status in inside)]
    assert list(told["total"].values()) == counts


@st.composite
def with_nobodys_calls(draw: st.DrawFn, scenario: Scenario) -> Scenario:
    """The scenario, with calls that name no merchant somewhere among its lines; their ids are of its first merchant."""
    around = [scenario.at, *(anchor for merchant in scenario.merchants for anchor in anchors(merchant, scenario.at))]
    times = draw(st.lists(near(around), max_size=6))
    calls = [
        {**draw(api_requests(None, at)), "event_id": f"{scenario.merchants[0].id} {n}"} for n, at in enumerate(times)
    ]
    return replace(scenario, lines=tuple(draw(st.permutations([*scenario.lines, *calls]))))


@examples(20)
@given(data=st.data(), scenario=scenarios())
async def test_all_merchants_together_are_the_oracles(
    platform: Platform, data: st.DataObject, scenario: Scenario
) -> None:
    scenario = data.draw(with_nobodys_calls(await platform.world.settle_in(scenario)))
    await platform.world.deliver_all(data.draw(deliveries(scenario.lines)))
    await platform.world.catch_up()
    platform.events += counted(scenario)
    asked = data.draw(st.sampled_from([{"days": 40}, {"days": 1}, {"period": "WEEK"}, {"period": "MONTH"}]))
    zone = data.draw(st.sampled_from(ODD_ZONES))
    answer = await platform.world.ask(DOCUMENT, range=asked, at=scenario.at.isoformat(), timezone=zone)
    check(answer["platform"], platform.events)


async def test_verify_agrees_with_all_merchants_together(platform: Platform) -> None:
    families = ("platform_revenue", "platform_failures", "platform_geography", "platform_api_latency")
    assert [each async for each in verify(platform.world.database, families) if not each.pending] == []

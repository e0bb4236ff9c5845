"""All merchants together, by hand: for the facilitator alone, and as cheap as one."""

from typing import Any

import pytest

from resolvers.context import ADMIN, READ, Principal
from sql.maintenance import refresh, refresh_hinted
from tests.factories import api_request, corrected, expired, failed, refunded, settled
from tests.resolvers.conftest import FACILITATOR, Desk, merchant

RANGE = "range: {days: 3}"  # from Monday the 11th up to Wednesday the 13th at noon
FIELDS = f"""
  overview({RANGE}) {{ transactions {{ current previous }} activeMerchants asOf newestEventAt
    revenue {{ gross {{ current {{ zatoshi }} }} net {{ current {{ zatoshi }} }} }}
    steps {{ refunded {{ current }} }} }}
  trends({RANGE}) {{ series {{ current {{ transactionCount revenue {{ zatoshi }} }} }} }}
  revenue({RANGE}) {{ series {{ figures {{ gross {{ zatoshi }} }} }} }}
  topMerchants({RANGE}, first: 2) {{ merchantId name transactionCount settledCount revenue {{ zatoshi }} successRate }}
  topResources({RANGE}) {{ merchantId resource settledCount revenue {{ zatoshi }} }}
  failureCodes({RANGE}) {{ code failedCount share }}
  geography({RANGE}) {{ countries {{ country settledCount failedCount revenue {{ zatoshi }} }} }}
  apiLatency({RANGE}) {{ asOf total {{ ...calls }} endpoints {{ endpoint figures {{ ...calls }} }} }}
"""
CALLS = """ fragment calls on ApiFigures {
  requestCount errorCount serverErrorCount errorRate times { count averageMs medianMs p95Ms p99Ms } }"""
EVENTS = [
    settled("a", "2026-05-11T10:00:00", 100, merchant="one", resource="/a", country="DE"),
    settled("b", "2026-05-12T10:00:00", 200, merchant="two", resource="/a", country="DE"),
    settled("c", "2026-05-13T11:59:59", 30, merchant="two", country="US"),
    failed("d", "2026-05-12T10:00:00", "TIMEOUT", merchant="two"),
    failed("e", "2026-05-12T10:00:00", "TIMEOUT", merchant="one"),
    failed("f", "2026-05-12T10:00:00", "OTHER", merchant="one"),
    expired("g", "2026-05-13T00:00:00", merchant="three"),
    refunded("a", "2026-05-13T01:00:00", 40, merchant="one"),
    settled("h", "2026-05-10T10:00:00", 1_000, merchant="one"),  # the range before
    settled("i", "2026-05-13T12:00:00", 5_000, merchant="one"),  # behind `at`
    api_request("/verify", "2026-05-11T00:00:00", 200, 10, merchant="one"),
    api_request("/verify", "2026-05-12T10:00:00", 404, 30, merchant="two"),
    api_request("/verify", "2026-05-13T11:59:59", 200, 20, merchant=None),
    api_request("/settle", "2026-05-12T10:00:00", 503, 1_000, merchant=None),
    api_request("/settle", "2026-05-10T23:59:59", 503, 1, merchant=None),  # before the range
    api_request("/settle", "2026-05-13T12:00:00", 503, 1, merchant=None),  # behind `at`
]
DOCUMENT = f"{{ platform {{ {FIELDS} }} }} {CALLS}"


@pytest.fixture
async def platform(desk: Desk) -> Desk:
    await desk.merchants("one", "two", "three", zone="Asia/Tokyo")  # their zones do not matter
    await desk.tell(EVENTS)
    return desk


def amounts(rows: list[dict[str, Any]]) -> list[list[object]]:
    return [[int(v["zatoshi"]) if isinstance(v, dict) else v for v in row.values()] for row in rows]


@pytest.mark.parametrize("merged", [False, True])
async def test_all_merchants_together(platform: Desk, merged: bool) -> None:
    if merged:
        await refresh(platform.database)
    found = (await platform.data(DOCUMENT))["platform"]
    assert sorted(platform.statements) == [
        "platform_api_latency_by_slot",
        "platform_failures_by_slot",
        "platform_geography_by_slot",
        "platform_revenue_by_slot",
        "top_merchants_by_revenue",
        "top_resources_by_revenue",
    ]
    overview = found["overview"]
    assert overview["transactions"] == {"current": 7, "previous": 1}
    assert overview["revenue"] == {"gross": {"current": {"zatoshi": "330"}}, "net": {"current": {"zatoshi": "290"}}}
    assert (overview["activeMerchants"], overview["steps"]["refunded"]["current"]) == (3, 1)
    assert overview["newestEventAt"] == "2026-05-13T11:59:59.000000Z"
    assert [each["current"]["transactionCount"] for each in found["trends"]["series"]] == [1, 4, 2]
    assert [int(each["figures"]["gross"]["zatoshi"]) for each in found["revenue"]["series"]] == [100, 200, 30]
    assert amounts(found["topMerchants"]) == [
        ["two", "Two", 3, 2, 230, 66.666667],
        ["one", "One", 3, 1, 100, 33.333333],
    ]
    assert amounts(found["topResources"]) == [["two", "/a", 1, 200], ["one", "/a", 1, 100], ["two", None, 1, 30]]
    assert amounts(found["failureCodes"]) == [["TIMEOUT", 2, 0.666667], ["OTHER", 1, 0.333333]]
    countries = found["geography"]["countries"]
    assert amounts(countries) == [["DE", 2, 0, 300], ["US", 1, 0, 30], [None, 0, 3, 0]]
    check_calls(found["apiLatency"])


def check_calls(told: dict[str, Any]) -> None:
    """Those of both merchants and of none, as of one."""
    assert list(told["total"].values())[:4] == [4, 2, 1, 50.0]
    assert [each["endpoint"] for each in told["endpoints"]] == ["/verify", "/settle"]
    verify, settle = (each["figures"] for each in told["endpoints"])
    assert list(verify.values())[:4] == [3, 1, 0, 33.333333]
    assert list(settle.values())[:4] == [1, 1, 1, 100.0]
    for figures, count, average, median, last in ((verify, 3, 20.0, 20, 30), (settle, 1, 1_000.0, 1_000, 1_000)):
        times = figures["times"]
        assert (times["count"], times["averageMs"]) == (count, average)
        for name, exact in (("medianMs", median), ("p95Ms", last), ("p99Ms", last)):
            assert abs(times[name] - exact) <= 0.01 * exact


async def test_calls_of_no_merchant_are_of_no_merchants_own(platform: Desk) -> None:
    document = f'{{ merchant(id: "one") {{ apiLatency({RANGE}) {{ total {{ requestCount }} }} }} }}'
    assert (await platform.data(document))["merchant"]["apiLatency"]["total"]["requestCount"] == 1


async def test_days_of_a_zone(platform: Desk) -> None:
    trends = f"trends({RANGE}) {{ series {{ current {{ transactionCount }} }} }}"
    document = f'{{ platform(timezone: "America/New_York") {{ {trends} }} }}'
    found = (await platform.data(document))["platform"]["trends"]["series"]
    assert [each["current"]["transactionCount"] for each in found] == [1, 5, 1]
    result = await platform.ask('{ platform(timezone: "Nowhere") { timezone } }')
    assert result.codes == ("BAD_USER_INPUT",)


async def test_what_was_merged_and_is_taken_back_counts_no_more(platform: Desk) -> None:
    await refresh(platform.database)
    await platform.tell([corrected(EVENTS[1])])
    await refresh_hinted(platform.database)  # on TimescaleDB the range of a correction is refreshed first
    found = (await platform.data(DOCUMENT))["platform"]
    assert found["overview"]["revenue"]["gross"]["current"]["zatoshi"] == "130"
    assert amounts(found["topMerchants"])[0][0] == "one"


@pytest.mark.parametrize(
    "principal",
    [merchant("one"), merchant("one", ADMIN), Principal("reader", None, frozenset({READ})), None],
    ids=["merchant", "admin of a merchant", "no admin", "nobody"],
)
async def test_others_are_denied_before_anything_is_asked(platform: Desk, principal: Principal | None) -> None:
    result = await platform.ask(DOCUMENT, principal)
    assert result.codes == ("UNAUTHENTICATED" if principal is None else "FORBIDDEN",)
    assert result.data == {"platform": None}
    assert platform.statements == []


async def test_a_merchant_without_a_name_is_not_a_way_in(platform: Desk) -> None:
    result = await platform.ask('{ merchant(id: "") { trends(range: {days: 1}) { asOf } } }', FACILITATOR)
    assert result.codes == ("NOT_FOUND",)
    assert platform.statements == []

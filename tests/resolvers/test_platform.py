"""All merchants together, by hand: for the facilitator alone, and as cheap as one."""

from typing import Any

import pytest

from resolvers.context import ADMIN, READ, Principal
from sql.maintenance import refresh, refresh_hinted
from tests.factories import corrected, expired, failed, refunded, settled
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
"""
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
]


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
    found = (await platform.data(f"{{ platform {{ {FIELDS} }} }}"))["platform"]
    assert sorted(platform.statements) == [
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
    found = (await platform.data(f"{{ platform {{ {FIELDS} }} }}"))["platform"]
    assert found["overview"]["revenue"]["gross"]["current"]["zatoshi"] == "130"
    assert amounts(found["topMerchants"])[0][0] == "one"


@pytest.mark.parametrize(
    "principal",
    [merchant("one"), merchant("one", ADMIN), Principal("reader", None, frozenset({READ})), None],
    ids=["merchant", "admin of a merchant", "no admin", "nobody"],
)
async def test_others_are_denied_before_anything_is_asked(platform: Desk, principal: Principal | None) -> None:
    result = await platform.ask(f"{{ platform {{ {FIELDS} }} }}", principal)
    assert result.codes == ("UNAUTHENTICATED" if principal is None else "FORBIDDEN",)
    assert result.data == {"platform": None}
    assert platform.statements == []


async def test_a_merchant_without_a_name_is_not_a_way_in(platform: Desk) -> None:
    result = await platform.ask('{ merchant(id: "") { trends(range: {days: 1}) { asOf } } }', FACILITATOR)
    assert result.codes == ("NOT_FOUND",)
    assert platform.statements == []

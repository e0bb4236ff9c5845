"""A range at a glance, money by interval, transactions in groups: by hand and to the last number."""

from typing import Any

import pytest

from resolvers.parts import MAX_RESOURCES
from tests.factories import created, expired, failed, refunded, settled, verified, verifying
from tests.resolvers.conftest import Desk

WEEK = "range: {period: WEEK}"  # from Monday the 11th up to Wednesday the 13th at noon
EVENTS = [
    created("a", "2026-05-11T09:00:00"),
    verifying("a", "2026-05-11T09:00:01"),
    verified("a", "2026-05-11T09:00:02"),
    settled("a", "2026-05-11T10:00:00", 1_000, fee=10, payer="ann", resource="/a", method="transparent"),
    settled("b", "2026-05-12T10:00:00", 500, fee=7, resource="/b", method="shielded"),
    failed("c", "2026-05-12T10:00:00", resource="/a", method="transparent"),
    expired("d", "2026-05-13T10:00:00"),
    refunded("a", "2026-05-13T10:00:00", 1_600, fee=4),
    settled("e", "2026-05-05T10:00:00", 250, fee=5, payer="ann", resource="/a"),
    settled("f", "2026-05-06T12:30:00", 99_999, payer="eve"),  # after the same time of the week before
    created("open", "2026-05-13T11:30:00"),
]


@pytest.fixture
async def shop(desk: Desk) -> Desk:
    await desk.merchants("shop")
    await desk.tell(EVENTS)
    return desk


async def merchant(desk: Desk, selection: str) -> Any:
    return (await desk.data(f'{{ merchant(id: "shop") {{ {selection} }} }}'))["merchant"]


async def test_overview_has_each_figure_beside_the_range_before(shop: Desk) -> None:
    both = "{ current previous }"
    money = "{ current { zatoshi } previous { zatoshi } }"
    selection = f"""overview({WEEK}) {{ window {{ end }} previousWindow {{ end }} computedAt asOf newestEventAt
      revenue {{ gross {money} refunds {money} fees {money} feesReturned {money} net {money} }}
      transactions {both} successRate {both} averageValue {money} uniquePayers {both}
      steps {{ created {both} verifying {both} verified {both} settled {both} failed {both} expired {both}
        retried {both} refunded {both} }} topResources(first: 1) {{ resource revenue {{ zatoshi }} }} }}"""
    found = (await merchant(shop, selection))["overview"]
    assert found["previousWindow"]["end"] == "2026-05-06T12:00:00.000000Z"
    amounts = {
        name: (int(each["current"]["zatoshi"]), int(each["previous"]["zatoshi"]))
        for name, each in found["revenue"].items()
    }
    assert amounts == {
        "gross": (1_500, 250),
        "refunds": (1_600, 0),
        "fees": (17, 5),
        "feesReturned": (4, 0),
        "net": (1_500 - 1_600 - (17 - 4), 245),
    }
    assert found["transactions"] == {"current": 4, "previous": 1}
    assert found["successRate"] == {"current": 50.0, "previous": 100.0}
    assert found["uniquePayers"] == {"current": 1, "previous": 1}
    assert [each["current"] for each in found["steps"].values()] == [2, 1, 1, 2, 1, 1, 0, 1]
    assert found["topResources"] == [{"resource": "/a", "revenue": {"zatoshi": "1000"}}]
    assert found["newestEventAt"] == "2026-05-13T11:30:00.000000Z"
    assert found["asOf"] == found["computedAt"] == "2026-05-13T12:00:00.000000Z"
    assert sorted(shop.statements) == ["merchants_by_id", "payers_by_slot", "resources_by_slot", "revenue_by_slot"]


async def test_revenue_by_interval_fills_gaps_with_zeros(shop: Desk) -> None:
    figures = "{ gross { zatoshi } net { zatoshi } settledCount refundedCount averageValue { zatoshi } }"
    selection = f"""revenue({WEEK}, interval: DAY) {{ interval total {figures}
      series {{ start partial figures {figures} }} }}"""
    found = (await merchant(shop, selection))["revenue"]
    assert found["interval"] == "DAY"
    assert [each["figures"] and int(each["figures"]["net"]["zatoshi"]) for each in found["series"]] == [
        990, 493, -1_596, None, None, None, None,
    ]  # fmt: skip
    assert sum(int(each["figures"]["gross"]["zatoshi"]) for each in found["series"][:3]) == 1_500
    assert found["total"]["averageValue"] == {"zatoshi": "750"}
    assert found["series"][2]["partial"] is True
    assert shop.statements == ["merchants_by_id", "revenue_by_slot"]


@pytest.mark.parametrize(
    ("group_by", "expected"),
    [
        ("STATUS", [["SETTLED", 2, 1_500, 0.5], ["EXPIRED", 1, 0, 0.25], ["FAILED", 1, 0, 0.25]]),
        ("METHOD", [["TRANSPARENT", 2, 1_000, 0.5], ["SHIELDED", 1, 500, 0.25], [None, 1, 0, 0.25]]),
        ("RESOURCE", [["/a", 2, 1_000, 0.5], ["/b", 1, 500, 0.25], [None, 1, 0, 0.25]]),
        ("DAY", [["2026-05-11", 1, 1_000, 0.25], ["2026-05-12", 2, 500, 0.5], ["2026-05-13", 1, 0, 0.25]]),
    ],
)
async def test_transactions_in_groups(shop: Desk, group_by: str, expected: list[list[object]]) -> None:
    selection = f"""transactions({WEEK}, groupBy: {group_by}) {{ groupBy openCount
      groups {{ key transactionCount revenue {{ zatoshi }} share }} }}"""
    found = (await merchant(shop, selection))["transactions"]
    rows = [list(each.values()) for each in found["groups"]]
    assert [[key, count, int(revenue["zatoshi"]), share] for key, count, revenue, share in rows] == expected
    assert (found["groupBy"], found["openCount"]) == (group_by, 1)


async def test_resources_beyond_those_told_are_a_group_of_their_own(desk: Desk) -> None:
    await desk.merchants("shop")
    many = [settled(f"p{n}", "2026-05-12T10:00:00", 10, resource=f"/{n:03}") for n in range(MAX_RESOURCES + 20)]
    few = [failed(f"p{n}", "2026-05-12T09:00:00", resource=f"/{n:03}") for n in range(1, MAX_RESOURCES + 10)]
    await desk.tell([*many, *few, expired("x", "2026-05-12T11:00:00"), expired("y", "2026-05-12T11:00:00")])
    groups = "groupCount groups { key rest transactionCount settledCount failedCount revenue { zatoshi } share }"
    found = (await merchant(desk, f"transactions({WEEK}, groupBy: RESOURCE) {{ {groups} }}"))["transactions"]
    assert (found["groupCount"], len(found["groups"])) == (MAX_RESOURCES + 21, MAX_RESOURCES + 1)
    assert [each["rest"] for each in found["groups"]] == [False] * MAX_RESOURCES + [True]
    last = found["groups"][-1]
    assert abs(last.pop("share") - 31 / 231) < 1e-6
    assert last == {
        "key": None,
        "rest": True,
        "transactionCount": 31,  # ten resources with two attempts, eleven with one
        "settledCount": 21,
        "failedCount": 10,
        "revenue": {"zatoshi": "210"},
    }
    assert sum(each["transactionCount"] for each in found["groups"]) == len(many) + len(few) + 2
    assert sum(int(each["revenue"]["zatoshi"]) for each in found["groups"]) == 10 * len(many)

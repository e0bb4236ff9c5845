"""The dashboard by hand: exact values, windows, reasons, and one statement however many ask."""

from datetime import timedelta

from tests.factories import created, expired, failed, settled
from tests.resolvers.conftest import NOW, Desk, merchant

COMPARISON = """
  changePercent direction reason clamped
  currentWindow { start end } previousWindow { start end }
"""
DOCUMENT = f"""
query ($id: ID, $at: DateTime) {{ merchant(id: $id) {{ dashboard(at: $at) {{
  asOf newestEventAt computedAt
  revenue {{ today {{ current {{ zatoshi zec currency }} previous {{ zatoshi }} change {{ zatoshi zec }} {COMPARISON} }}
            thisWeek {{ current {{ zatoshi }} previous {{ zatoshi }} }} thisMonth {{ current {{ zatoshi }} }} }}
  transactions {{ today {{ current previous change {COMPARISON} }} }}
  successRate {{ today {{ current previous change {COMPARISON} }} }}
  averageValue {{ today {{ current {{ zatoshi }} previous {{ zatoshi }} change {{ zatoshi }} {COMPARISON} }} }}
}} }} }}
"""


async def test_exact_values(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(
        [
            settled("a", "2026-05-13T00:00:00", 100),
            settled("b", "2026-05-13T11:59:59.999999", 101),
            failed("c", "2026-05-13T09:00:00"),
            settled("late", "2026-05-13T12:00:00", 7),  # at the end, which is not included
            settled("d", "2026-05-12T11:59:00", 50),
            expired("e", "2026-05-12T08:00:00"),
            settled("f", "2026-05-12T12:00:00", 1_000),  # yesterday after noon: not compared
            settled("g", "2026-05-11T10:00:00", 3),
            settled("h", "2026-05-01T00:00:00", 9),
            settled("i", "2026-05-04T10:00:00", 20),
        ]
    )
    found = (await desk.data(DOCUMENT, id="shop"))["merchant"]["dashboard"]
    windows = {
        "currentWindow": {"start": "2026-05-13T00:00:00.000000Z", "end": "2026-05-13T12:00:00.000000Z"},
        "previousWindow": {"start": "2026-05-12T00:00:00.000000Z", "end": "2026-05-12T12:00:00.000000Z"},
        "clamped": False,
    }
    assert found["revenue"]["today"] == {
        "current": {"zatoshi": "201", "zec": "0.00000201", "currency": "ZEC"},
        "previous": {"zatoshi": "50"},
        "change": {"zatoshi": "151", "zec": "0.00000151"},
        "changePercent": 302.0,
        "direction": "UP",
        "reason": None,
        **windows,
    }
    assert found["revenue"]["thisWeek"] == {"current": {"zatoshi": "1254"}, "previous": {"zatoshi": "20"}}
    assert found["revenue"]["thisMonth"] == {"current": {"zatoshi": "1283"}}
    assert found["transactions"]["today"] == {
        "current": 3,
        "previous": 2,
        "change": 1,
        "changePercent": 50.0,
        "direction": "UP",
        "reason": None,
        **windows,
    }
    assert found["successRate"]["today"] == {
        "current": 66.666667,
        "previous": 50.0,
        "change": 16.666667,
        "changePercent": 33.333333,
        "direction": "UP",
        "reason": None,
        **windows,
    }
    # 201 / 2 = 100.5 is rounded half-even, and so is the exact change of 50.5.
    assert found["averageValue"]["today"] == {
        "current": {"zatoshi": "100"},
        "previous": {"zatoshi": "50"},
        "change": {"zatoshi": "50"},
        "changePercent": 101.0,
        "direction": "UP",
        "reason": None,
        **windows,
    }
    assert found["newestEventAt"] == "2026-05-13T11:59:59.999999Z"
    assert found["asOf"] == found["computedAt"] == "2026-05-13T12:00:00.000000Z"


async def test_nothing_is_null_with_its_reason_never_zero(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell([created("a", "2026-05-13T10:00:00")])
    found = (await desk.data(DOCUMENT, id="shop"))["merchant"]["dashboard"]
    revenue, rate, average = (found[name]["today"] for name in ("revenue", "successRate", "averageValue"))
    assert (revenue["current"]["zatoshi"], revenue["changePercent"], revenue["reason"]) == ("0", None, "ZERO_BASE")
    assert revenue["direction"] == "FLAT"
    for missing in (rate, average):
        assert [missing[name] for name in ("current", "previous", "change", "changePercent", "direction")] == [None] * 5
        assert missing["reason"] == "NO_DATA"
    assert found["newestEventAt"] == "2026-05-13T10:00:00.000000Z"


async def test_sums_beyond_64_bits_are_exact(desk: Desk) -> None:
    await desk.merchants("shop")
    most = 2_100_000_000_000_000
    await desk.tell([settled(f"p{n}", NOW - timedelta(seconds=n + 1), most - 1) for n in range(4_400)])
    found = await desk.data('{ merchant(id: "shop") { dashboard { revenue { today { current { zatoshi zec } } } } } }')
    total = 4_400 * (most - 1)
    assert total > 2**63
    assert found["merchant"]["dashboard"]["revenue"]["today"]["current"] == {
        "zatoshi": str(total),
        "zec": f"{total // 10**8}.{total % 10**8:08d}",
    }


async def test_at_asks_any_past_moment_in_the_merchants_zone(desk: Desk) -> None:
    await desk.merchants("shop", zone="Asia/Kathmandu", week_start=7)
    await desk.tell(
        [
            settled("a", "2026-03-14T18:14:59", 1),  # 23:59:59 on Saturday
            settled("b", "2026-03-14T18:15:00", 2),  # midnight, Sunday, the week's first day
            settled("c", "2026-03-15T01:00:00", 4),
        ]
    )
    found = await desk.data(DOCUMENT, merchant("shop"), at="2026-03-15T09:00:00+02:00")
    revenue = found["merchant"]["dashboard"]["revenue"]
    assert revenue["today"]["current"]["zatoshi"] == "6"
    assert revenue["today"]["currentWindow"]["start"] == "2026-03-14T18:15:00.000000Z"
    assert revenue["thisWeek"]["current"]["zatoshi"] == "6"
    assert revenue["thisMonth"]["current"]["zatoshi"] == "7"


MERCHANT_DOCUMENT = """{ merchant(id: "m01") { id dashboard { revenue { today { current { zatoshi } } }
  transactions { thisMonth { current previous } } successRate { thisWeek { current } } asOf newestEventAt } } }"""
PAGE_DOCUMENT = """{ merchants(first: 50) { nodes { id dashboard { revenue { today { current { zatoshi } } }
  transactions { thisMonth { current previous } } successRate { thisWeek { current } } asOf newestEventAt } } } }"""


async def test_a_dashboard_is_one_statement_and_so_are_fifty(desk: Desk) -> None:
    ids = [f"m{n:02}" for n in range(50)]
    for number, merchant_id in enumerate(ids):
        await desk.merchants(merchant_id, zone=["UTC", "Asia/Kathmandu", "America/New_York"][number % 3])
    await desk.tell(
        [settled(f"p{n}", "2026-05-13T11:00:00", n + 1, merchant=merchant_id) for n, merchant_id in enumerate(ids)]
    )
    one = await desk.data(MERCHANT_DOCUMENT)
    assert desk.statements == ["merchants_by_id", "revenue_by_slot"]
    fifty = await desk.data(PAGE_DOCUMENT)
    assert desk.statements == ["merchants_after", "revenue_by_slot"]
    nodes = fifty["merchants"]["nodes"]
    assert [node["id"] for node in nodes] == ids
    assert [int(node["dashboard"]["revenue"]["today"]["current"]["zatoshi"]) for node in nodes] == list(range(1, 51))
    assert nodes[1]["dashboard"] == one["merchant"]["dashboard"]

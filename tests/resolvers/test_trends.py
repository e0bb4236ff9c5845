"""Trends by hand: every bucket of a range, beside the same place of the range before."""

from datetime import UTC, timedelta
from typing import Any

from tests.factories import expired, failed, settled
from tests.resolvers.conftest import NOW, Desk

FIGURES = """{ window { start end } revenue { zatoshi } settledCount failedCount expiredCount transactionCount
  successRate averageValue { zatoshi } }"""
DOCUMENT = f"""
query ($range: RangeInput!, $granularity: Granularity!, $at: DateTime) {{ merchant(id: "shop") {{
  trends(range: $range, granularity: $granularity, at: $at) {{
    granularity window {{ start end }} previousWindow {{ start end }} asOf computedAt newestEventAt
    total {{ revenue {{ current {{ zatoshi }} previous {{ zatoshi }} changePercent clamped }}
      transactions {{ current previous }} settled {{ current previous }} failed {{ current previous }}
      expired {{ current previous }} successRate {{ current previous change }}
      averageValue {{ current {{ zatoshi }} previous {{ zatoshi }} }} }}
    series {{ start end partial current {FIGURES} previous {FIGURES} }}
  }} }} }}
"""


async def trends(desk: Desk, asked: dict[str, object], granularity: str = "DAY", at: str | None = None) -> Any:
    found = await desk.data(DOCUMENT, range=asked, granularity=granularity, at=at)
    return found["merchant"]["trends"]


def revenue(figures: dict[str, Any] | None) -> int | None:
    return None if figures is None else int(figures["revenue"]["zatoshi"])


async def test_today_by_hour_beside_yesterday(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(
        [
            settled("a", "2026-05-13T00:10:00", 100),
            failed("b", "2026-05-13T00:20:00"),
            expired("c", "2026-05-13T00:59:59.999999"),
            settled("d", "2026-05-13T11:00:00", 51),
            settled("e", "2026-05-13T11:10:00", 50),
            settled("f", "2026-05-12T00:30:00", 7),
            settled("g", "2026-05-12T11:29:59", 8),
            settled("h", "2026-05-12T11:30:00", 16),  # yesterday after the wall time of `at`
            settled("i", "2026-05-12T23:00:00", 32),
        ]
    )
    found = await trends(desk, {"period": "TODAY"}, "HOUR", "2026-05-13T11:30:00Z")
    assert len(found["series"]) == 24
    assert found["window"] == {"start": "2026-05-13T00:00:00.000000Z", "end": "2026-05-13T11:30:00.000000Z"}
    assert found["previousWindow"]["end"] == "2026-05-12T11:30:00.000000Z"
    assert found["total"]["revenue"] == {
        "current": {"zatoshi": "201"},
        "previous": {"zatoshi": "15"},
        "changePercent": 1240.0,
        "clamped": False,
    }
    assert found["total"]["transactions"] == {"current": 5, "previous": 2}
    assert found["total"]["expired"] == {"current": 1, "previous": 0}
    first, running, coming = found["series"][0], found["series"][11], found["series"][23]
    assert first["current"] == {
        "window": {"start": "2026-05-13T00:00:00.000000Z", "end": "2026-05-13T01:00:00.000000Z"},
        "revenue": {"zatoshi": "100"},
        "settledCount": 1,
        "failedCount": 1,
        "expiredCount": 1,
        "transactionCount": 3,
        "successRate": 33.333333,
        "averageValue": {"zatoshi": "100"},
    }
    assert [each["partial"] for each in (first, running, coming)] == [False, True, False]
    assert running["current"]["averageValue"] == {"zatoshi": "50"}  # 50.5, half-even
    assert running["previous"]["window"]["end"] == "2026-05-12T11:30:00.000000Z"
    assert [revenue(running["current"]), revenue(running["previous"])] == [101, 8]
    assert [coming["current"], revenue(coming["previous"])] == [None, 32]
    empty = found["series"][5]["current"]
    assert [empty["transactionCount"], empty["successRate"], empty["averageValue"]] == [0, None, None]
    assert found["newestEventAt"] == "2026-05-13T11:10:00.000000Z"


async def test_days_with_23_and_25_hours_in_the_merchants_zone(desk: Desk) -> None:
    await desk.merchants("shop", zone="Europe/Berlin")
    await desk.tell(
        [
            settled("a", "2026-03-28T22:59:59", 1),  # the 28th
            settled("b", "2026-03-28T23:00:00", 2),  # midnight of the 29th, which has 23 hours
            settled("c", "2026-03-29T21:59:59", 4),
            settled("d", "2026-03-29T22:00:00", 8),  # the 30th
        ]
    )
    found = await trends(desk, {"days": 3}, "DAY", "2026-03-30T10:00:00Z")
    assert [revenue(each["current"]) for each in found["series"]] == [1, 6, 8]
    assert [each["partial"] for each in found["series"]] == [False, False, True]
    assert found["series"][1]["end"] == "2026-03-29T22:00:00.000000Z"
    hours = await trends(desk, {"days": 1}, "HOUR", "2026-03-29T22:00:00-02:00")
    assert len(hours["series"]) == 24
    short = await trends(desk, {"days": 1}, "HOUR", "2026-03-29T20:00:00Z")
    assert len(short["series"]) == 23
    # The hour from 2 to 3 is missing today, so that yesterday's stands beside nothing.
    assert [each["previous"]["window"]["start"][11:13] for each in short["series"][:4]] == ["23", "00", "02", "03"]
    long = await trends(desk, {"days": 1}, "HOUR", "2026-10-25T20:00:00Z")
    assert len(long["series"]) == 25
    assert [each["previous"] is None for each in long["series"][1:5]] == [False, False, True, False]


async def test_a_month_beside_a_shorter_one(desk: Desk) -> None:
    await desk.merchants("shop")
    found = await trends(desk, {"period": "MONTH"}, "DAY", "2026-03-31T12:00:00Z")
    assert len(found["series"]) == 31
    assert [each["previous"] is None for each in found["series"]] == [False] * 28 + [True] * 3
    assert found["total"]["revenue"]["clamped"] is True


async def test_a_range_of_ones_own_is_cut_where_its_ends_say(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell([settled("a", "2026-05-10T10:29:00", 1), settled("b", "2026-05-10T10:30:00", 2)])
    between = {"start": "2026-05-10T10:30:00Z", "end": "2026-05-10T12:15:00Z"}
    found = await trends(desk, {"between": between}, "HOUR")
    assert [each["partial"] for each in found["series"]] == [True, False, True]
    assert [revenue(each["current"]) for each in found["series"]] == [2, 0, 0]
    assert [revenue(each["previous"]) for each in found["series"]] == [0, 0, 1]  # each 1 h 45 min before
    assert found["previousWindow"] == {"start": "2026-05-10T08:45:00.000000Z", "end": "2026-05-10T10:30:00.000000Z"}
    future = {"start": "2026-06-01T00:00:00Z", "end": "2026-06-03T00:00:00Z"}
    found = await trends(desk, {"between": future})
    assert [each["current"] for each in found["series"]] == [None, None]
    assert found["window"]["start"] == found["window"]["end"]
    assert found["total"]["transactions"] == {"current": 0, "previous": 0}


SELECTED = """trends(range: {days: 7}, granularity: DAY) { total { revenue { current { zatoshi } } } asOf
  series { current { revenue { zatoshi } } previous { transactionCount } } }
  hours: trends(range: {period: TODAY}, granularity: HOUR) { series { current { successRate } } }"""


async def test_series_of_fifty_merchants_are_one_statement(desk: Desk) -> None:
    ids = [f"m{n:02}" for n in range(50)]
    for number, merchant_id in enumerate(ids):
        await desk.merchants(merchant_id, zone=["UTC", "Asia/Kathmandu", "America/New_York"][number % 3])
    await desk.tell([settled(f"p{n}", NOW - timedelta(hours=1), n + 1, merchant=each) for n, each in enumerate(ids)])
    one = await desk.data(f'{{ merchant(id: "m01") {{ {SELECTED} }} }}')
    assert desk.statements == ["merchants_by_id", "revenue_by_slot"]
    fifty = await desk.data(f"{{ merchants(first: 50) {{ nodes {{ {SELECTED} }} }} }}")
    assert desk.statements == ["merchants_after", "revenue_by_slot"]
    nodes = fifty["merchants"]["nodes"]
    assert [int(node["trends"]["total"]["revenue"]["current"]["zatoshi"]) for node in nodes] == list(range(1, 51))
    assert nodes[1] == one["merchant"]
    assert NOW.tzinfo is UTC


async def test_weeks_and_months_begin_as_the_merchants_do(desk: Desk) -> None:
    await desk.merchants("shop", zone="America/New_York", week_start=7)
    await desk.tell(
        [
            settled("a", "2026-05-03T03:59:59", 1),  # still Saturday the 2nd
            settled("b", "2026-05-03T04:00:00", 2),  # Sunday: a week begins
            settled("c", "2026-05-10T03:59:59", 4),
            settled("d", "2026-05-10T04:00:00", 8),
            settled("e", "2026-04-19T12:00:00", 16),  # two weeks before the 3rd
        ]
    )
    between: dict[str, object] = {"between": {"start": "2026-05-03T00:00:00-04:00", "end": "2026-05-17T00:00:00-04:00"}}
    weeks = await trends(desk, between, "WEEK")
    assert [revenue(each["current"]) for each in weeks["series"]] == [6, 8]
    assert [revenue(each["previous"]) for each in weeks["series"]] == [16, 0]
    assert [each["partial"] for each in weeks["series"]] == [False, True]
    months = await trends(desk, {"days": 60}, "MONTH")
    assert [each["start"][:10] for each in months["series"]] == ["2026-03-15", "2026-04-01", "2026-05-01"]
    assert [revenue(each["current"]) for each in months["series"]] == [0, 16, 15]
    assert (await trends(desk, {"days": 3_660}, "MONTH"))["total"]["transactions"]["current"] == 5


async def test_a_named_month_is_told_whole_and_the_running_one_so_far(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell([settled("a", "2026-04-30T23:59:59", 1), settled("b", "2026-05-01T00:00:00", 2)])
    april = await trends(desk, {"month": "2026-04"})
    assert [april["window"]["start"][:10], april["window"]["end"][:10]] == ["2026-04-01", "2026-05-01"]
    assert april["previousWindow"]["start"][:10] == "2026-03-01"
    assert (april["total"]["revenue"]["current"]["zatoshi"], len(april["series"])) == ("1", 30)
    assert await trends(desk, {"month": "2026-05"}) == await trends(desk, {"period": "MONTH"})


async def test_quarters_of_an_hour(desk: Desk) -> None:
    await desk.merchants("shop", zone="Asia/Kathmandu")
    await desk.tell([settled("a", "2026-05-13T11:59:59", 1), settled("b", "2026-05-12T18:15:00", 2)])
    found = await trends(desk, {"days": 1}, "QUARTER_HOUR")
    begun = [revenue(each["current"]) for each in found["series"] if each["current"]]
    assert (len(found["series"]), len(begun), begun[0], begun[-1]) == (96, 71, 2, 1)

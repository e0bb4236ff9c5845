"""Failures, methods, countries, success and peak times of a range, by hand and to the last number."""

from datetime import timedelta
from typing import Any

from tests.factories import corrected, expired, failed, settled
from tests.resolvers.conftest import NOW, Desk

WEEK = "range: {period: WEEK}"  # from Monday the 11th up to Wednesday the 13th at noon


async def merchant(desk: Desk, selection: str) -> Any:
    return (await desk.data(f'{{ merchant(id: "shop") {{ {selection} }} }}'))["merchant"]


async def test_failures_by_reason_and_hour(desk: Desk) -> None:
    await desk.merchants("shop", zone="Asia/Kathmandu")
    taken_back = failed("x", "2026-05-12T10:00:00", "TIMEOUT")
    await desk.tell(
        [
            failed("a", "2026-05-10T18:15:00", "TIMEOUT"),  # Monday at midnight
            failed("b", "2026-05-11T18:20:00", "TIMEOUT", attempt=2),
            failed("c", "2026-05-12T10:00:00", "DOUBLE_SPEND"),
            failed("d", "2026-05-10T18:14:59", "DOUBLE_SPEND"),  # the week before
            failed("e", "2026-05-13T12:00:00", "DOUBLE_SPEND"),  # not before `at`
            taken_back,
            corrected(taken_back),
            settled("f", "2026-05-12T10:00:00", 5),
            expired("g", "2026-05-12T10:00:00"),
        ]
    )
    found = (await merchant(desk, f"failures({WEEK}) {{ {FAILURES} }}"))["failures"]
    assert found["window"] == {"start": "2026-05-10T18:15:00.000000Z", "end": "2026-05-13T12:00:00.000000Z"}
    assert [found[name] for name in ("transactionCount", "settledCount", "failedCount", "expiredCount")] == [5, 1, 3, 1]
    assert found["failureRate"] == 80.0
    assert found["reasons"] == [
        {"code": "TIMEOUT", "failedCount": 2, "share": 0.666667},
        {"code": "DOUBLE_SPEND", "failedCount": 1, "share": 0.333333},
    ]
    assert [each["hour"] for each in found["byHour"]] == list(range(24))
    assert {each["hour"]: each["failedCount"] for each in found["byHour"] if each["failedCount"]} == {0: 2, 15: 1}
    assert sorted(desk.statements) == ["failures_by_slot", "merchants_by_id", "revenue_by_slot"]


FAILURES = """window { start end } transactionCount settledCount failedCount expiredCount failureRate
  reasons { code failedCount share } byHour { hour failedCount }"""


async def test_no_failure_is_an_answer_and_too_many_hours_an_error_of_that_field(desk: Desk) -> None:
    await desk.merchants("shop")
    result = await desk.ask(f'{{ merchant(id: "shop") {{ failures(range: {{days: 101}}) {{ {FAILURES} }} }} }}')
    assert result.codes == ("BAD_USER_INPUT",)
    assert result.errors[0]["message"] == ("This takes a range of at most 100 days; hours of day want a shorter one.")
    assert result.data is not None
    found = result.data["merchant"]["failures"]
    assert (found["failedCount"], found["failureRate"], found["reasons"], found["byHour"]) == (0, None, [], None)


async def test_methods(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(
        [
            settled("a", "2026-05-12T10:00:00", 100, method="shielded"),
            settled("b", "2026-05-12T11:00:00", 50, method="shielded"),
            settled("c", "2026-05-13T11:59:59", 7, method="transparent"),
            failed("d", "2026-05-12T10:00:00", method="transparent"),
            expired("e", "2026-05-12T10:00:00"),
        ]
    )
    fields = """method settledCount failedCount expiredCount transactionCount revenue { zatoshi } successRate share"""
    found = (await merchant(desk, f"paymentMethods({WEEK}) {{ methods {{ {fields} }} }}"))["paymentMethods"]
    assert [list(each.values()) for each in found["methods"]] == [
        ["TRANSPARENT", 1, 1, 0, 2, {"zatoshi": "7"}, 50.0, 0.333333],
        ["SHIELDED", 2, 0, 0, 2, {"zatoshi": "150"}, 100.0, 0.666667],
        [None, 0, 0, 1, 1, {"zatoshi": "0"}, 0.0, 0.0],
    ]


async def test_countries_by_revenue(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(
        [
            settled("a", "2026-05-12T10:00:00", 1, country="NP"),
            settled("b", "2026-05-12T11:00:00", 2, country="DE"),
            settled("c", "2026-05-12T11:00:00", 1),
            failed("d", "2026-05-12T10:00:00", country="US"),
        ]
    )
    fields = "country settledCount failedCount revenue { zatoshi } revenueShare"
    found = (await merchant(desk, f"geography({WEEK}) {{ countries {{ {fields} }} }}"))["geography"]
    assert [list(each.values()) for each in found["countries"]] == [
        ["DE", 1, 0, {"zatoshi": "2"}, 0.5],
        ["NP", 1, 0, {"zatoshi": "1"}, 0.25],
        [None, 1, 0, {"zatoshi": "1"}, 0.25],
        ["US", 0, 1, {"zatoshi": "0"}, 0.0],
    ]


async def test_success_over_time(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(
        [
            settled("a", "2026-05-11T10:00:00", 1),
            failed("b", "2026-05-11T11:00:00"),
            settled("b", "2026-05-11T11:00:01", 1, attempt=2),
            settled("c", "2026-05-13T11:00:00", 1),
        ]
    )
    fields = """transactionCount settledCount failedCount expiredCount successRate
      firstTryDecidedCount firstTrySettledCount firstTryRate"""
    selection = f"successRate({WEEK}) {{ total {{ {fields} }} series {{ start partial figures {{ {fields} }} }} }}"
    found = (await merchant(desk, selection))["successRate"]
    assert list(found["total"].values()) == [4, 3, 1, 0, 75.0, 3, 2, 66.666667]
    told = [None if each["figures"] is None else list(each["figures"].values()) for each in found["series"]]
    assert told == [
        [3, 2, 1, 0, 66.666667, 2, 1, 50.0],
        [0, 0, 0, 0, None, 0, 0, None],
        [1, 1, 0, 0, 100.0, 1, 1, 100.0],
        *[None] * 4,
    ]
    assert [each["partial"] for each in found["series"]] == [False, False, True, *[False] * 4]


async def test_peak_times_count_how_often_an_hour_occurs(desk: Desk) -> None:
    await desk.merchants("shop", zone="Europe/Berlin")
    await desk.tell(
        [
            settled("a", "2026-10-25T00:30:00", 5),  # 02:30, for the first time that day
            settled("b", "2026-10-25T01:30:00", 6),  # 02:30 again
            failed("c", "2026-10-24T00:30:00"),  # 02:30 on Saturday
        ]
    )
    fields = """hour weekday occurrenceCount transactionCount revenue { zatoshi } averageTransactions
      averageRevenue { zatoshi }"""
    between = 'range: {between: {start: "2026-10-24T00:00:00+02:00", end: "2026-10-26T00:00:00+01:00"}}'
    at = 'at: "2026-10-25T04:00:00+01:00"'
    selection = f"peakTimes({between}, {at}) {{ byHour {{ {fields} }} byWeekdayAndHour {{ {fields} }} }}"
    found = (await merchant(desk, selection))["peakTimes"]
    assert [each["hour"] for each in found["byHour"]] == list(range(24))
    assert list(found["byHour"][2].values()) == [2, None, 3, 3, {"zatoshi": "11"}, 1.0, {"zatoshi": "4"}]
    assert [each["occurrenceCount"] for each in found["byHour"][:5]] == [2, 2, 3, 2, 1]
    week = {(each["weekday"], each["hour"]): each for each in found["byWeekdayAndHour"]}
    assert len(week) == 168
    assert list(week[7, 2].values()) == [2, 7, 2, 2, {"zatoshi": "11"}, 1.0, {"zatoshi": "6"}]
    assert list(week[1, 2].values()) == [2, 1, 0, 0, {"zatoshi": "0"}, None, None]


SELECTED = """failures(range: {days: 7}) { failedCount reasons { share } byHour { failedCount } }
  paymentMethods(range: {days: 30}) { methods { share } } geography(range: {days: 7}) { countries { country } }
  successRate(range: {days: 7}) { series { figures { successRate } } }
  other: successRate(range: {period: TODAY}, granularity: HOUR) { series { figures { successRate } } }
  peakTimes(range: {days: 7}) { byHour { transactionCount } }"""
STATEMENTS = [
    "failures_by_slot",
    "geography_by_slot",
    "payment_methods_by_slot",
    "revenue_by_slot",  # what was decided, for the failure rate
    "revenue_by_slot",  # by hour of the week
    "success_rate_by_slot",
]


async def test_fifty_merchants_cost_as_many_statements_as_one(desk: Desk) -> None:
    ids = [f"m{n:02}" for n in range(50)]
    for number, merchant_id in enumerate(ids):
        await desk.merchants(merchant_id, zone=["UTC", "Asia/Kathmandu", "America/New_York"][number % 3])
    await desk.tell([failed(f"p{n}", NOW - timedelta(hours=n + 1), merchant=each) for n, each in enumerate(ids)])
    one = await desk.data(f'{{ merchant(id: "m01") {{ {SELECTED} }} }}')
    assert sorted(desk.statements[1:]) == STATEMENTS
    fifty = await desk.data(f"{{ merchants(first: 50) {{ nodes {{ {SELECTED} }} }} }}")
    assert sorted(desk.statements[1:]) == STATEMENTS
    assert fifty["merchants"]["nodes"][1] == one["merchant"]
    assert [node["failures"]["failedCount"] for node in fifty["merchants"]["nodes"]] == [1] * 50

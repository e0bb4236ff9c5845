"""Trends against the oracle: each bucket and the whole, in any zone, is what its events add up to."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.totals import Totals, totals
from tests.oracle.windows import Window
from tests.property.world import World, counted, deliveries, examples
from tests.strategies.arrivals import Scenario, scenarios

FIGURES = """fragment figures on Figures {
    window { start end } revenue { zatoshi } settledCount failedCount expiredCount transactionCount successRate
    averageValue { zatoshi }
}"""
TRENDS = """trends(range: $range, granularity: $granularity, at: $at, timezone: $timezone) {
    window { start end } previousWindow { start end }
    total { revenue { current { zatoshi } previous { zatoshi } } transactions { current previous } }
    series { current { ...figures } previous { ...figures } }
}"""

#: What may be asked by buckets of each length, beside what lies between two instants of at most so many days.
RANGES: dict[str, tuple[list[dict[str, object]], int]] = {
    "QUARTER_HOUR": ([{"days": 2}, {"period": "TODAY"}], 2),
    "HOUR": ([{"days": 9}, {"period": "TODAY"}, {"period": "WEEK"}, {"month": "2026-05"}], 9),
    "DAY": ([{"days": 9}, {"period": "WEEK"}, {"period": "MONTH"}, {"month": "2026-04"}], 40),
    "WEEK": ([{"days": 40}, {"period": "MONTH"}, {"month": "2026-05"}], 90),
    "MONTH": ([{"days": 500}, {"month": "2026-05"}], 500),
}
ZONES = [None, "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo"]


@st.composite
def questions(draw: st.DrawFn, times: list[datetime]) -> dict[str, Any]:
    """The variables of a document: a range, its buckets, the instant and the zone."""
    granularity = draw(st.sampled_from(sorted(RANGES)))
    named, most = RANGES[granularity]
    at = draw(st.sampled_from(times)) + draw(st.timedeltas(timedelta(), timedelta(days=3)))
    start = at - draw(st.timedeltas(timedelta(hours=-1), timedelta(days=most)))
    length = draw(st.timedeltas(timedelta(microseconds=1), timedelta(days=most, hours=-3)))
    between = {"between": {"start": start.isoformat(), "end": (start + length).isoformat()}}
    return {
        "range": draw(st.sampled_from([*named, between])),
        "granularity": granularity,
        "at": at.isoformat(),
        "timezone": draw(st.sampled_from(ZONES)),
    }


def window_of(told: dict[str, str]) -> Window:
    return Window(datetime.fromisoformat(told["start"]), datetime.fromisoformat(told["end"]))


def figures(found: Totals, window: dict[str, str]) -> dict[str, Any]:
    average, rate = found.average_value_zat, found.success_rate
    return {
        "window": window,
        "revenue": {"zatoshi": str(found.revenue_zat)},
        "settledCount": found.settled_count,
        "failedCount": found.failed_count,
        "expiredCount": found.expired_count,
        "transactionCount": found.transaction_count,
        "successRate": None if rate is None else float(round(rate, 6)),
        "averageValue": None if average is None else {"zatoshi": str(round(average))},
    }


@examples(15)
@given(data=st.data(), scenario=scenarios())
async def test_every_bucket_is_what_its_events_add_up_to(world: World, data: st.DataObject, scenario: Scenario) -> None:
    scenario = await world.settle_in(scenario)
    await world.deliver_all(data.draw(deliveries(scenario.lines)))
    await world.catch_up()
    events = counted(scenario)
    times = [event.occurred_at for event in events] or [datetime(2026, 5, 1, tzinfo=UTC)]
    asked = data.draw(questions(times))
    merchants = "".join(f'm{n}: merchant(id: "{each.id}") {{ {TRENDS} }} ' for n, each in enumerate(scenario.merchants))
    variables = "$range: RangeInput!, $granularity: Granularity!, $at: DateTime, $timezone: String"
    answer = await world.ask(f"query ({variables}) {{ {merchants} }} {FIGURES}", **asked)
    for number, merchant in enumerate(scenario.merchants):
        own = [event for event in events if event.merchant_id == merchant.id]
        told = answer[f"m{number}"]["trends"]
        if between := asked["range"].get("between"):
            whole, at = window_of(between), datetime.fromisoformat(asked["at"])
            assert window_of(told["window"]) == Window(whole.lo, max(whole.lo, min(whole.hi, at)))
        current, previous = (totals(own, window_of(told[name])) for name in ("window", "previousWindow"))
        revenue, transactions = told["total"]["revenue"], told["total"]["transactions"]
        assert revenue["current"]["zatoshi"] == str(current.revenue_zat)
        assert revenue["previous"]["zatoshi"] == str(previous.revenue_zat)
        assert transactions == {"current": current.transaction_count, "previous": previous.transaction_count}
        begun = [bucket["current"] for bucket in told["series"] if bucket["current"]]
        # Side by side without a hole, they make up what is counted.
        assert [each["window"]["end"] for each in begun[:-1]] == [each["window"]["start"] for each in begun[1:]]
        assert sum(each["transactionCount"] for each in begun) == current.transaction_count
        for bucket in told["series"]:
            for each in filter(None, (bucket["current"], bucket["previous"])):
                assert each == figures(totals(own, window_of(each["window"])), each["window"])

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
TRENDS = """trends(range: $range, granularity: $granularity, at: $at) {
    window { start end } previousWindow { start end }
    total { revenue { current { zatoshi } previous { zatoshi } } transactions { current previous } }
    series { current { ...figures } previous { ...figures } }
}"""


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
    at = data.draw(st.sampled_from(times)) + data.draw(st.timedeltas(timedelta(), timedelta(days=3)))
    asked = data.draw(st.sampled_from([{"days": 9}, {"period": "TODAY"}, {"period": "WEEK"}, {"period": "MONTH"}]))
    granularity = data.draw(st.sampled_from(["HOUR", "DAY"]))
    merchants = "".join(f'm{n}: merchant(id: "{each.id}") {{ {TRENDS} }} ' for n, each in enumerate(scenario.merchants))
    document = f"query ($range: RangeInput!, $granularity: Granularity!, $at: DateTime) {{ {merchants} }} {FIGURES}"
    answer = await world.ask(document, range=asked, granularity=granularity, at=at.isoformat())
    for number, merchant in enumerate(scenario.merchants):
        own = [event for event in events if event.merchant_id == merchant.id]
        told = answer[f"m{number}"]["trends"]
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

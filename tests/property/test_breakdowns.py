"""Breakdowns of a range against the oracle's families, in any zone, whatever arrived how."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import families
from tests.oracle.events import Event
from tests.oracle.families import Family
from tests.oracle.ranks import Spread
from tests.oracle.windows import Window
from tests.property.test_trends import window_of
from tests.property.webhooks import DELIVERIES, check_deliveries
from tests.property.wholes import WHOLES, check_wholes
from tests.property.world import World, counted, deliveries, examples
from tests.strategies.arrivals import Scenario, scenarios

Told = dict[str, Any]

FRAGMENTS = (
    WHOLES
    + DELIVERIES
    + """
fragment times on Durations { count averageMs medianMs p95Ms p99Ms }
fragment attempts on WebhookFigures {
    deliveredCount failedCount pendingCount firstTryRate deliveryTime { ...times }
}
fragment all on Merchant {
    failures(range: $range, at: $at) {
        window { start end } failedCount reasons { code failedCount } byHour { hour failedCount }
        retries { ...retries }
    }
    paymentMethods(range: $range, at: $at) {
        methods { method settledCount failedCount expiredCount revenue { zatoshi } }
    }
    geography(range: $range, at: $at) { countries { country settledCount failedCount revenue { zatoshi } } }
    successRate(range: $range, at: $at) {
        total { settledCount failedCount expiredCount firstTryRate }
        byPayment { paymentCount settledCount failedCount openCount successRate }
    }
    peakTimes(range: $range, at: $at) { byHour { ...peak } byWeekdayAndHour { weekday ...peak } }
    resources(range: $range, first: 100, at: $at) {
        resources { resource challengedCount paidCount settledCount revenue { zatoshi } }
    }
    latency(range: $range, at: $at) { steps { step sinceCreated { ...times } sinceStepBefore { ...times } } }
    customers(range: $range, at: $at) { ...customers }
    overview(range: $range, at: $at) { ...overview }
    revenue(range: $range, interval: WEEK, at: $at) { total { ...money } series { figures { ...money } start end } }
    byStatus: transactions(range: $range, groupBy: STATUS, at: $at) { openCount groups { ...group } }
    byMethod: transactions(range: $range, groupBy: METHOD, at: $at) { groups { ...group } }
    byResource: transactions(range: $range, groupBy: RESOURCE, at: $at) { groups { ...group } }
    byDay: transactions(range: $range, groupBy: DAY, at: $at) { groups { ...group } }
    apiLatency(range: $range, at: $at) {
        endpoints { endpoint figures { requestCount errorCount serverErrorCount times { ...times } } }
    }
    webhooks(range: $range, at: $at) {
        total { ...attempts } byEventType { name figures { ...attempts } } byEndpoint { name figures { ...attempts } }
        ...webhooks
    }
}
"""
)


def expected(family: Family[Any], events: list[Event], window: Window) -> Mapping[tuple[Any, ...], Any]:
    """Measures by the dimensions alone."""
    return {key[2:]: found for key, found in family.within(events, window.lo, window.hi).items()}


def told_rows(rows: list[Told], name: str) -> dict[object, tuple[object, ...]]:
    """What is told by one dimension; rows of nothing but zeros left out."""
    found = {}
    for row in rows:
        values = tuple(int(v["zatoshi"]) if isinstance(v, dict) else v for k, v in row.items() if k != name)
        if any(values):
            found[row[name]] = values
    return found


def rate(part: int, whole: int) -> float | None:
    return float(round(Fraction(100 * part, whole), 6)) if whole else None


def check_times(told: Told, truth: Spread) -> None:
    assert told["count"] == truth.count
    average = truth.average_ms
    assert told["averageMs"] == (None if average is None else float(round(average, 6)))
    for name, rank in (("medianMs", 50), ("p95Ms", 95), ("p99Ms", 99)):
        exact = truth.percentile(rank)
        if exact is None:
            assert told[name] is None
        else:
            assert abs(told[name] - exact) <= 0.01 * exact + 0.0006  # and what is lost by three decimals


def check_payments(told: Told, own: list[Event], window: Window) -> None:
    by_code: Counter[str] = Counter()
    for (code, _attempt), found in expected(families.FAILURES, own, window).items():
        by_code[code or "OTHER"] += found.failed_count
    failures = told["failures"]
    assert {each["code"]: each["failedCount"] for each in failures["reasons"]} == dict(by_code)
    assert failures["failedCount"] == by_code.total()
    methods = expected(families.PAYMENT_METHODS, own, window)
    assert told_rows(told["paymentMethods"]["methods"], "method") == {
        None if method == "unknown" else str(method).upper(): (
            m.settled_count,
            m.failed_count,
            m.expired_count,
            m.revenue_zat,
        )
        for (method,), m in methods.items()
    }
    assert told_rows(told["geography"]["countries"], "country") == {
        country: (m.settled_count, m.failed_count, m.revenue_zat)
        for (country,), m in expected(families.GEOGRAPHY, own, window).items()
    }
    total = told["successRate"]["total"]
    success = expected(families.SUCCESS_RATE, own, window).get(())
    if success is None:
        assert list(total.values()) == [0, 0, 0, None]
    else:
        first_try = rate(success.first_try_settled_count, success.first_try_decided_count)
        assert list(total.values()) == [success.settled_count, success.failed_count, success.expired_count, first_try]


def check_traffic(told: Told, own: list[Event], window: Window) -> None:
    assert told_rows(told["resources"]["resources"], "resource") == {
        resource: (m.challenged_count, m.paid_count, m.settled_count, m.revenue_zat)
        for (resource,), m in expected(families.RESOURCES, own, window).items()
    }
    latency = {str(step).upper(): m for (step,), m in expected(families.LATENCY, own, window).items()}
    for each in told["latency"]["steps"]:
        found = latency.get(each["step"])
        check_times(each["sinceCreated"], found.latency if found else Spread(()))
        check_times(each["sinceStepBefore"], found.step_latency if found else Spread(()))
    check_attempts(told["webhooks"], expected(families.WEBHOOKS, own, window))


def check_attempts(told: Told, rows: Mapping[tuple[Any, ...], Any]) -> None:
    """As a whole, by event type and by endpoint: the rows' first dimension and their second."""
    check_attempt_figures(told["total"], list(rows.values()))
    for dimension, name in enumerate(("byEventType", "byEndpoint")):
        groups: dict[str, list[Any]] = {}
        for key, measures in rows.items():
            groups.setdefault(str(key[dimension]), []).append(measures)
        figures = {each["name"]: each["figures"] for each in told[name]}
        assert set(figures) == set(groups)
        for group, parts in groups.items():
            check_attempt_figures(figures[group], parts)


def check_attempt_figures(told: Told, parts: list[Any]) -> None:
    for name in ("delivered", "failed", "pending"):
        assert told[f"{name}Count"] == sum(getattr(m, f"{name}_count") for m in parts)
    first = (sum(m.first_try_delivered_count for m in parts), sum(m.first_try_count for m in parts))
    assert told["firstTryRate"] == rate(*first)
    check_times(told["deliveryTime"], Spread.of(value for m in parts for value in m.latency.values))


def check_callers(told: Told, own: list[Event], window: Window) -> None:
    calls = {endpoint: m for (endpoint,), m in expected(families.API, own, window).items()}
    endpoints = {each["endpoint"]: each["figures"] for each in told["apiLatency"]["endpoints"]}
    assert set(endpoints) == set(calls)
    for endpoint, m in calls.items():
        counts = [m.request_count, m.error_count, m.server_error_count]
        assert list(endpoints[endpoint].values())[:3] == counts
        check_times(endpoints[endpoint]["times"], m.latency)


@st.composite
def ranges(draw: st.DrawFn, at: datetime) -> dict[str, object]:
    """A range in any of the ways to name one."""
    start = at - draw(st.timedeltas(timedelta(), timedelta(days=40)))
    end = start + draw(st.timedeltas(timedelta(microseconds=1), timedelta(days=40)))
    return draw(
        st.sampled_from(
            [
                {"days": 40},
                {"days": 2},
                {"period": "WEEK"},
                {"period": "MONTH"},
                {"month": f"{start:%Y-%m}"},
                {"between": {"start": start.isoformat(), "end": end.isoformat()}},
            ]
        )
    )


@examples(15)
@given(data=st.data(), scenario=scenarios())
async def test_every_breakdown_is_the_oracles(world: World, data: st.DataObject, scenario: Scenario) -> None:
    scenario = await world.settle_in(scenario)
    await world.deliver_all(data.draw(deliveries(scenario.lines)))
    await world.catch_up()
    events = counted(scenario)
    asked = data.draw(ranges(scenario.at))
    merchants = "".join(f'm{n}: merchant(id: "{each.id}") {{ ...all }} ' for n, each in enumerate(scenario.merchants))
    document = f"query ($range: RangeInput!, $at: DateTime) {{ {merchants} }} {FRAGMENTS}"
    answer = await world.ask(document, range=asked, at=scenario.at.isoformat())
    for number, merchant in enumerate(scenario.merchants):
        own = [event for event in events if event.merchant_id == merchant.id]
        told = answer[f"m{number}"]
        window = window_of(told["failures"]["window"])
        check_payments(told, own, window)
        check_traffic(told, own, window)
        check_callers(told, own, window)
        check_wholes(told, own, window, merchant, scenario.at)
        check_deliveries(told["webhooks"], own, window, scenario.at)

"""Every metric against the oracle: as a whole, by bucket, by every dimension, in any zone, whatever arrived how."""

from collections.abc import Callable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.metrics.registry import METRICS
from tests.oracle import metrics as oracle
from tests.oracle.events import Event
from tests.oracle.merchants import Merchant
from tests.oracle.ranks import Spread
from tests.oracle.windows import Window
from tests.oracle.zones import wall
from tests.property.test_trends import window_of
from tests.property.world import World, counted, deliveries, examples
from tests.strategies.arrivals import Scenario, scenarios

pytestmark = pytest.mark.timeout(900)

Told = dict[str, Any]

DOCUMENT = """
query ($id: ID!, $names: [Metric!]!, $range: RangeInput!, $granularity: Granularity, $groupBy: MetricDimension,
       $limit: Int!, $compare: Boolean!, $at: DateTime, $filter: MetricFilterInput) { merchant(id: $id) {
  metrics(names: $names, range: $range, granularity: $granularity, groupBy: $groupBy, limit: $limit, compare: $compare,
          at: $at, filter: $filter) {
    window { start end } previousWindow { start end } groupCount
    totals { ...figure } groups { value rest figures { ...figure } series { ...bucket } } series { ...bucket }
    columns { starts ends partial columns { ...column } groups { value rest columns { ...column } } }
  } } }
fragment figure on MetricFigure { metric unit value previous money { zatoshi } }
fragment bucket on MetricBucket { start end partial begun points { metric value previous } }
fragment column on MetricColumn { metric values previous }
"""
SLUGS = list(METRICS)
#: Dimensions of the events, and which metrics have them; the oracle finds each event's value by itself.
DIVIDED = {
    "METHOD": [
        *("EXPIRED", "REVENUE", "SETTLED", "FAILED"),
        *("AVERAGE_VALUE", "TRANSACTIONS", "SUCCESS_RATE", "FAILURE_RATE"),
    ],
    "COUNTRY": ["REVENUE", "SETTLED", "FAILED", "AVERAGE_VALUE"],
    "RESOURCE": ["REVENUE", "SETTLED", "AVERAGE_VALUE", "ACCESSES", "CHALLENGES", "PAID_ACCESSES", "CONVERSION_RATE"],
    "FAILURE_CODE": ["FAILED", "STOPPED_PAYMENTS", "RECOVERED_PAYMENTS", "RECOVERY_RATE", "RECOVERED_REVENUE"],
    "ATTEMPT": ["FAILED"],
    "STEP": [f"{p}_{n}" for p in ("LATENCY", "STEP_LATENCY") for n in ("COVERAGE", "AVERAGE", "P50", "P95", "P99")],
    "EVENT_TYPE": [slug for slug in SLUGS if slug.startswith(("WEBHOOK_", "DELIVER"))],
    "ENDPOINT": [slug for slug in SLUGS if slug.startswith(("WEBHOOK_", "DELIVER"))],
}  # fmt: skip
#: Of dimensions that take no other values: one that events seldom have.
RARE = {
    "METHOD": "SHIELDED",
    "COUNTRY": "QQ",
    "FAILURE_CODE": "RATE_LIMITED",
    "ATTEMPT": "9999",
    "STEP": "REFUNDED",
}
#: What events tell, or leave out, that no figure is divided by.
NO_STEPS = {None, "CREATED", "CORRECTED"}
CALLED: list[str] = [slug for slug in SLUGS if slug.startswith("API_")]
DIMENSIONS_OF = {
    slug: {dimension for dimension, names in [*DIVIDED.items(), ("ENDPOINT", CALLED)] if slug in names}
    for slug in SLUGS
}


def check(slug: str, told: object, truth: oracle.Value) -> None:
    """What is told is the oracle's figure, rounded as promised."""
    unit = METRICS[slug].unit.name
    if isinstance(truth, Spread):
        exact = truth.percentile(int(slug[-2:]))
        assert (told is None) == (exact is None), slug
        assert exact is None or abs(float(str(told)) - exact) <= 0.01 * exact + 0.0006, slug
    elif truth is None:
        assert told is None, slug
    elif unit == "ZATOSHI":
        assert told == str(round(truth)), slug
    else:
        assert told == (truth if unit == "COUNT" else float(round(Fraction(truth), 6))), slug


Belongs = Callable[[str, str | None], bool]


def always(_dimension: str, _value: str | None) -> bool:
    return True


class Asker:
    """Asks about one merchant, and judges the answer."""

    def __init__(self, world: World, merchant: Merchant, events: Sequence[Event], variables: Told) -> None:
        self.world, self.zone = world, merchant.zone
        self.own = [event for event in events if event.merchant_id == merchant.id]
        self.variables = {"id": merchant.id, "limit": 50, **variables}
        self.at = datetime.fromisoformat(variables["at"])

    async def ask(self, names: Sequence[str], **more: object) -> Told:
        answer = await self.world.ask(DOCUMENT, **{**self.variables, "names": list(names), **more})
        told: Told = answer["merchant"]["metrics"]
        return told

    def truth(self, slug: str, window: Window, belongs: Belongs, hour: Callable[[datetime], bool]) -> oracle.Value:
        """The oracle's figure of a window: of events with a value, at some hours of the clock."""

        def holds(instant: datetime) -> bool:
            return window.holds(instant) and hour(instant)

        if slug in oracle.WHOLES:
            return oracle.WHOLES[slug](oracle.Wholes(self.own, self.at, holds, belongs))
        dimensions = DIMENSIONS_OF[slug]
        return oracle.METRICS[slug](
            [
                event
                for event in self.own
                if holds(event.occurred_at)
                and all(belongs(each, oracle.value_of(each, event, self.zone)) for each in dimensions)
            ]
        )

    def judge(
        self, told: Told, part: Told, belongs: Belongs = always, hour: Callable[[datetime], bool] = lambda _: True
    ) -> None:
        """Figures, buckets and columns of one part of an answer, from the events that belong to it."""
        now, before = (window_of(told[name]) for name in ("window", "previousWindow"))
        for figure in part["figures"]:
            check(figure["metric"], figure["value"], self.truth(figure["metric"], now, belongs, hour))
            check(figure["metric"], figure["previous"], self.truth(figure["metric"], before, belongs, hour))
        for number, bucket in enumerate(part["series"]):
            inside = window_of(bucket)
            inside = Window(inside.lo, min(inside.hi, now.hi))
            for point in bucket["points"]:
                if bucket["begun"]:
                    check(point["metric"], point["value"], self.truth(point["metric"], inside, belongs, hour))
                else:
                    assert point["value"] is None
            for column, point in zip(part["columns"], bucket["points"], strict=True):
                assert column["values"][number] == point["value"]
                assert column["previous"][number] == point["previous"]

    def judge_whole(self, told: Told, belongs: Belongs = always) -> None:
        whole = {"figures": told["totals"], "series": told["series"], "columns": told["columns"]["columns"]}
        self.judge(told, whole, belongs)
        assert told["columns"]["starts"] == [bucket["start"] for bucket in told["series"]]
        assert told["columns"]["ends"] == [bucket["end"] for bucket in told["series"]]
        assert told["columns"]["partial"] == [bucket["partial"] for bucket in told["series"]]

    def judge_groups(self, told: Told, dimension: str) -> None:
        """Each group has the events of its value, the rest those of no group."""
        values = {group["value"] for group in told["groups"] if not group["rest"]}
        columns = told["columns"]["groups"] or [{"columns": []}] * len(told["groups"])
        for group, column in zip(told["groups"], columns, strict=True):

            def belongs(which: str, value: str | None, group: Told = group) -> bool:
                if which != dimension:
                    return True
                return value not in values if group["rest"] else value == group["value"]

            self.judge(told, {**group, "columns": column["columns"]}, belongs)

    def judge_clock(self, told: Told, dimension: str) -> None:
        """Each hour of the day, or day of the week, has what the wall clock puts there."""
        assert len(told["groups"]) == (24 if dimension == "HOUR_OF_DAY" else 7)
        for group in told["groups"]:

            def hour(instant: datetime, name: str = group["value"]) -> bool:
                local = wall(instant, self.zone)
                return name == (str(local.hour) if dimension == "HOUR_OF_DAY" else oracle.WEEKDAYS[local.weekday()])

            self.judge(told, {**group, "columns": []}, hour=hour)


@examples(12)
@given(data=st.data(), scenario=scenarios())
async def test_every_metric_is_the_oracles(world: World, data: st.DataObject, scenario: Scenario) -> None:
    scenario = await world.settle_in(scenario)
    await world.deliver_all(data.draw(deliveries(scenario.lines)))
    await world.catch_up()
    events = counted(scenario)
    granularity = data.draw(st.sampled_from(["HOUR", "DAY", "WEEK"]))
    time = {"days": data.draw(st.sampled_from([2, 9]))} if granularity == "HOUR" else {"period": "MONTH"}
    variables = {"range": time, "granularity": granularity, "compare": True, "at": scenario.at.isoformat()}
    for merchant in scenario.merchants:
        asker = Asker(world, merchant, events, variables)
        for first in range(0, len(SLUGS), 20):
            asker.judge_whole(await asker.ask(SLUGS[first : first + 20]))


@examples(12)
@given(data=st.data(), scenario=scenarios())
async def test_every_group_is_the_oracles(world: World, data: st.DataObject, scenario: Scenario) -> None:
    scenario = await world.settle_in(scenario)
    await world.deliver_all(data.draw(deliveries(scenario.lines)))
    await world.catch_up()
    events = counted(scenario)
    granularity = data.draw(st.sampled_from([None, "DAY"]))
    variables = {"range": {"days": 12}, "granularity": granularity, "compare": True, "at": scenario.at.isoformat()}
    for merchant in scenario.merchants:
        asker = Asker(world, merchant, events, variables)
        for dimension, names in [*DIVIDED.items(), ("ENDPOINT", CALLED)]:
            first = data.draw(st.integers(0, len(names) - 1))
            told = await asker.ask(
                [*names[first:], *names[:first]], groupBy=dimension, limit=data.draw(st.integers(1, 3))
            )
            asker.judge_whole(told)
            asker.judge_groups(told, dimension)
        for dimension in ("HOUR_OF_DAY", "WEEKDAY"):
            names = data.draw(st.lists(st.sampled_from(SLUGS), min_size=20, max_size=20, unique=True))
            told = await asker.ask(names, groupBy=dimension, granularity=None)
            asker.judge_clock(told, dimension)


@examples(10)
@given(data=st.data(), scenario=scenarios())
async def test_what_is_filtered_is_the_oracles(world: World, data: st.DataObject, scenario: Scenario) -> None:
    scenario = await world.settle_in(scenario)
    await world.deliver_all(data.draw(deliveries(scenario.lines)))
    await world.catch_up()
    events = counted(scenario)
    variables = {"range": {"days": 12}, "granularity": "DAY", "compare": True, "at": scenario.at.isoformat()}
    for merchant in scenario.merchants:
        asker = Asker(world, merchant, events, variables)
        for dimension, names in [*DIVIDED.items(), ("ENDPOINT", CALLED)]:
            known = sorted({oracle.value_of(dimension, e, merchant.zone) for e in asker.own} - NO_STEPS, key=str)
            value = data.draw(st.sampled_from([*known, RARE.get(dimension, "no such value")]))
            told = await asker.ask(names, filter={"dimension": dimension, "values": [value]})
            asker.judge_whole(told, lambda which, found, d=dimension, v=value: which != d or found == v)  # type: ignore[misc]


def test_the_oracle_knows_every_metric() -> None:
    assert {*oracle.METRICS, *oracle.WHOLES} == set(SLUGS)

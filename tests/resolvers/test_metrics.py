"""The metrics query by hand: gaps, groups and their rest, what it costs, and what it says to nonsense."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from resolvers.kinds import CELLS
from resolvers.metrics.catalogue import page
from resolvers.metrics.declaration import Metric, Percentile, Sum, Unit
from resolvers.metrics.families import FAMILIES
from resolvers.metrics.registry import METRICS, registered
from sql.engine import detect
from sql.maintenance import refresh, refresh_hinted
from tests.factories import access, api_request, failed, settled, webhook
from tests.resolvers.conftest import FACILITATOR, NOW, Desk

DOCS = Path(__file__).parents[2] / "docs"
DOCUMENT = """
query ($names: [Metric!]!, $range: RangeInput!, $granularity: Granularity, $groupBy: MetricDimension,
       $filter: MetricFilterInput, $limit: Int! = 10, $compare: Boolean! = false) { merchant(id: "shop") {
  metrics(names: $names, range: $range, granularity: $granularity, groupBy: $groupBy, filter: $filter, limit: $limit,
          compare: $compare) {
    groupCount asOf newestEventAt totals { metric value money { zec } previous change changePercent direction reason }
    groups { value rest figures { value } } series { partial begun points { value } }
    columns { partial columns { metric values } groups { value rest columns { values } } }
  } } }
"""


async def metrics(desk: Desk, *names: str, **more: object) -> Any:
    found = await desk.data(DOCUMENT, FACILITATOR, names=names, **{"range": {"days": 3}, **more})
    return found["merchant"]["metrics"]


async def refusal(desk: Desk, *names: str, **more: object) -> str:
    result = await desk.ask(DOCUMENT, FACILITATOR, names=names, **{"range": {"days": 3}, **more})
    assert result.codes == ("BAD_USER_INPUT",)
    assert desk.statements == ["merchants_by_id"]
    return str(result.errors[0]["message"])


async def test_gaps_are_filled_and_what_has_not_begun_is_null(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell([settled("a", "2026-05-11T10:00:00", 7, payer="t1"), failed("b", "2026-05-13T11:00:00")])
    told = await metrics(desk, "REVENUE", "SUCCESS_RATE", "UNIQUE_PAYERS", "SMALLEST_PAYMENT", granularity="DAY")
    values = [column["values"] for column in told["columns"]["columns"]]
    assert values == [["7", "0", "0"], [100.0, None, 0.0], [1, 0, 0], ["7", None, None]]
    assert told["columns"]["partial"] == [False, False, True]
    assert told["newestEventAt"] == "2026-05-13T11:00:00.000000Z"
    hours = await metrics(desk, "FAILED", range={"period": "TODAY"}, granularity="HOUR")
    assert hours["columns"]["columns"][0]["values"] == [0] * 11 + [1] + [None] * 12
    assert [bucket["begun"] for bucket in hours["series"]] == [True] * 12 + [False] * 12
    [total] = hours["totals"]
    assert [total["value"], total["money"], total["previous"], total["reason"]] == [1, None, None, None]


async def test_an_hour_is_what_is_merged_of_it_and_what_is_not_yet(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell([settled("a", "2026-05-13T10:10:00", 7), settled("b", "2026-05-13T11:10:00", 4)])
    await refresh(desk.database)
    await desk.tell([settled("c", "2026-05-13T10:20:00", 5), failed("d", "2026-05-13T10:30:00")])
    async with desk.database.acquire() as connection:
        if (await detect(connection)).continuous:
            await refresh_hinted(desk.database)  # TimescaleDB tells nothing late before it is merged
    names = "REVENUE", "TRANSACTIONS", "SMALLEST_PAYMENT", "LARGEST_PAYMENT"
    told = await metrics(desk, *names, range={"period": "TODAY"}, granularity="HOUR")
    assert [column["values"][10:12] for column in told["columns"]["columns"]] == [
        ["12", "4"],
        [3, 1],
        ["5", "4"],
        ["7", "4"],
    ]
    told = await metrics(desk, "REVENUE", range={"period": "TODAY"}, granularity="HOUR", groupBy="METHOD")
    assert [group["columns"][0]["values"][10:12] for group in told["columns"]["groups"]] == [["12", "4"]]


async def test_the_rest_is_counted_anew_and_not_put_together(desk: Desk) -> None:
    await desk.merchants("shop")
    for number, (event_type, latencies) in enumerate({"a": [10] * 9, "b": [20, 1000], "c": [4000]}.items()):
        await desk.tell(
            [
                webhook(f"d{number}-{n}", NOW - timedelta(hours=n + 1), event_type=event_type, latency_ms=latency)
                for n, latency in enumerate(latencies)
            ]
        )
    told = await metrics(desk, "WEBHOOK_LATENCY_P95", "WEBHOOK_SUCCESS_RATE", groupBy="EVENT_TYPE", limit=1)
    assert [(group["value"], group["rest"]) for group in told["groups"]] == [("a", False), (None, True)]
    assert told["groupCount"] == 3
    first, rest = (group["figures"][0]["value"] for group in told["groups"])
    assert abs(first - 10) <= 0.1
    assert abs(rest - 4000) <= 40  # of 20, 1000 and 4000; the mean of both types' would be 2500
    assert abs(told["totals"][0]["value"] - 4000) <= 40
    alone = await metrics(
        desk, "WEBHOOK_LATENCY_P95", groupBy="ENDPOINT", filter={"dimension": "EVENT_TYPE", "values": ["b"]}
    )
    assert abs(alone["totals"][0]["value"] - 1000) <= 10
    assert alone["groups"][0]["value"] == "https://shop.example/hook"


async def test_payers_of_each_weekday_are_no_parts_of_the_whole(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(
        [settled(f"p{n}", NOW - timedelta(days=n), 1, payer="t1") for n in range(1, 9)]
        + [settled("q", NOW - timedelta(days=1), 1, payer="t2")]
    )
    told = await metrics(desk, "UNIQUE_PAYERS", range={"days": 14}, groupBy="WEEKDAY")
    assert [group["value"][:3] for group in told["groups"]] == ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
    assert [group["figures"][0]["value"] for group in told["groups"]] == [1, 2, 1, 1, 1, 1, 1]
    assert told["totals"][0]["value"] == 2


async def test_resources_are_ranked_by_the_first_metric_and_all_metrics_follow(desk: Desk) -> None:
    await desk.merchants("shop")
    at = NOW - timedelta(hours=2)
    await desk.tell(
        [settled(f"p{n}", at, 10 * n, resource=f"/{n}") for n in range(1, 5)]
        + [access(f"/{n}", at - timedelta(minutes=m)) for n in range(1, 5) for m in range(5 - n)]
        + [settled("none", at, 15)]
    )
    told = await metrics(desk, "REVENUE", "ACCESSES", groupBy="RESOURCE", limit=2, granularity="DAY")
    groups = [(group["value"], *(figure["value"] for figure in group["figures"])) for group in told["groups"]]
    assert groups == [("/4", "40", 1), ("/3", "30", 2), (None, "45", 7)]
    assert told["groupCount"] == 5
    columns = [[column["values"][-1] for column in group["columns"]] for group in told["columns"]["groups"]]
    assert columns == [["40", 1], ["30", 2], ["45", 7]]
    told = await metrics(desk, "REVENUE", groupBy="RESOURCE", filter={"dimension": "RESOURCE", "values": [None, "/1"]})
    assert [group["value"] for group in told["groups"]] == [None, "/1"]
    assert not told["groups"][0]["rest"]


MANY = """metrics(names: [REVENUE, TRANSACTIONS, UNIQUE_PAYERS], range: {days: 31}, granularity: HOUR, compare: true) {
    totals { value previous } columns { columns { values } } }
  top: metrics(names: [REVENUE, ACCESSES], range: {days: 7}, groupBy: RESOURCE, granularity: DAY) {
    groups { value } columns { groups { columns { values } } } }
  methods: metrics(names: [REVENUE], range: {days: 7}, groupBy: METHOD) { groups { value figures { value } } }"""


async def test_fifty_merchants_cost_the_statements_of_one(desk: Desk) -> None:
    ids = [f"m{n:02}" for n in range(50)]
    for number, each in enumerate(ids):
        await desk.merchants(each, zone=["UTC", "Asia/Kathmandu", "America/New_York"][number % 3])
    await desk.tell([settled(f"p{n}", NOW - timedelta(hours=1), n + 1, merchant=m) for n, m in enumerate(ids)])
    one = await desk.data(f'{{ merchant(id: "m01") {{ {MANY} }} }}')
    families = ["payers", "payment_methods", "resource_sales", "resource_traffic", "revenue_often"]
    kinds = [f"{family}_cells" for family in families]
    # Which resources are the largest is asked of sales before both are asked about those.
    asked = sorted([*kinds, "resource_sales_cells"])
    assert sorted(desk.statements) == ["merchants_by_id", *asked]
    fifty = await desk.data(f"{{ merchants(first: 50) {{ nodes {{ {MANY} }} }} }}")
    assert sorted(desk.statements) == ["merchants_after", *asked]
    nodes = fifty["merchants"]["nodes"]
    assert nodes[1] == one["merchant"]
    assert [node["metrics"]["totals"][0]["value"] for node in nodes] == [str(n + 1) for n in range(50)]


async def test_a_comparison_names_its_reason(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell([settled("a", NOW - timedelta(days=4), 4), settled("b", NOW - timedelta(hours=1), 5)])
    told = await metrics(desk, "REVENUE", "SUCCESS_RATE", "FAILED", "WEBHOOK_SUCCESS_RATE", compare=True)
    assert [list(figure.values())[3:] for figure in told["totals"]] == [
        ["4", "1", 25.0, "UP", None],
        [100.0, 0.0, 0.0, "FLAT", None],
        [0, 0, None, "FLAT", "ZERO_BASE"],
        [None, None, None, None, "NO_DATA"],
    ]
    assert told["totals"][0]["money"] == {"zec": "0.00000005"}


async def test_nonsense_is_told_what_to_send_instead(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell([api_request("/verify", NOW - timedelta(hours=1))])
    assert "names must have 1 to 20" in await refusal(desk)
    assert "twice" in await refusal(desk, "REVENUE", "REVENUE")
    assert "limit must lie between 1 and 50" in await refusal(desk, "REVENUE", groupBy="METHOD", limit=51)
    message = await refusal(desk, "UNIQUE_PAYERS", groupBy="METHOD")
    assert message.startswith("UNIQUE_PAYERS has no METHOD; it has: none. Metrics that have it: REVENUE, ")
    both = {"groupBy": "METHOD", "filter": {"dimension": "COUNTRY", "values": ["DE"]}}
    assert "REVENUE has not COUNTRY and METHOD at once" in await refusal(desk, "REVENUE", **both)
    assert "send it as groupBy" in await refusal(desk, "REVENUE", filter={"dimension": "WEEKDAY", "values": ["MONDAY"]})
    assert "1 to 50 values" in await refusal(desk, "REVENUE", filter={"dimension": "METHOD", "values": []})
    assert "U+0000" in await refusal(desk, "REVENUE", filter={"dimension": "RESOURCE", "values": ["\x00"]})
    assert "leave granularity out" in await refusal(desk, "REVENUE", groupBy="WEEKDAY", granularity="DAY")
    assert "send granularity: DAY" in await refusal(desk, "REVENUE", range={"days": 40}, granularity="HOUR")
    assert "group by WEEKDAY" in await refusal(desk, "REVENUE", range={"days": 200}, groupBy="HOUR_OF_DAY")
    many = await refusal(
        desk, "REVENUE", "SETTLED", range={"days": 31}, granularity="HOUR", groupBy="RESOURCE", limit=50
    )
    assert "asks for 77,376 points" in many
    unknown = {"filter": {"dimension": "RESOURCE", "values": ["'; DROP TABLE payments"]}}
    assert (await metrics(desk, "REVENUE", **unknown))["totals"][0]["value"] == "0"
    nowhere = await metrics(desk, "API_LATENCY_P99", groupBy="ENDPOINT", range={"period": "TODAY"}, limit=1)
    assert nowhere["groups"][0]["value"] == "/verify"


@pytest.mark.parametrize(
    ("metric", "dimension", "value", "instead"),
    [
        ("REVENUE", "METHOD", "banana", "'BANANA' is no METHOD, which is one of TRANSPARENT, SHIELDED, null."),
        ("REVENUE", "COUNTRY", "nowhere", "two capital letters (ISO 3166), such as DE, or null."),
        ("REVENUE", "COUNTRY", "de", "'de' is no COUNTRY"),
        ("FAILED", "FAILURE_CODE", "NO_SUCH", "INTERNAL_ERROR, OTHER, null."),
        ("FAILED", "ATTEMPT", "first", "'first' is no ATTEMPT, which is a whole number from 1, in digits."),
        ("LATENCY_P50", "STEP", "CREATED", "one of VERIFYING, VERIFIED, SETTLED, FAILED, EXPIRED, RETRIED, REFUNDED."),
        ("LATENCY_P50", "STEP", None, "null is no STEP"),
    ],
)
async def test_a_filter_by_what_there_cannot_be_lists_what_there_is(
    desk: Desk, metric: str, dimension: str, value: str | None, instead: str
) -> None:
    await desk.merchants("shop")
    message = await refusal(desk, metric, filter={"dimension": dimension, "values": [value]})
    assert message.startswith("filter.values: ")
    assert instead in message


async def test_a_filter_takes_what_groups_tell_and_small_letters_as_before(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell([settled("a", NOW - timedelta(hours=1), 4, method="shielded")])
    for dimension, values, revenue in [
        *(("METHOD", ["shielded"], "4"), ("METHOD", ["SHIELDED", None], "4"), ("METHOD", [None], "0")),
        *(("COUNTRY", [None, "DE"], "4"), ("RESOURCE", ["anything"], "0")),
    ]:
        told = await metrics(desk, "REVENUE", filter={"dimension": dimension, "values": values})
        assert told["totals"][0]["value"] == revenue
    for metric, dimension, value in [("FAILED", "ATTEMPT", "2"), ("STOPPED_PAYMENTS", "FAILURE_CODE", None)]:
        told = await metrics(desk, metric, filter={"dimension": dimension, "values": [value]})
        assert told["totals"][0]["value"] == 0


async def test_the_catalogue_is_the_registry(desk: Desk) -> None:
    told = await desk.data("{ metricDefinitions { metric unit aggregation definition formula dimensions } }")
    assert [each["metric"] for each in told["metricDefinitions"]] == list(METRICS)
    revenue = told["metricDefinitions"][0]
    assert revenue["formula"] == "revenue_zat"
    assert revenue["dimensions"] == ["METHOD", "RESOURCE", "COUNTRY", "HOUR_OF_DAY", "WEEKDAY"]
    assert not desk.statements


def test_the_documentation_is_the_registry() -> None:
    text = (DOCS / "metrics.md").read_text(encoding="utf-8")
    assert text == page(), "run: python -m resolvers.metrics > docs/metrics.md"


async def test_the_documented_query_runs(desk: Desk) -> None:
    await desk.merchants("shop")
    [query] = re.findall(r"```graphql\n(.*?)```", page(), flags=re.DOTALL)
    told = await desk.data(query.replace("merchant {", 'merchant(id: "shop") {'), range={"days": 7})
    assert len(told["merchant"]["metrics"]["columns"]["starts"]) == 7


def test_what_a_family_has_not_cannot_be_declared() -> None:
    good = METRICS["REVENUE"]
    for wrong, why in (
        ((good, good), "twice"),
        ((Metric("X", Unit.COUNT, Sum(("no_such_count",)), "X.", (("revenue",),)),), "no_such_count"),
        ((Metric("X", Unit.MILLISECONDS, Percentile(50), "X.", (("revenue",),)),), "X"),
        ((Metric("X", Unit.COUNT, Sum(("settled_count",)), "X.", ()),), "no family"),
    ):
        with pytest.raises(ValueError, match=why):
            registered(wrong)


def test_what_is_kept_goes_by_every_statement_that_it_may_come_from() -> None:
    """An answer of another text must not be read as one of this text."""
    for name, family in FAMILIES.items():
        sent = {family.query_of(wanted) for measure in family.measures for wanted in ([measure], family.measures)}
        assert sent == set(CELLS[name].queries), name

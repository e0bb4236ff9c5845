"""All that a merchant can be asked about a range, at once: each kind of question is one statement, for one or fifty."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from gateway.cache.answers import RedisAnswers
from gateway.cache.link import Link
from gateway.cache.scripts import LOADING
from resolvers.answers.answers import Answers
from resolvers.answers.kind import Kind
from resolvers.executor import Executor
from resolvers.limits import Limits
from resolvers.schema import build_schema
from sql import Database
from sql.maintenance import refresh_hinted
from tests.factories import access, api_request, failed, settled, webhook
from tests.resolvers.conftest import NOW, Desk, desk_of

WIDE = Limits(max_tokens=100_000, max_aliases=1_000, time_limit_seconds=200)
SCHEMA = build_schema(WIDE)._schema
#: Arguments of ours, beside `range`, that a field cannot do without.
GIVEN = {"range": "$range"}
#: What has a range too and is counted elsewhere: one statement per family that its names need.
ELSEWHERE = {"metrics"}

STATEMENTS = [
    "api_latency_by_slot",
    "cohorts_by_slot",
    "deliveries_by_slot",
    "failures_by_slot",
    "geography_by_slot",
    "latency_by_slot",
    "live_by_merchant",
    "new_payers_by_slot",
    "payers_by_slot",
    "payment_methods_by_slot",
    "resource_decisions_by_slot",
    "resources_by_page",
    "resources_by_slot",
    "revenue_by_slot",  # the totals of all windows
    "revenue_by_slot",  # and those by hour of the week
    "step_latency_by_slot",
    "success_rate_by_slot",
    "top_payers_by_revenue",
    "webhook_endpoints_by_slot",
    "webhook_latency_by_slot",
    "webhooks_by_slot",
]


def selection(field: GraphQLField, depth: int = 0) -> str:
    """Everything below a field, connections' nodes once."""
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return ""
    assert isinstance(kind, GraphQLObjectType), kind
    assert depth < 12
    parts = [
        f"{name}{selection(each, depth + 1)}"
        for name, each in kind.fields.items()
        if name != "edges" and not any(is_required_argument(given) for given in each.args.values())
    ]
    return f" {{ {' '.join(parts)} }}"


def ranged(kind: str) -> dict[str, GraphQLField]:
    """The fields of a type that take a range."""
    found = SCHEMA.type_map[kind]
    assert isinstance(found, GraphQLObjectType)
    return {name: field for name, field in found.fields.items() if "range" in field.args and name not in ELSEWHERE}


def asked_as(name: str, field: GraphQLField) -> list[str]:
    """How a field is asked: once, and where it is grouped, once for each way."""
    plain = f"{name}(range: $range)"
    if "groupBy" not in field.args:
        return [plain]
    groupings = get_named_type(field.args["groupBy"].type)
    assert isinstance(groupings, GraphQLEnumType)
    return [plain, *(f"{name}_{way}: {name}(range: $range, groupBy: {way})" for way in groupings.values)]


def everything(kind: str) -> str:
    """All of them, with all that is below."""
    for name, field in ranged(kind).items():
        missing = {given for given, each in field.args.items() if is_required_argument(each)} - set(GIVEN)
        assert not missing, (name, missing)
    return " ".join(
        f"{asked}{selection(field)}" for name, field in ranged(kind).items() for asked in asked_as(name, field)
    )


#: What is looked up around boundaries before answers are computed that are to be kept.
BESIDE = [
    "api_requests_beside",
    "first_attempts_beside",
    "first_decisions_beside",
    "payment_events_beside",
    "resource_accesses_beside",
    "webhook_deliveries_beside",
    "payment_events_beside",  # of the page of payers, which lies below what is asked first
    "resource_accesses_beside",  # and of the page of resources
]
#: Where what lies above these pages does not come in the same tick, they are looked up one after the other.
APART = "payment_events_beside"


@pytest.fixture
async def wide(database_url: str) -> AsyncIterator[Desk]:
    """Fifty merchants with some of everything, asked without the bounds of a client and with patience."""
    database = Database(database_url, pool_size=4, acquire_timeout=120, statement_timeout_ms=60_000)
    asked = desk_of(database)
    asked.executor = Executor(asked.executor.services, WIDE)
    ids = [f"m{n:02}" for n in range(50)]
    for number, merchant_id in enumerate(ids):
        await asked.merchants(merchant_id, zone=["UTC", "Asia/Kathmandu", "America/New_York"][number % 3])
    for number, merchant_id in enumerate(ids):
        at = NOW - timedelta(hours=number + 1)
        await asked.tell(
            [
                settled("a", at, number, merchant=merchant_id, payer="ann", resource="/a"),
                failed("b", at, merchant=merchant_id),
                access("/a", at, merchant=merchant_id),
                webhook("w", at, merchant=merchant_id),
                api_request("/settle", at, merchant=merchant_id),
            ]
        )
    yield asked
    await database.close()


def test_every_answer_about_a_range_says_how_fresh_it_is() -> None:
    for name, field in ranged("Merchant").items():
        kind = get_named_type(field.type)
        assert isinstance(kind, GraphQLObjectType)
        assert {"asOf", "newestEventAt", "computedAt", "window"} <= set(kind.fields), name
    assert isinstance(SCHEMA.type_map["DateTime"], GraphQLScalarType)


async def test_fifty_merchants_cost_as_many_statements_as_one(wide: Desk) -> None:
    asked = {"days": 9}
    one = await wide.data(
        f'query ($range: RangeInput!) {{ merchant(id: "m07") {{ {everything("Merchant")} }} }}', range=asked
    )
    assert sorted(wide.statements) == sorted(["merchants_by_id", *STATEMENTS])
    document = f"query ($range: RangeInput!) {{ merchants(first: 50) {{ nodes {{ id {everything('Merchant')} }} }} }}"
    fifty = await wide.data(document, range=asked)
    assert sorted(wide.statements) == sorted(["merchants_after", *STATEMENTS])
    nodes = {node.pop("id"): node for node in fifty["merchants"]["nodes"]}
    assert len(nodes) == 50
    assert nodes["m07"] == one["merchant"]


async def test_all_merchants_together_cost_a_statement_a_kind(wide: Desk) -> None:
    await wide.data(f"query ($range: RangeInput!) {{ platform {{ {everything('Platform')} }} }}", range={"days": 9})
    assert sorted(wide.statements) == [
        "platform_api_latency_by_slot",
        "platform_failures_by_slot",
        "platform_geography_by_slot",
        "platform_revenue_by_slot",
        "top_merchants_by_revenue",
        "top_resources_by_revenue",
    ]


async def test_answers_that_are_kept_cost_a_statement_a_stream_beside(
    wide: Desk, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Fifty merchants with everything keep the process busy for longer than it would wait otherwise, or keep an answer.
    monkeypatch.setattr(Kind, "lifetime", lambda *_: 3_600)
    link = Link(redis_url, LOADING, reply_seconds=60)
    assert await link.open()
    answers = Answers(RedisAnswers(link, lease_ms=60_000), lambda *_: None)
    wide.executor = Executor(replace(wide.executor.services, answers=answers), WIDE)
    one = f'query ($range: RangeInput!) {{ merchant(id: "m07") {{ {everything("Merchant")} }} }}'
    fifty = f"query ($range: RangeInput!) {{ merchants(first: 50) {{ nodes {{ id {everything('Merchant')} }} }} }}"
    await refresh_hinted(wide.database)  # answers that lack what came late are not kept
    try:
        for document, merchants in ((fifty, ["merchants_after"]), (one, ["merchants_by_id"])):
            await answers.clear("m07")  # of the fifty, nothing is kept yet
            await wide.data(document, range={"days": 9})
            together = [*merchants, *STATEMENTS, *BESIDE]
            assert sorted(wide.statements) in (sorted(together), sorted([*together, APART]))
            await wide.data(document, range={"days": 9})
            assert wide.statements == [each for each in merchants if each == "merchants_after"]
    finally:
        await answers.close()
        await link.close()

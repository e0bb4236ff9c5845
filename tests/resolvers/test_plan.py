"""A look by plan gives what graphql-core gives, byte for byte; what a plan cannot do, graphql-core does."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from resolvers import executor as executors
from resolvers.executor import Executor, Result
from resolvers.operations import document as named
from resolvers.planned.known import MAX_BYTES, MAX_PLANS, Plans
from resolvers.planned.planner import plan
from resolvers.watching import ONCE
from sql import StoreUnavailable
from tests.factories import created, failed, refunded, settled, webhook
from tests.resolvers.conftest import NOW, Desk, merchant

SHOP = merchant("shop")
EVENTS = [
    settled("a", "2026-05-13T10:00:00", 125_000_000, payer="t1alice", method="transparent", resource="/maps"),
    settled("b", "2026-05-13T11:30:00", 3, method="shielded", latency_ms=120),
    failed("c", "2026-05-13T11:40:00", "TIMEOUT"),
    refunded("a", "2026-05-13T11:50:00", 25_000_000),
    created("d", NOW - timedelta(minutes=5)),
    settled("e", "2026-05-12T09:00:00", 7),
    webhook("w", "2026-05-13T11:00:00", "delivered", latency_ms=90),
]
METRICS = """subscription ($names: [Metric!]!, $by: MetricDimension, $deep: Boolean = false) {
    metrics(names: $names, range: {days: 3}, granularity: DAY, groupBy: $by, compare: true) {
        asOf
        totals { metric value previous }
        ... on Metrics @skip(if: $deep) { groups { value rest figures { metric value } } }
        series @include(if: $deep) { start end partial points { __typename metric value } }
        columns { starts columns { metric values } }
    }
}"""
LOOKS: list[tuple[str, dict[str, Any]]] = [
    (named("watch_realtime"), {}),
    (named("board_realtime"), {"merchantId": "shop"}),
    (named("board_figures"), {"merchantId": "shop"}),
    (named("board_feed"), {"merchantId": "shop", "first": 10}),
    (METRICS, {"names": ["REVENUE", "SUCCESS_RATE"], "by": "METHOD"}),
    (METRICS, {"names": ["TRANSACTIONS", "UNIQUE_PAYERS"], "deep": True}),
    (
        "subscription Two { realtime { ...a today { window { start } } } } "
        "fragment a on Realtime { hour: currentHour { revenue { zec } ...b } today { ...c } today { uniquePayers } } "
        "fragment b on CurrentHour { averageValue { currency } } fragment c on Today { revenue { zatoshi } }",
        {},
    ),
    (
        "subscription { paymentFeed(first: 2) { __typename asOf "
        "steps { event { eventId type metadata } payment { state } } } }",
        {},
    ),
]


@pytest.fixture
async def shop(desk: Desk) -> Desk:
    await desk.merchants("shop", "other", zone="Asia/Kathmandu")
    await desk.tell(EVENTS)
    return desk


async def look(executor: Executor, document: str, variables: dict[str, Any], principal: Any = SHOP) -> Result:
    return await executor.look(document, variables, None, principal, ONCE)


@pytest.mark.parametrize(("document", "variables"), LOOKS)
async def test_it_says_what_graphql_core_says(
    document: str, variables: dict[str, Any], shop: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.statements.clear()
    first = await look(shop.executor, document, variables)
    assert first.errors == ()
    statements = sorted(shop.statements)
    shop.statements.clear()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the second look is graphql-core's too")

    monkeypatch.setattr(shop.executor.schema, "stream", refuse)
    second = await look(shop.executor, document, variables)
    assert second.errors == ()
    assert without_as_of(second) == without_as_of(first)
    assert sorted(shop.statements) == statements


def without_as_of(result: Result) -> bytes:
    """The answer as it is sent, but for the database's own clock; the order of its keys counts."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: None if key == "asOf" else strip(each) for key, each in value.items()}
        return [strip(each) for each in value] if isinstance(value, list) else value

    return orjson.dumps(strip(result.data))


async def test_a_plan_asks_as_whoever_looks(shop: Desk) -> None:
    document = 'subscription { realtime(merchantId: "shop") { today { transactionCount } } }'
    assert (await look(shop.executor, document, {})).errors == ()
    shop.statements.clear()
    for stranger in (merchant("other"), merchant("shop", "events:write")):
        assert (await look(shop.executor, document, {}, stranger)).codes == ("FORBIDDEN",)
    assert shop.statements == []


async def test_what_fails_is_told_as_ever(shop: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    document = "subscription { realtime { today { transactionCount } recentPayments { paymentId } } }"
    whole = await look(shop.executor, document, {})
    assert whole.data is not None

    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable("it is away")

    monkeypatch.setattr(shop.database, "fetch", away)
    assert set((await look(shop.executor, document, {})).codes) == {"STORE_UNAVAILABLE"}


async def test_a_time_limit_holds(shop: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    document = "subscription { realtime { asOf } }"
    assert (await look(shop.executor, document, {})).errors == ()

    async def wait(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(executors, "_planned", wait)
    assert (await look(shop.executor, document, {})).codes == ("TIMEOUT",)


@pytest.mark.parametrize(
    "document",
    [
        "query { viewer { subject } }",
        "subscription { realtime { asOf @other } }",
        "subscription A { realtime { asOf } } subscription B { realtime { asOf } }",
    ],
)
def test_what_it_does_not_know_it_leaves(document: str, desk: Desk) -> None:
    assert plan(desk.executor.schema, document, None, {}) is None


def test_what_is_long_is_not_remembered(desk: Desk) -> None:
    """Tokens are counted, and a comment is none: it may be as long as a message."""
    plans, short = Plans(), "subscription { realtime { asOf } }"
    comment = "#" + "é" * ((MAX_BYTES - len(short) - len("#{}\n")) // 2)
    told: list[tuple[str, str | None, dict[str, str]]] = [
        (f"{comment}é\n{short}", None, {}),
        (short, "n" * MAX_BYTES, {}),
        (short, None, {"unused": "x" * MAX_BYTES}),
    ]
    for document, name, variables in told:
        plans.learn(desk.executor.schema, document, name, variables)
        assert plans.of(document, name, variables) is None
        assert not plans.knows(document, name)
    fits = f"{comment}\n{short}"
    plans.learn(desk.executor.schema, fits, None, {})
    assert plans.of(fits, None, {}) is not None


def test_only_so_many_are_remembered(desk: Desk) -> None:
    plans = Plans()
    documents = [f"subscription {{ a{number}: realtime {{ asOf }} }}" for number in range(MAX_PLANS + 2)]
    for document in documents[:2]:
        plans.learn(desk.executor.schema, document, None, {})
    assert plans.of(documents[0], None, {}) is not None
    for document in documents[2:]:
        plans._known[document, None, b"{}"] = None
    plans.learn(desk.executor.schema, "subscription { realtime { asOf } }", None, {})
    assert plans.of(documents[1], None, {}) is None

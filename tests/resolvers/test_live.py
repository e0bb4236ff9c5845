"""A look at a subscription: what it shows, what it tells the watch, what it costs."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from resolvers.context import Principal
from resolvers.executor import Executor, Result
from tests.factories import created, settled
from tests.resolvers.conftest import NOW, Desk, merchant
from tests.resolvers.test_exports import MAY, MINE, REQUEST

REALTIME = "subscription { realtime { today { revenue { zatoshi } uniquePayers } recentPayments { paymentId } asOf } }"
DASHBOARD = "subscription { dashboard { revenue { today { previous { zatoshi } } } asOf } }"
SHOP = merchant("shop")


@dataclass
class Noted:
    """A watch that writes down what it is told."""

    listened: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    turns: list[datetime] = field(default_factory=list)
    seconds: float | None = None
    ended: bool = False

    async def listen(self, merchant_id: str, streams: Collection[str]) -> None:
        self.listened.append((merchant_id, frozenset(streams)))

    def until(self, instant: datetime) -> None:
        self.turns.append(instant)

    def pace(self, seconds: float) -> None:
        self.seconds = seconds

    def over(self) -> None:
        self.ended = True


async def look(desk: Desk, document: str, principal: Principal = SHOP, at: datetime = NOW) -> tuple[Result, Noted]:
    watch = Noted()
    executor = Executor(replace(desk.executor.services, clock=lambda: at))
    desk.statements.clear()
    return await executor.look(document, {}, None, principal, watch), watch


def data(result: Result) -> Any:
    assert result.errors == ()
    assert result.data is not None
    return result.data


async def test_each_look_is_fresh_and_costs_one_statement_a_kind(desk: Desk) -> None:
    await desk.merchants("shop")
    view: Any = None
    for amount, name in ((5, "a"), (6, "b")):
        await desk.tell([settled(name, "2026-05-13T10:00:00", amount)])
        result, watch = await look(desk, REALTIME)
        view = data(result)["realtime"]
        assert [each["paymentId"] for each in view["recentPayments"]] == ["a", "b"][: len(view["recentPayments"])]
        assert sorted(desk.statements) == [
            "live_by_merchant",
            "merchants_by_id",
            "payers_by_slot",
            "recent_payments_by_merchant",
            "revenue_by_slot",
        ]
        assert watch.listened == [("shop", frozenset({"payment_events"}))]
        assert watch.seconds == 1
    assert view["today"]["revenue"]["zatoshi"] == "11"


async def test_the_watch_hears_of_the_hour_and_of_midnight_in_the_zone(desk: Desk) -> None:
    await desk.merchants("shop", zone="Asia/Kathmandu")  # 5:45 ahead: its hours begin at a quarter past of UTC's
    at = datetime(2026, 5, 13, 17, 20, tzinfo=UTC)
    _, watch = await look(desk, REALTIME, at=at)
    assert min(watch.turns) == datetime(2026, 5, 13, 18, 15, tzinfo=UTC)  # midnight there
    assert len(watch.turns) == 2


async def test_the_moving_end_of_a_comparison_is_met(desk: Desk) -> None:
    await desk.merchants("shop")
    yesterday = NOW - timedelta(days=1)
    await desk.tell(
        [created("no", yesterday + timedelta(seconds=3)), settled("a", yesterday + timedelta(seconds=7), 5)]
    )
    result, watch = await look(desk, DASHBOARD)
    assert data(result)["dashboard"]["revenue"]["today"]["previous"]["zatoshi"] == "0"
    turn = min(watch.turns)
    assert turn == NOW + timedelta(seconds=7, milliseconds=1)
    result, _ = await look(desk, DASHBOARD, at=turn)
    assert data(result)["dashboard"]["revenue"]["today"]["previous"]["zatoshi"] == "5"


async def test_an_open_payment_that_becomes_stale_is_met(desk: Desk) -> None:
    await desk.merchants("shop")
    begun = NOW - timedelta(minutes=60) + timedelta(seconds=20)
    await desk.tell([created("a", begun), created("b", begun + timedelta(seconds=30))])
    document = "subscription { realtime { live { pendingTransactions staleTransactions } } }"
    result, watch = await look(desk, document)
    assert data(result)["realtime"]["live"] == {"pendingTransactions": 2, "staleTransactions": 0}
    turn = min(watch.turns)
    assert turn == NOW + timedelta(seconds=20, milliseconds=1)
    result, _ = await look(desk, document, at=turn)
    assert data(result)["realtime"]["live"] == {"pendingTransactions": 1, "staleTransactions": 1}


async def test_who_may_not_look_costs_no_statement_and_no_channel(desk: Desk) -> None:
    await desk.merchants("shop", "other")
    for principal in (merchant("other"), merchant("shop", "events:write")):
        result, watch = await look(desk, 'subscription { realtime(merchantId: "shop") { asOf } }', principal)
        assert (result.data, result.codes, watch.listened, desk.statements) == (None, ("FORBIDDEN",), [], [])


async def test_a_pace_that_cannot_be_is_refused(desk: Desk) -> None:
    await desk.merchants("shop")
    for seconds in (0, -1, 61):
        result, _ = await look(desk, f"subscription {{ realtime(everySeconds: {seconds}) {{ asOf }} }}")
        assert result.codes == ("BAD_USER_INPUT",)
    _, watch = await look(desk, "subscription { realtime(everySeconds: 5) { asOf } }")
    assert watch.seconds == 5


async def test_what_is_wrong_with_a_document_is_said(desk: Desk) -> None:
    result, _ = await look(desk, "subscription { nonsense }")
    assert (result.executed, result.codes) == (False, ("VALIDATION_FAILED",))


async def test_what_is_a_subscription_is_told_without_running_it(desk: Desk) -> None:
    told = desk.executor.is_subscription
    assert told(REALTIME, None)
    assert told("query A { viewer { subject } } subscription B { realtime { asOf } }", "B")
    assert not told("query A { viewer { subject } } subscription B { realtime { asOf } }", "A")
    assert not told("query A { viewer { subject } } subscription B { realtime { asOf } }", None)
    assert not told("no document", None)
    assert desk.statements == []


METRICS = """subscription ($names: [Metric!]!) {
    metrics(names: $names, range: {days: 1}, granularity: HOUR) { asOf totals { metric value } } }"""


@pytest.mark.parametrize(
    ("names", "streams"),
    [
        (["REVENUE", "NEW_PAYERS"], {"payment_events"}),
        (["WEBHOOK_ATTEMPTS"], {"webhook_deliveries"}),
        (["REVENUE", "WEBHOOK_ATTEMPTS"], {"payment_events", "webhook_deliveries"}),
    ],
)
async def test_metrics_listen_to_what_they_are_made_of(desk: Desk, names: list[str], streams: set[str]) -> None:
    await desk.merchants("shop")
    watch = Noted()
    result = await desk.executor.look(METRICS, {"names": names}, None, SHOP, watch)
    data(result)
    assert watch.listened == [("shop", frozenset(streams))]
    assert min(watch.turns) == NOW + timedelta(minutes=15)


async def test_metrics_follow_the_moving_end_of_their_comparison(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell([settled("a", NOW - timedelta(days=1) + timedelta(seconds=7), 5)])
    asked = "subscription { metrics(names: [REVENUE], range: {days: 1}%s) { totals { previous } } }"
    result, watch = await look(desk, asked % ", compare: true")
    assert data(result)["metrics"]["totals"] == [{"previous": "0"}]
    turn = min(watch.turns)
    assert turn == NOW + timedelta(seconds=7, milliseconds=1)
    result, _ = await look(desk, asked % ", compare: true", at=turn)
    assert data(result)["metrics"]["totals"] == [{"previous": "5"}]
    _, watch = await look(desk, asked % "")
    assert min(watch.turns) == NOW + timedelta(minutes=15)
    assert "first_turns_by_slot" not in desk.statements


async def test_metrics_follow_the_begin_and_the_end_of_their_range(desk: Desk) -> None:
    await desk.merchants("shop")
    soon = [NOW + timedelta(seconds=5), NOW + timedelta(seconds=9)]
    between = f'{{start: "{soon[0].isoformat()}", end: "{soon[1].isoformat()}"}}'
    document = f"subscription {{ metrics(names: [REVENUE], range: {{between: {between}}}, compare: true) {{ asOf }} }}"
    for at, turn in ((NOW, soon[0]), (soon[0], soon[1])):
        _, watch = await look(desk, document, at=at)
        assert min(watch.turns) == turn
    _, watch = await look(desk, document, at=soon[1])
    assert min(watch.turns) == NOW + timedelta(minutes=15)


async def test_an_export_is_followed_until_it_is_made(desk: Desk) -> None:
    await desk.merchants("shop", "other")
    asked = await desk.data(REQUEST, MINE, input=MAY)
    document = f'subscription {{ exportProgress(id: "{asked["requestExport"]["export"]["id"]}") {{ state asOf }} }}'
    for state, ended in (("queued", False), ("running", False), ("failed", True)):
        async with desk.database.acquire() as connection:
            await connection.execute("UPDATE export_requests SET state = $1", state)
        result, watch = await look(desk, document, MINE)
        assert data(result)["exportProgress"] == {"state": state.upper(), "asOf": "2026-05-13T12:00:00.000000Z"}
        assert watch.ended is ended
        assert watch.turns == ([] if ended else [NOW + timedelta(seconds=1)])
        assert desk.statements == ["exports_by_id"]
    for stranger in (merchant("other", "exports:read"), merchant("shop", "analytics:read")):
        result, _ = await look(desk, document, stranger)
        assert result.codes in (("NOT_FOUND",), ("FORBIDDEN",))

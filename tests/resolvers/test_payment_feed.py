"""The payment feed: the newest steps first, bounded, late ones at their place, taken back ones gone; going on."""

from typing import Any

import pytest

from resolvers.executor import Executor
from resolvers.watching import ONCE
from tests.factories import corrected, created, failed, settled
from tests.resolvers.conftest import FACILITATOR, Desk, merchant

FEED = """subscription ($first: Int! = 20, $after: String) {
    paymentFeed(first: $first, after: $after) {
        steps { cursor event { eventId type } payment { paymentId state payer } } missed asOf } }"""
SHOP = merchant("shop")


async def feed(desk: Desk, **variables: object) -> Any:
    desk.statements.clear()
    result = await desk.executor.look(FEED, variables, None, SHOP, ONCE)
    assert result.errors == ()
    assert result.data is not None
    return result.data["paymentFeed"]


def shown(found: Any) -> list[tuple[str, str]]:
    return [(step["payment"]["paymentId"], step["event"]["type"]) for step in found["steps"]]


async def test_newest_first_bounded_and_each_payment_as_it_stands_now(desk: Desk) -> None:
    await desk.merchants("shop", "other")
    assert shown(await feed(desk)) == []
    await desk.tell(
        [
            created("a", "2026-05-13T10:00:00", payer="t1"),
            created("b", "2026-05-13T10:00:01"),
            settled("a", "2026-05-13T10:00:02", 5, payer="t1"),
            failed("b", "2026-05-13T10:00:02"),
            created("c", "2026-05-13T10:00:03", merchant="other"),
        ]
    )
    found = await feed(desk)
    # Of one instant, the greater event id is the newer: "b-failed-1" after "a-settled-1".
    assert shown(found) == [("b", "FAILED"), ("a", "SETTLED"), ("b", "CREATED"), ("a", "CREATED")]
    assert [step["payment"]["state"] for step in found["steps"]] == ["FAILED", "SETTLED", "FAILED", "SETTLED"]
    assert sorted(desk.statements) == ["merchants_by_id", "payment_feed_by_merchant", "payments_by_id"]
    found = await feed(desk, first=2)
    assert shown(found) == [("b", "FAILED"), ("a", "SETTLED")]
    assert not found["missed"]


async def test_who_comes_back_goes_on_behind_what_it_has(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell([created("a", "2026-05-13T10:00:00"), created("b", "2026-05-13T10:00:00")])
    newest = (await feed(desk))["steps"][0]["cursor"]
    assert (await feed(desk, after=newest))["steps"] == []
    await desk.tell([created(name, "2026-05-13T10:00:00") for name in "cde"])
    assert shown(await feed(desk, after=newest)) == [("e", "CREATED"), ("d", "CREATED"), ("c", "CREATED")]
    found = await feed(desk, after=newest, first=2)
    assert (shown(found), found["missed"]) == ([("e", "CREATED"), ("d", "CREATED")], True)


async def test_late_steps_take_their_place_and_taken_back_ones_go(desk: Desk) -> None:
    await desk.merchants("shop")
    wrong = settled("a", "2026-05-13T10:00:00", 5)
    await desk.tell([created("a", "2026-05-13T09:00:00"), wrong])
    await desk.tell([created("late", "2026-05-13T09:30:00")])
    assert shown(await feed(desk)) == [("a", "SETTLED"), ("late", "CREATED"), ("a", "CREATED")]
    await desk.tell([corrected(wrong)])
    assert shown(await feed(desk)) == [("late", "CREATED"), ("a", "CREATED")]


@pytest.mark.parametrize("variables", [{"first": 0}, {"first": 101}, {"after": "nonsense"}, {"after": ""}])
async def test_what_cannot_be_meant_is_refused_before_any_statement(desk: Desk, variables: dict[str, object]) -> None:
    await desk.merchants("shop")
    desk.statements.clear()
    result = await desk.executor.look(FEED, variables, None, SHOP, ONCE)
    assert (result.codes, desk.statements) == (("BAD_USER_INPUT",), [])


async def test_a_cursor_of_another_merchant_means_nothing(desk: Desk) -> None:
    await desk.merchants("shop", "other")
    await desk.tell([created("a", "2026-05-13T10:00:00")])
    cursor = (await feed(desk))["steps"][0]["cursor"]
    document = 'subscription ($after: String) { paymentFeed(merchantId: "other", after: $after) { missed } }'
    executor: Executor = desk.executor
    result = await executor.look(document, {"after": cursor}, None, FACILITATOR, ONCE)
    assert result.codes == ("BAD_USER_INPUT",)

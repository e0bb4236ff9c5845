"""One look for all who watch the same; when a group looks again, and when it does not."""

import asyncio
import itertools
from datetime import timedelta

import orjson
import pytest

from gateway.hub import group
from gateway.hub.hub import Hub
from gateway.hub.operation import Operation
from resolvers.context import READ, WRITE, Principal
from resolvers.errors import ErrorCode
from resolvers.executor import Result, refused
from tests.gateway.hub.conftest import AWAY, LATE, Looks, Watcher, operation
from tests.waiting import until

CHANGED = {"payment_events"}


def value(update: object) -> int:
    number: int = orjson.loads(update.payload)["data"]["n"]  # type: ignore[attr-defined]
    return number


async def test_equal_operations_share_one_look_and_the_same_bytes(hub: Hub, looks: Looks) -> None:
    one, other = (Principal(name, "shop", frozenset({READ})) for name in ("token one", "token other"))
    watchers = [Watcher() for _ in range(100)]
    for number, watcher in enumerate(watchers):
        given = {"a": 1, "b": 2} if number % 2 else {"b": 2, "a": 1}
        hub.join(Operation.of("subscription { x }", given, None, other if number % 3 else one), watcher)
    for watcher in watchers:
        await watcher.has(1)
    hub.changes.tell("shop", CHANGED)
    for watcher in watchers:
        await watcher.has(2)
    assert len(looks.asked) == 2
    assert hub.group_count == 1
    assert len({id(watcher.updates[1].payload) for watcher in watchers}) == 1


async def test_another_authority_document_or_variable_is_another_group(hub: Hub, looks: Looks) -> None:
    given = [
        Operation.of(document, variables, name, Principal("t", merchant, frozenset(scopes)))
        for document, variables, name, merchant, scopes in (
            ("subscription { x }", {}, None, "shop", {READ}),
            ("subscription { y }", {}, None, "shop", {READ}),
            ("subscription { x }", {"a": 1}, None, "shop", {READ}),
            ("subscription { x }", {}, "named", "shop", {READ}),
            ("subscription { x }", {}, None, "other", {READ}),
            ("subscription { x }", {}, None, "shop", {READ, WRITE}),
            ("subscription { x }", {}, None, None, {READ}),
        )
    ]
    watchers = [Watcher() for _ in given]
    for each, watcher in zip(given, watchers, strict=True):
        hub.join(each, watcher)
    for watcher in watchers:
        await watcher.has(1)
    assert hub.group_count == len(given) == len(looks.asked)
    assert [principal.merchant_id for _, _, principal in looks.asked].count("other") == 1


async def test_who_comes_later_gets_the_newest_at_once(hub: Hub, looks: Looks) -> None:
    first, later = Watcher(), Watcher()
    hub.join(operation(), first)
    await first.has(1)
    hub.join(operation(), later)
    assert later.updates == first.updates
    assert len(looks.asked) == 1


async def test_a_group_ends_with_its_last_member_and_leaves_nothing(hub: Hub) -> None:
    before = asyncio.all_tasks()
    watchers = [Watcher(), Watcher()]
    for watcher in watchers:
        hub.join(operation(), watcher)
    await watchers[0].has(1)
    hub.leave(operation(), watchers[0])
    assert hub.group_count == 1
    hub.leave(operation(), watchers[1])
    hub.leave(operation(), watchers[1])  # told twice
    await asyncio.sleep(0.02)
    assert (hub.group_count, set(hub.changes.watched)) == (0, set())
    left = {task.get_coro().__qualname__ for task in asyncio.all_tasks() - before}  # type: ignore[union-attr]
    assert left == {"_unending"}  # the poller of the process


async def test_only_its_own_streams_make_it_look(hub: Hub, looks: Looks) -> None:
    watcher = Watcher()
    hub.join(operation(), watcher)
    await watcher.has(1)
    await asyncio.sleep(1)
    hub.changes.tell("shop", {"webhook_deliveries"})
    hub.changes.tell("other", CHANGED)
    await asyncio.sleep(0.2)
    assert len(looks.asked) == 1
    hub.changes.tell("shop", {"webhook_deliveries", "payment_events"})
    await watcher.has(2)
    hub.changes.tell("shop", None)
    await watcher.has(3)


async def test_a_change_shows_at_once_and_a_burst_once_a_second(hub: Hub, looks: Looks) -> None:
    watcher = Watcher()
    hub.join(operation(), watcher)
    await watcher.has(1)
    await asyncio.sleep(1)
    told = asyncio.get_running_loop().time()
    hub.changes.tell("shop", CHANGED)
    await watcher.has(2)
    assert asyncio.get_running_loop().time() - told < 0.3
    for _ in range(25):
        await asyncio.sleep(0.1)
        hub.changes.tell("shop", CHANGED)
    looked = len(looks.asked)
    await watcher.has(looked + 1)  # the last change is seen too
    gaps = [after - before for before, after in zip(looks.began, looks.began[1:], strict=False)]
    assert min(gaps) > 0.9
    assert 4 <= looked <= 5


async def test_the_clock_alone_makes_it_look(hub: Hub, looks: Looks) -> None:
    looks.turn = timedelta(seconds=1.2)
    watcher = Watcher()
    hub.join(operation(), watcher)
    await watcher.has(2)
    assert 1.1 < looks.began[1] - looks.began[0] < 1.6


async def test_a_store_that_is_away_is_waited_for(hub: Hub, looks: Looks) -> None:
    looks.answer = lambda number: AWAY if number in (1, 3) else Result({"n": number})
    watcher = Watcher()
    hub.join(operation(), watcher)
    assert value((await watcher.has(1))[0]) == 2
    hub.changes.tell("shop", CHANGED)
    assert value((await watcher.has(2))[1]) == 4
    assert watcher.last is None


async def test_what_takes_too_long_at_first_is_told_at_once(hub: Hub, looks: Looks) -> None:
    looks.answer = lambda _: LATE
    watcher = Watcher()
    hub.join(operation(), watcher)
    assert (await watcher.ended()).codes == ("TIMEOUT",)
    assert len(looks.asked) == 1


async def test_a_store_that_stays_away_is_told_to_who_has_nothing(
    hub: Hub, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, "RETRY_SECONDS", (0.01,))
    looks.answer = lambda _: AWAY
    watcher = Watcher()
    hub.join(operation(), watcher)
    assert (await watcher.ended()).codes == ("STORE_UNAVAILABLE",)
    assert len(looks.asked) == group.FIRST_TRIES + 1


async def test_what_takes_too_long_later_is_tried_again_after_as_long(
    hub: Hub, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, "RETRY_SECONDS", (0.01,))
    looks.answer = lambda number: LATE if number in (2, 3) else Result({"n": number})
    watcher = Watcher()
    hub.join(operation(), watcher)
    await watcher.has(1)
    looks.takes = 0.4
    hub.changes.tell("shop", CHANGED)
    assert [value(each) for each in await watcher.has(2)] == [1, 4]
    assert all(after - before >= 0.8 for before, after in itertools.pairwise(looks.began[1:4]))


async def test_a_part_that_fails_for_a_while_does_not_replace_what_was_sent(hub: Hub, looks: Looks) -> None:
    part = Result({"n": 2}, AWAY.errors)
    looks.answer = lambda number: part if number == 2 else Result({"n": number})
    watcher = Watcher()
    hub.join(operation(), watcher)
    await watcher.has(1)
    hub.changes.tell("shop", CHANGED)
    assert value((await watcher.has(2))[1]) == 3


@pytest.mark.parametrize("why", [AWAY, LATE])
async def test_a_first_value_that_lacks_a_part_is_sent_and_soon_replaced(hub: Hub, looks: Looks, why: Result) -> None:
    looks.answer = lambda number: Result({"n": number}, why.errors if number < 3 else ())
    watcher = Watcher()
    hub.join(operation(), watcher)
    assert [value(each) for each in await watcher.has(3)] == [1, 2, 3]
    gaps = [after - before for before, after in itertools.pairwise(looks.began)]
    assert 0.5 <= gaps[0] < 1.0 <= gaps[1] < 2.0
    await asyncio.sleep(1)
    assert len(looks.asked) == 3  # nothing is lacking any more


async def test_a_value_that_lacks_more_does_not_replace_one_that_lacks_less(
    hub: Hub, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, "RETRY_SECONDS", (0.05,))
    stays = refused(ErrorCode.FORBIDDEN, "no").errors
    lacking = iter([1, 2, 1, 0, 1, 0])
    looks.answer = lambda number: Result({"n": number}, AWAY.errors * next(lacking, 0) + stays)
    watcher = Watcher()
    hub.join(operation(), watcher)
    assert [value(each) for each in await watcher.has(3)] == [1, 3, 4]
    hub.changes.tell("shop", CHANGED)
    assert value((await watcher.has(4))[3]) == 6


async def test_a_part_that_will_not_come_is_not_looked_for(hub: Hub, looks: Looks) -> None:
    looks.answer = lambda number: Result({"n": number}, refused(ErrorCode.FORBIDDEN, "no").errors)
    watcher = Watcher()
    hub.join(operation(), watcher)
    await watcher.has(1)
    await asyncio.sleep(1.5)
    assert len(looks.asked) == 1


async def test_what_cannot_be_watched_ends_for_all_and_may_be_tried_again(hub: Hub, looks: Looks) -> None:
    looks.answer = lambda number: refused(ErrorCode.FORBIDDEN, "no") if number == 1 else Result({"n": number})
    watchers = [Watcher(), Watcher()]
    for watcher in watchers:
        hub.join(operation(), watcher)
    assert [(await watcher.ended()).codes for watcher in watchers] == [("FORBIDDEN",)] * 2
    again = Watcher()
    hub.join(operation(), again)
    assert value((await again.has(1))[0]) == 2


async def test_a_fault_of_ours_is_told_and_ends_one_group_alone(hub: Hub, looks: Looks) -> None:
    def answer(number: int) -> Result:
        if looks.asked[number - 1][0] == "bad":
            raise ZeroDivisionError
        return Result({"n": number})

    looks.answer = answer
    bad, good = Watcher(), Watcher()
    hub.join(operation("bad"), bad)
    hub.join(operation(), good)
    assert (await bad.ended()).codes == ("INTERNAL",)
    await good.has(1)
    await asyncio.sleep(0.02)
    assert hub.group_count == 1


async def test_a_value_that_is_the_last_ends_the_group(hub: Hub, looks: Looks) -> None:
    looks.last = True
    watcher = Watcher()
    hub.join(operation(), watcher)
    await until(lambda: watcher.over)
    assert (value(watcher.updates[0]), watcher.last) == (1, None)
    await asyncio.sleep(0.02)
    assert hub.group_count == 0

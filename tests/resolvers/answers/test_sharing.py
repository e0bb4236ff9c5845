"""One computation per key over all processes, and none that is in anybody's way."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from gateway.cache.answers import LEASE_MS
from resolvers import kinds
from resolvers.answers.answers import Answers
from resolvers.answers.kind import Kind
from resolvers.loaders import WindowKey
from resolvers.periods import Window
from resolvers.totals import Totals
from sql import StoreUnavailable
from tests.factories import settled
from tests.resolvers.answers.conftest import NewProcess, Process
from tests.resolvers.conftest import NOW
from tests.resolvers.times import utc

MAY = WindowKey("shop", Window(utc("2026-05-01"), utc("2026-05-13T11:07:13.5")))
MUCH = 2_100_000_000_000_000
APRIL = WindowKey("shop", Window(utc("2026-04-01"), utc("2026-05-01")))


@dataclass
class Slow:
    """A kind whose computations take as long as they are told, and are counted."""

    computed: list[WindowKey] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    fails: list[Exception] = field(default_factory=list)

    @property
    def kind(self) -> Kind[WindowKey, Totals]:
        async def fetch(store: Any, keys: list[WindowKey]) -> list[Totals]:
            self.computed += keys
            found: list[Totals] = await kinds.TOTALS.fetch(store, keys)  # type: ignore[assignment]
            self.begun.set()
            await self.go.wait()
            if self.fails:
                raise self.fails.pop()
            return found

        return Kind("totals", kinds.TOTALS.streams, fetch, Totals, kinds.TOTALS.queries)


@pytest.fixture
async def two(new_process: NewProcess) -> tuple[Process, Process]:
    one, other = await new_process(), await new_process()
    await one.desk.merchants("shop")
    await one.tell(settled("p1", "2026-05-12T12:00:00", MUCH))
    return one, other


def reading(process: Process, slow: Slow, *keys: WindowKey) -> "asyncio.Task[list[int]]":
    """Ask in a task, which returns the revenue of each key."""

    async def read() -> list[int]:
        found = await process.answers.read(slow.kind, process.desk.database, list(keys))
        return [totals.revenue_zat for totals in found.values]

    return asyncio.create_task(read())


async def test_of_many_who_ask_at_once_in_two_processes_one_computes(two: tuple[Process, Process]) -> None:
    slow = Slow()
    asked = [reading(process, slow, MAY, APRIL) for _ in range(10) for process in two]
    await slow.begun.wait()
    await asyncio.sleep(0.05)
    slow.go.set()
    assert await asyncio.gather(*asked) == [[MUCH, 0]] * 20
    assert sorted(map(str, slow.computed)) == sorted(map(str, [MAY, APRIL]))
    outcomes = [process.told() for process in two]
    assert sum(told.get(("totals", "miss"), 0) for told in outcomes) == 2
    assert sum(told.get(("totals", "shared"), 0) for told in outcomes) == 38


async def test_a_slow_computation_holds_its_lease(two: tuple[Process, Process]) -> None:
    slow = Slow()
    first = reading(two[0], slow, MAY)
    await slow.begun.wait()
    second = reading(two[1], slow, MAY)
    await asyncio.sleep(LEASE_MS / 1000 * 1.5)
    slow.go.set()
    assert list(await asyncio.gather(first, second)) == [[MUCH]] * 2
    assert slow.computed == [MAY]


async def test_a_process_that_dies_while_it_computes_holds_up_nobody_for_long(two: tuple[Process, Process]) -> None:
    slow = Slow()
    dying = reading(two[0], slow, MAY)
    await slow.begun.wait()
    await two[0].link.close()  # gone without a word: its lease stays until it runs out
    slow.go.set()
    async with asyncio.timeout(LEASE_MS / 1000 + 1):
        assert await reading(two[1], slow, MAY) == [MUCH]
    await dying


async def test_who_waits_longer_than_it_has_patience_computes_too(two: tuple[Process, Process]) -> None:
    slow, hasty = Slow(), Slow()
    hasty.go.set()
    first = reading(two[0], slow, MAY)
    await slow.begun.wait()
    two[1].answers = Answers(two[1].store, lambda *_: None, patience_seconds=0.1)
    async with asyncio.timeout(1):
        assert await reading(two[1], hasty, MAY) == [MUCH]
    slow.go.set()
    assert await first == [MUCH]


async def test_a_computation_that_fails_leaves_it_to_the_next(two: tuple[Process, Process]) -> None:
    slow = Slow(fails=[StoreUnavailable("gone")])
    first = reading(two[0], slow, MAY)
    await slow.begun.wait()
    others = [reading(process, slow, MAY) for process in two]
    await asyncio.sleep(0.05)
    slow.go.set()
    with pytest.raises(StoreUnavailable):
        await first
    assert await asyncio.gather(*others) == [[MUCH]] * 2
    assert slow.computed == [MAY, MAY]


async def test_who_leaves_while_it_computes_takes_nothing_from_who_waits(two: tuple[Process, Process]) -> None:
    slow = Slow()
    first = reading(two[0], slow, MAY)
    await slow.begun.wait()
    others = [reading(process, slow, MAY) for process in two]
    await asyncio.sleep(0.05)
    first.cancel()
    slow.go.set()
    assert await asyncio.gather(*others) == [[MUCH]] * 2


async def test_what_was_computed_before_an_event_is_never_kept_after_it(two: tuple[Process, Process]) -> None:
    """The statement ran, then the event was committed and told, then the answer arrives."""
    slow = Slow()
    early = reading(two[0], slow, MAY)
    await slow.begun.wait()
    await two[1].tell(settled("p2", "2026-05-12T13:00:00", 1))
    fresh = reading(two[1], slow, MAY)  # asks behind the event, so it may not share what was begun before it
    await asyncio.sleep(0.05)
    slow.go.set()
    assert await early == [MUCH]
    assert await fresh == [MUCH + 1]
    assert await reading(two[0], slow, MAY) == [MUCH + 1]
    assert slow.computed == [MAY, MAY]


async def test_an_old_answer_is_given_while_it_is_computed_anew(two: tuple[Process, Process]) -> None:
    slow = Slow()
    slow.go.set()
    await reading(two[0], slow, MAY)
    await age(two[0], slow.kind, MAY)
    slow.go.clear()
    two[0].told()
    assert await reading(two[0], slow, MAY) == [MUCH]  # nobody waits
    assert await reading(two[1], slow, MAY) == [MUCH]
    slow.go.set()
    await two[0].answers.renewed()
    assert slow.computed == [MAY, MAY]
    assert await reading(two[0], slow, MAY) == [MUCH]
    assert two[0].told() == {("totals", "stale"): 1, ("totals", "renewed"): 1, ("totals", "hit"): 1}
    assert two[1].told() == {("totals", "stale"): 1}


async def age(process: Process, kind: Kind[WindowKey, Totals], key: WindowKey) -> None:
    """Make what is kept as old as it may grow."""
    from resolvers.answers.codec import dump, load
    from resolvers.answers.kept import TOKEN_BYTES

    name = kind.key_of(kind.address(key))
    [data] = await process.link.call(("GET", name))
    parts = load(data[TOKEN_BYTES:])
    parts[0] = 0.0
    await process.link.call(("SET", name, data[:TOKEN_BYTES] + dump(parts), "KEEPTTL"))


@pytest.mark.parametrize(
    ("window", "seconds"),
    [
        (Window(NOW - timedelta(minutes=7), NOW), 30),
        (Window(NOW - timedelta(hours=1), NOW), 300),
        (Window(NOW - timedelta(hours=25), NOW), 1800),
        (Window(NOW - timedelta(days=7), NOW), 3600),
    ],
    ids=["a running hour", "an hour", "a day", "a week"],
)
async def test_answers_live_the_longer_the_more_time_they_are_about(
    window: Window, seconds: int, two: tuple[Process, Process]
) -> None:
    slow = Slow()
    slow.go.set()
    key = WindowKey("shop", window)
    await reading(two[0], slow, key)
    [left] = await two[0].link.call(("PTTL", slow.kind.key_of(slow.kind.address(key))))
    assert seconds - 5 < left / 1000 <= seconds


@pytest.mark.parametrize("damage", [lambda data: data[:30], lambda _: b"x", lambda data: data[:16] + os.urandom(40)])
async def test_what_cannot_be_read_is_computed(damage: Callable[[bytes], bytes], two: tuple[Process, Process]) -> None:
    slow = Slow()
    slow.go.set()
    await reading(two[0], slow, MAY)
    name = slow.kind.key_of(slow.kind.address(MAY))
    [data] = await two[0].link.call(("GET", name))
    await two[0].link.call(("SET", name, damage(data)))
    assert await reading(two[0], slow, MAY) == [MUCH]
    assert await reading(two[1], slow, MAY) == [MUCH]
    assert slow.computed == [MAY, MAY]


async def test_a_merchant_of_too_many_answers_gets_them_all_the_same(new_process: NewProcess) -> None:
    one = await new_process()
    await one.desk.merchants("shop")
    one.store._max_answers = 3
    slow = Slow()
    slow.go.set()
    keys = [WindowKey("shop", Window(NOW - timedelta(days=n), NOW)) for n in range(1, 6)]
    for key in keys * 2:
        await reading(one, slow, key)
    assert slow.computed == [*keys, *keys[3:]]

"""The shared connection: replies find who asked, whoever gives up; an outage is short for everybody."""

import asyncio
import random
import time
from collections.abc import AsyncIterator

import pytest
from redis.exceptions import ResponseError
from structlog.testing import capture_logs

from gateway.cache.link import Away, Link
from tests.gateway.cache.proxy import Proxy, proxy


@pytest.fixture
async def door(redis_url: str) -> AsyncIterator[Proxy]:
    async with proxy(redis_url) as found:
        yield found


@pytest.fixture
async def link(door: Proxy) -> AsyncIterator[Link]:
    found = Link(door.url, reply_seconds=0.2)
    assert await found.open()
    yield found
    await found.close()


async def test_commands_of_one_call_are_answered_together_in_order(link: Link) -> None:
    assert await link.call(("SET", "a", b"\x00\xff"), ("GET", "a"), ("INCR", "n"), ("MGET", "a", "none")) == [
        b"OK",
        b"\x00\xff",
        1,
        [b"\x00\xff", None],
    ]


async def test_an_error_of_redis_is_the_reply_to_its_own_command_alone(link: Link) -> None:
    wrong, right = await link.call(("INCR", "a", "too many"), ("INCR", "b"))
    assert isinstance(wrong, ResponseError)
    assert right == 1


async def test_whoever_gives_up_takes_no_reply_from_a_neighbour(link: Link) -> None:
    """A thousand callers ask for something of their own; a third of them leave at any moment."""
    chance = random.Random(5)

    async def echo(number: int) -> bool:
        return await link.call(("ECHO", f"{number}"), ("ECHO", f"-{number}")) == [
            f"{number}".encode(),
            f"-{number}".encode(),
        ]

    for round_number in range(10):
        tasks = [asyncio.create_task(echo(round_number * 100 + number)) for number in range(100)]
        for _ in range(chance.randrange(3)):
            await asyncio.sleep(0)
        leaving = set(chance.sample(tasks, 33))
        for task in leaving:
            task.cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        for task, answer in zip(tasks, found, strict=True):
            assert answer is True or (task in leaving and isinstance(answer, asyncio.CancelledError))
    assert link.up


async def test_who_asks_while_redis_is_gone_is_told_at_once(link: Link, door: Proxy) -> None:
    await door.shut()
    started = time.monotonic()
    for _ in range(5):
        with pytest.raises(Away):
            await link.call(("PING",))
    assert time.monotonic() - started < 0.2
    await door.open()
    assert await link.open(5)
    assert await link.call(("PING",)) == [b"PONG"]


async def test_a_silent_redis_is_waited_for_once(link: Link, door: Proxy) -> None:
    door.block()
    started = time.monotonic()
    with pytest.raises(Away):
        await link.call(("PING",))
    assert 0.15 < time.monotonic() - started < 0.6
    with pytest.raises(Away):
        await link.call(("PING",))
    assert time.monotonic() - started < 0.7
    door.unblock()
    assert await link.open(5)
    assert await link.call(("ECHO", "again")) == [b"again"]


async def test_a_busy_process_takes_replies_that_came_meanwhile(link: Link) -> None:
    asked = asyncio.create_task(link.call(("PING",)))
    await asyncio.sleep(0.001)
    time.sleep(0.4)  # noqa: ASYNC251  what a large computation does to everybody else
    assert await asked == [b"PONG"]
    assert link.up


async def test_what_runs_on_each_new_connection_comes_before_anybody_else(door: Proxy) -> None:
    link = Link(door.url, [("SET", "prelude", "done")])
    seen: list[object] = []

    async def prepare() -> None:
        seen.append((link.up, (await link.send([("GET", "prelude")]))[0]))

    link.on_connect.append(prepare)
    try:
        assert await link.open()
        await door.shut()
        await door.open()
        async with asyncio.timeout(5):
            while len(seen) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert seen == [(False, b"done")] * 2
    finally:
        await link.close()


async def test_those_who_lose_their_reply_hear_of_it_first(link: Link, door: Proxy) -> None:
    told: list[str] = []
    door.block()
    sent = link.send([("PING",)], on_lost=lambda: told.append("lost"))
    with pytest.raises(Away):
        await sent
    assert told == ["lost"]
    assert not link.up


async def test_the_log_says_that_a_reply_was_late_also_when_it_comes_in_that_moment(redis_url: str) -> None:
    link = Link(redis_url)
    assert await link.open()
    with capture_logs() as logged:
        reply = link.send([("EVAL", "for _ = 1, 3000000 do end", 0)])
        await asyncio.sleep(0.001)  # the command is on its way
        asyncio.get_running_loop().call_later(0.01, link.lose, "no reply")
        time.sleep(0.2)  # noqa: ASYNC251 - busy, while the reply comes and the patience ends
        with pytest.raises(Away):
            await reply
        await asyncio.sleep(0.02)
    await link.close()
    assert [each["error"] for each in logged if each["event"] == "redis.lost"] == ["no reply"]

"""Redis killed in the middle and back: answers go on, and nothing that was missed is ever believed."""

import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack

import pytest

from tests.factories import settled
from tests.gateway.cache.proxy import Proxy, proxy
from tests.resolvers.answers.conftest import Process, process
from tests.resolvers.conftest import NOW

REVENUE = '{ merchant(id: "shop") { dashboard { revenue { today { current { zatoshi } } } asOf } } }'


@pytest.fixture
async def door(redis_url: str) -> AsyncIterator[Proxy]:
    async with proxy(redis_url) as found:
        yield found


@pytest.fixture
async def near(database_url: str, door: Proxy) -> AsyncIterator[Process]:
    """A process that is cut off from Redis whenever the door is shut."""
    async with AsyncExitStack() as stack:
        found = await process(stack, database_url, door.url)
        await found.desk.merchants("shop")
        yield found


@pytest.fixture
async def far(database_url: str, redis_url: str, near: Process) -> AsyncIterator[Process]:
    """Another one, which always reaches it."""
    async with AsyncExitStack() as stack:
        yield await process(stack, database_url, redis_url)


async def revenue(process: Process) -> int:
    data = await process.desk.data(REVENUE)
    return int(data["merchant"]["dashboard"]["revenue"]["today"]["current"]["zatoshi"])


async def seconds(doing: Awaitable[None]) -> float:
    """How long it takes."""
    started = time.monotonic()
    await doing
    return time.monotonic() - started


async def test_answers_go_on_without_redis_and_with_it_again(near: Process, door: Proxy) -> None:
    await near.tell(settled("p1", NOW.replace(hour=9), 5))
    assert await revenue(near) == 5
    await near.store.get(["behind what was put"])
    await door.shut()
    near.told()
    assert await revenue(near) == 5
    assert near.answers.degraded
    assert set(near.told()) == {("merchant", "error"), ("totals", "error")}
    await door.open()
    assert await near.link.open(5)
    assert await revenue(near) == 5
    assert set(near.told()) <= {("merchant", "hit"), ("totals", "hit")}
    assert not near.answers.degraded


async def test_what_was_told_while_redis_was_away_is_told_before_anything_is_read(
    near: Process, far: Process, door: Proxy
) -> None:
    assert await revenue(near) == 0
    usual = await seconds(near.tell(settled("p0", NOW.replace(hour=8), 1)))
    await door.shut()
    assert await seconds(near.tell(settled("p1", NOW.replace(hour=9), 5))) < 1 + usual  # nobody waits for Redis
    assert await seconds(near.tell(settled("p2", NOW.replace(hour=10), 7))) < 1 + usual
    assert await revenue(near) == 13
    await door.open()
    assert await near.link.open(5)
    assert await revenue(near) == 13
    assert await revenue(far) == 13


async def test_an_event_whose_telling_got_no_reply_is_told_again(near: Process, far: Process, door: Proxy) -> None:
    assert await revenue(near) == 0
    usual = await seconds(near.tell(settled("p0", NOW.replace(hour=8), 1)))
    door.block()
    assert await seconds(near.tell(settled("p1", NOW.replace(hour=9), 5))) < 1 + usual  # nobody waits for long
    door.unblock()
    assert await near.link.open(5)
    assert await revenue(near) == 6
    assert await revenue(far) == 6


async def test_an_event_that_another_process_acknowledged_is_seen_at_once(near: Process, far: Process) -> None:
    for number in range(20):
        await far.tell(settled(f"p{number}", NOW.replace(hour=9, second=number), 1))
        assert await revenue(near) == number + 1
        assert await revenue(far) == number + 1


async def test_invalidate_cache_drops_all_of_one_merchant(near: Process) -> None:
    await near.desk.merchants("other")
    for merchant in ("shop", "other"):
        await near.desk.data(REVENUE.replace("shop", merchant))
    drop = 'mutation { invalidateCache(merchantId: "shop") { answerCount } }'
    assert await near.desk.data(drop) == {"invalidateCache": {"answerCount": 3}}
    near.told()
    for merchant in ("shop", "other"):
        await near.desk.data(REVENUE.replace("shop", merchant))
    assert near.told() == {("merchant", "miss"): 1, ("merchant", "hit"): 1, ("totals", "miss"): 2, ("totals", "hit"): 2}


async def test_invalidate_cache_of_nobody_is_not_found(near: Process) -> None:
    drop = 'mutation { invalidateCache(merchantId: "%s") { answerCount } }'
    result = await near.desk.ask(drop % "nope")
    assert result.codes == ("NOT_FOUND",)
    assert result.errors[0]["message"] == "There is no merchant 'nope'."
    assert await near.desk.data(drop % "shop") == {"invalidateCache": {"answerCount": 0}}


async def test_invalidate_cache_while_redis_is_away_is_done_when_it_is_back(near: Process, door: Proxy) -> None:
    await near.desk.data(REVENUE)
    await door.shut()
    drop = 'mutation { invalidateCache(merchantId: "shop") { answerCount } }'
    assert await near.desk.data(drop) == {"invalidateCache": {"answerCount": None}}
    await door.open()
    assert await near.link.open(5)
    near.told()
    await near.desk.data(REVENUE)
    assert near.told() == {("merchant", "miss"): 1, ("totals", "miss"): 2}


async def test_keys_tell_kind_and_tenant(near: Process) -> None:
    await near.desk.data(REVENUE)
    [names] = await near.link.call(("KEYS", "analytics:*"))
    kept = sorted(name.decode().rsplit(":", 2)[0] for name in names if b":index:" not in name)
    assert kept == ["analytics:merchant:{shop}", "analytics:totals:{shop}", "analytics:totals:{shop}"]

"""Hearing of changes: by a real Valkey and after it was lost; without it, by the database."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast

import orjson
import pytest
import redis.asyncio
from redis.asyncio.client import PubSub

from gateway.embedded import EmbeddedServers, start
from gateway.hub import listener
from gateway.hub.changes import Changes
from gateway.hub.poller import Poller
from resolvers.context import Store
from sql import Database
from tests.factories import created, settled
from tests.folders import server_folder
from tests.gateway.cache.proxy import proxy
from tests.gateway.hub.conftest import QuietStore
from tests.resolvers.conftest import NOW, desk_of
from tests.waiting import until

MESSAGE = orjson.dumps({"streams": {"payment_events": ["2026-05-13T12:00:00+00:00", "2026-05-13T12:00:00+00:00"]}})
STORE = cast("Store", QuietStore())


class Ear:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[Collection[str] | None] = []

    def __call__(self, streams: Collection[str] | None) -> None:
        self.heard.append(streams)

    async def has(self, *streams: Collection[str] | None) -> None:
        """Wait until the last things heard are these."""
        await until(lambda: self.heard[-len(streams) :] == list(streams), 15)


@asynccontextmanager
async def changes(url: str | None) -> AsyncIterator[Changes]:
    made = Changes(url, STORE)
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture(scope="module")
def own_servers() -> Iterator[EmbeddedServers]:
    """Servers where nobody else listens: these tests count connections and channels."""
    with server_folder("changes") as folder, start(folder / "data", durable=False) as servers:
        yield servers


@pytest.fixture
async def redis_url(own_servers: EmbeddedServers) -> str:
    async with redis.asyncio.Redis.from_url(own_servers.redis_url) as client:
        await client.flushall()
    return own_servers.redis_url


@pytest.fixture
async def valkey(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        yield client


async def channels(client: redis.asyncio.Redis) -> set[str]:
    return {name.decode() for name in await client.pubsub_channels("analytics:changed:*")}


async def test_only_watched_merchants_have_channels_and_each_process_hears(
    redis_url: str, valkey: redis.asyncio.Redis
) -> None:
    async with changes(redis_url) as one, changes(redis_url) as other:
        here, there, elsewhere = Ear(), Ear(), Ear()
        await one.listen("shop", here)
        await other.listen("shop", there)
        await one.listen("other", elsewhere)
        assert await channels(valkey) == {"analytics:changed:shop", "analytics:changed:other"}
        await valkey.publish("analytics:changed:shop", MESSAGE)
        await here.has({"payment_events"})
        await there.has({"payment_events"})
        assert (here.heard, elsewhere.heard) == ([{"payment_events"}], [])


async def test_what_cannot_be_read_counts_as_anything(redis_url: str, valkey: redis.asyncio.Redis) -> None:
    async with changes(redis_url) as heard:
        ear = Ear()
        await heard.listen("shop", ear)
        for text in (b"", b"nonsense", b"[]", b"7", b'{"streams": []}', b'{"other": 1}'):
            await valkey.publish("analytics:changed:shop", text)
        await ear.has(*[None] * 6)
        await valkey.publish("analytics:changed:shop", MESSAGE)
        await ear.has({"payment_events"})


async def test_a_channel_ends_some_time_after_its_last_listener(
    redis_url: str, valkey: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "KEPT_SECONDS", 0.2)
    monkeypatch.setattr(listener, "SILENCE_SECONDS", 0.1)
    async with changes(redis_url) as heard:
        ear = Ear()
        await heard.listen("shop", ear)
        await heard.listen("stays", ear)
        heard.leave("shop", ear)
        assert "analytics:changed:shop" in await channels(valkey)

        async def gone() -> bool:
            return await channels(valkey) == {"analytics:changed:stays"}

        await until(gone)
        await heard.listen("shop", ear)
        assert len(await channels(valkey)) == 2
        await valkey.publish("analytics:changed:shop", MESSAGE)
        await ear.has({"payment_events"})


async def test_after_a_lost_connection_everybody_is_told_and_hears_again(
    redis_url: str, valkey: redis.asyncio.Redis
) -> None:
    async with changes(redis_url) as heard:
        ear = Ear()
        await heard.listen("shop", ear)
        for _ in range(3):
            ear.heard.clear()
            await valkey.client_kill_filter(_type="pubsub")
            await valkey.publish("analytics:changed:shop", MESSAGE)  # lost: nobody listens
            await ear.has(None)
            await until(lambda: heard.connected)
            await valkey.publish("analytics:changed:shop", MESSAGE)
            await ear.has({"payment_events"})


async def test_a_connection_that_went_silent_is_given_up(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, valkey: redis.asyncio.Redis
) -> None:
    monkeypatch.setattr(listener, "SILENCE_SECONDS", 0.2)
    async with changes(redis_url) as heard:
        ear = Ear()
        await heard.listen("shop", ear)
        first = (await valkey.client_list(_type="pubsub"))[0]["id"]
        await asyncio.sleep(1)  # it is asked and answers
        assert [each["id"] for each in await valkey.client_list(_type="pubsub")] == [first]
        await valkey.client_pause(1_500)  # nobody is answered
        await ear.has(None)
        await asyncio.sleep(1.5)
        await valkey.publish("analytics:changed:shop", MESSAGE)
        await ear.has({"payment_events"})


async def listeners(client: redis.asyncio.Redis) -> int:
    """How many processes have a connection that listens."""
    [(_, count)] = await client.pubsub_numsub(listener.OWN)
    return int(count)


async def test_who_listens_while_redis_is_away_is_told_when_it_is_back(
    redis_url: str, valkey: redis.asyncio.Redis
) -> None:
    async with proxy(redis_url) as door:
        await door.shut()
        async with changes(door.url) as heard:
            ear = Ear()
            began = asyncio.get_running_loop().time()
            await heard.listen("shop", ear)
            assert asyncio.get_running_loop().time() - began < 2
            assert not heard.connected
            await door.open()
            await ear.has(None)
            await valkey.publish("analytics:changed:shop", MESSAGE)
            await ear.has({"payment_events"})


async def test_who_comes_while_redis_is_being_reconnected_is_told_and_hears(
    redis_url: str, valkey: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, message = asyncio.Event(), listener._message
    answered.set()

    async def held(pubsub: PubSub) -> Mapping[str, Any] | None:
        await answered.wait()
        return await message(pubsub)

    async def connecting() -> bool:
        return await listeners(valkey) == 1

    monkeypatch.setattr(listener, "_message", held)
    async with proxy(redis_url) as door, changes(door.url) as heard:
        before, late = Ear(), Ear()
        await heard.listen("shop", before)
        await door.shut()
        await until(lambda: not heard.connected)
        answered.clear()
        await door.open()
        await until(connecting, 15)  # Redis was asked, and its word has not come yet
        assert not heard.connected
        await heard.listen("other", late)
        answered.set()
        await before.has(None)
        await late.has(None)
        await valkey.publish("analytics:changed:other", MESSAGE)
        await late.has({"payment_events"})
        assert before.heard == [None]


async def test_a_channel_that_opens_too_late_tells_who_waited_for_it(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, valkey: redis.asyncio.Redis
) -> None:
    """The connection is slow, not gone: nobody connects anew, so nobody else would tell."""
    monkeypatch.setattr("gateway.hub.changes.OPEN_SECONDS", 0.1)
    monkeypatch.setattr(listener, "SILENCE_SECONDS", 20)
    async with proxy(redis_url) as door, changes(door.url) as heard:
        known, slow = Ear(), Ear()
        await heard.listen("shop", known)
        await until(lambda: heard.connected)
        first = (await valkey.client_list(_type="pubsub"))[0]["id"]
        door.block()
        gone = asyncio.create_task(heard.listen("gone", Ear()))
        await asyncio.sleep(0.02)
        gone.cancel()
        await heard.listen("slow", slow)
        assert slow.heard == []
        door.unblock()
        await slow.has(None)
        for merchant_id, ear in (("shop", known), ("slow", slow)):
            await valkey.publish(f"analytics:changed:{merchant_id}", MESSAGE)
            await ear.has({"payment_events"})
        assert [each["id"] for each in await valkey.client_list(_type="pubsub")] == [first]


class Told:
    """Who a poller tells."""

    connected = False

    def __init__(self, *watched: str) -> None:
        self.watched = set(watched)
        self.heard: list[str] = []

    def tell(self, merchant_id: str, streams: Collection[str] | None) -> None:
        assert streams is None
        self.heard.append(merchant_id)

    def taken(self) -> list[str]:
        found, self.heard = sorted(self.heard), []
        return found


async def test_the_database_is_asked_little_and_tells_all(database: Database) -> None:
    desk = desk_of(database)
    await desk.merchants("shop", "other", "unwatched")
    told = Told("shop", "other")
    poller = Poller(database, cast("Any", told))

    async def look() -> list[str]:
        desk.statements.clear()
        await poller.look()
        return told.taken()

    async def nothing() -> None:
        async def cheap() -> bool:
            assert await look() == []
            return desk.statements == ["transaction_mark"]

        await until(cheap)  # transactions of other databases of the server count too

    assert await look() == ["other", "shop"]  # not known before
    await nothing()
    await desk.tell([settled("late", NOW, 5)])  # months ago; on TimescaleDB it is not known of whom a late one is
    assert "shop" in await look()
    await desk.tell([created("now", datetime.now(UTC), merchant="other")])
    assert "other" in await look()
    await desk.tell([created("elsewhere", NOW, merchant="unwatched")])
    assert "unwatched" not in await look()
    told.watched.add("unwatched")
    assert "unwatched" in await look()
    await nothing()

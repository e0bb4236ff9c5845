"""What a batch changed is told on the merchant's channel, and no acknowledgement waits for a Redis that is away."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

import orjson
import pytest
import redis.asyncio

from gateway.changes import CHANNEL, Publisher, publishing
from gateway.commands import rebuild as rebuilding
from gateway.ingest.changes import MAX_SPANS, Change, Span, merged
from gateway.ingest.service import IngestService
from gateway.ingest.write import EventWriter
from sql import Database
from tests.factories import WireEvent, access, corrected, created, failed, refunded, settled
from tests.gateway.ingest.conftest import NOW, create_merchants, event_of

DAY = "2026-03-10T12:00:00+00:00"
LATER = "2026-03-10T15:00:00+00:00"
NEXT_MONTH = "2026-04-20T09:00:00+00:00"


class Listener:
    """Everything that is said on the channels of all merchants."""

    def __init__(self, pubsub: redis.asyncio.client.PubSub) -> None:
        self._pubsub = pubsub

    async def heard(self, count: int) -> dict[str, object]:
        """So many messages by merchant."""
        found: dict[str, object] = {}
        async with asyncio.timeout(5):
            while len(found) < count:
                message = await self._pubsub.get_message(ignore_subscribe_messages=True, timeout=1)
                if message is not None:
                    found[message["channel"].decode().removeprefix(CHANNEL)] = orjson.loads(message["data"])
        return found


@pytest.fixture
async def listener(redis_url: str) -> AsyncIterator[Listener]:
    async with redis.asyncio.Redis.from_url(redis_url) as client, aclosing(client.pubsub()) as pubsub:
        await pubsub.psubscribe(f"{CHANNEL}*")
        yield Listener(pubsub)


@pytest.fixture
async def publisher(redis_url: str) -> AsyncIterator[Publisher]:
    async with publishing(redis_url) as found:
        yield found


@pytest.fixture
async def writer(database: Database, publisher: Publisher) -> EventWriter:
    await create_merchants(database, "shop", "other")
    return EventWriter(database, notify=publisher)


async def write(writer: EventWriter, *events: WireEvent) -> None:
    await writer.write([event_of(event) for event in events])


async def test_a_message_names_the_streams_and_their_first_and_last_instant(
    writer: EventWriter, listener: Listener
) -> None:
    await write(
        writer, created("p1", DAY), created("p2", LATER), access("/a", LATER), created("p3", DAY, merchant="other")
    )
    assert await listener.heard(2) == {
        "shop": {"streams": {"payment_events": [DAY, LATER], "resource_accesses": [LATER, LATER]}},
        "other": {"streams": {"payment_events": [DAY, DAY]}},
    }


@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
async def test_the_first_decision_is_told_of_whatever_changes_a_decided_payment(
    many: bool, writer: EventWriter, listener: Listener
) -> None:
    rest = [created(f"x{n}", DAY, merchant="other") for n in range(200 if many else 0)]
    count = 1 + many
    await write(writer, failed("p1", DAY), *rest)
    assert (await listener.heard(count))["shop"] == {
        "streams": {"payment_events": [DAY, DAY]},
        "firstDecidedAt": [DAY, DAY],
    }
    rest = [created(f"y{n}", DAY, merchant="other") for n in range(200 if many else 0)]
    await write(writer, refunded("p1", NEXT_MONTH, 5), *rest)
    assert (await listener.heard(count))["shop"] == {
        "streams": {"payment_events": [NEXT_MONTH, NEXT_MONTH]},
        "firstDecidedAt": [DAY, DAY],
    }


async def test_a_decision_before_the_first_is_told_up_to_where_the_payment_was(
    writer: EventWriter, listener: Listener
) -> None:
    await write(writer, settled("p1", LATER, 5, attempt=2))
    await listener.heard(1)
    await write(writer, failed("p1", DAY))
    assert (await listener.heard(1))["shop"] == {
        "streams": {"payment_events": [DAY, DAY]},
        "firstDecidedAt": [DAY, LATER],
    }


async def test_a_correction_tells_what_it_takes_back(writer: EventWriter, listener: Listener) -> None:
    paid = settled("p1", DAY, 5)
    await write(writer, paid)
    await listener.heard(1)
    await write(writer, corrected(paid, NEXT_MONTH))
    assert (await listener.heard(1))["shop"] == {
        "streams": {"payment_events": [DAY, NEXT_MONTH]},
        "firstDecidedAt": [DAY, DAY],
    }


async def test_a_repeated_event_is_told_again_and_a_refused_one_is_not(writer: EventWriter, listener: Listener) -> None:
    await write(writer, created("p1", DAY))
    await listener.heard(1)
    await write(writer, created("p1", DAY))  # whoever wrote it may have died before it told
    assert await listener.heard(1) == {"shop": {"streams": {"payment_events": [DAY, DAY]}}}
    await write(writer, created("p1", LATER), created("p2", DAY, merchant="other"))
    assert await listener.heard(1) == {"other": {"streams": {"payment_events": [DAY, DAY]}}}


async def test_forgetting_a_payer_may_change_anything(
    database: Database, publisher: Publisher, listener: Listener
) -> None:
    await create_merchants(database, "shop")
    service = IngestService(database, None, notify=publisher, clock=lambda: NOW)
    await service.write([event_of(settled("p1", DAY, 5, payer="t1"))])
    await listener.heard(1)
    await service.forget_payer("shop", "t1")
    ever = ["1970-01-01T00:00:00+00:00", "2200-01-01T00:00:00+00:00"]
    streams = dict.fromkeys(("payment_events", "resource_accesses", "payer_sightings"), ever)
    told = {"shop": {"streams": streams, "firstDecidedAt": ever}}
    assert await listener.heard(1) == told
    assert await service.forget_payer("shop", "t1") == 0
    assert await listener.heard(1) == told  # whoever forgot the payer before may have died before it told


async def test_what_is_rebuilt_is_told_of_every_merchant(
    database: Database, database_url: str, redis_url: str, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "PAGE", 2)
    await create_merchants(database, "shop", "other", "third")
    lo, hi = datetime(2026, 3, 10, 12, tzinfo=UTC), datetime(2026, 3, 11, 7, tzinfo=UTC)
    await rebuilding.rebuild_and_tell(database_url, redis_url, lo, hi, ["payers", "webhooks"])
    span = ["2026-03-10T00:00:00+00:00", "2026-03-12T07:00:00+00:00"]
    told = {"streams": {"payment_events": span, "webhook_deliveries": span}}
    assert await listener.heard(3) == dict.fromkeys(("shop", "other", "third"), told)


async def test_nobody_waits_for_a_redis_that_is_away() -> None:
    async with publishing("redis://127.0.0.1:1") as publisher:
        for _ in range(3):
            started = time.monotonic()
            await publisher([Change("shop", {"payment_events": [(NOW, NOW)]})])
            assert time.monotonic() - started < 0.5


def test_spans_that_lie_near_are_one_and_there_are_never_many() -> None:
    minute, day = timedelta(minutes=1), timedelta(days=1)

    def at(offset: timedelta) -> Span:
        return (NOW + offset, NOW + offset)

    assert merged([at(day), at(minute), at(0 * minute)]) == [(NOW, NOW + minute), at(day)]
    spread = [at(n * n * day) for n in range(100)]
    found = merged(spread)
    assert 1 < len(found) <= MAX_SPANS
    assert (found[0][0], found[-1][1]) == (spread[0][0], spread[-1][1])
    assert all(any(lo <= each <= hi for lo, hi in found) for each, _ in spread)

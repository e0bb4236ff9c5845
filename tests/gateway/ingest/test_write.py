"""Writing: acknowledged is committed, repeated is nothing new, other content is refused."""

import asyncio
import random
from itertools import chain

import pytest

from gateway.ingest.codes import Refusal, Verdict
from gateway.ingest.write import EventWriter
from sql import Database, StoreUnavailable
from tests.factories import (
    access,
    api_request,
    created,
    failed,
    refunded,
    retried,
    settled,
    sighting,
    verified,
    webhook,
)
from tests.gateway.ingest.conftest import Send, event_of, told
from tests.gateway.ingest.state import differences, payments, revenue, rows, stored_events, value

DAY = "2026-03-10T12:00:00"


async def test_events_of_every_stream_are_stored_as_they_were_sent(send: Send, database: Database) -> None:
    metadata = {"order": [1, {"text": "é"}], "big": 2**63}
    assert (
        await send(
            settled(
                "p1", DAY, "2100000000000000", fee=7, payer="t1", method="transparent", metadata=metadata, country="DE"
            ),
            access("/a", DAY, payer="t1", payment_id="p1"),
            sighting("t1", DAY, amount="5"),
            webhook("d1", DAY, latency_ms=12, http_status=200),
            api_request("/pay", DAY, status=503, latency_ms=9),
            api_request("/pay", DAY, merchant=None),
        )
        == ["accepted"] * 6
    )
    assert await rows(database, "SELECT amount_zat, fee_zat, payer, metadata FROM payment_events") == [
        (2_100_000_000_000_000, 7, "t1", metadata)
    ]
    assert await rows(database, "SELECT merchant_id, outcome, payment_id FROM resource_accesses") == [
        ("shop", "challenged", "p1")
    ]
    assert await rows(database, "SELECT payer, amount_zat FROM payer_sightings") == [("t1", 5)]
    assert await rows(database, "SELECT attempt, latency_ms, http_status FROM webhook_deliveries") == [(1, 12, 200)]
    assert await rows(database, "SELECT merchant_id, status FROM api_requests ORDER BY 1") == [("", 200), ("shop", 503)]
    assert await differences(database) == []


async def test_a_repeated_event_changes_nothing(send: Send, database: Database) -> None:
    event = settled("p1", DAY, 5, payer="t1")
    same = event | {"amount": "5", "occurred_at": "2026-03-10T14:00:00+02:00", "fee": None, "attempt": 1}
    assert await send(event, same) == ["accepted", "duplicate"]
    before = await payments(database), await revenue(database)
    assert await send(same, event) == ["duplicate", "duplicate"]
    assert (await payments(database), await revenue(database)) == before
    assert await value(database, "SELECT count(*) FROM payment_events") == 1


async def test_other_content_under_a_known_id_is_refused_whatever_the_stream(send: Send, database: Database) -> None:
    event = settled("p1", DAY, 5)
    other = event | {"amount": 6}
    stranger = access("/a", DAY, event_id=event["event_id"])
    assert await send(event, other, stranger) == ["accepted", "EVENT_CONFLICT", "EVENT_CONFLICT"]
    assert await send(other, event, other, event) == ["EVENT_CONFLICT", "duplicate", "EVENT_CONFLICT", "duplicate"]
    assert await send(stranger, event | {"merchant_id": "other"}) == ["EVENT_CONFLICT", "accepted"]
    assert await revenue(database) != []
    assert await differences(database) == []


async def test_payments_do_not_depend_on_the_order_of_arrival(send: Send, database: Database) -> None:
    events = [
        created("p1", DAY, amount=100, resource="/a"),
        failed("p1", "2026-03-10T12:01:00", "TIMEOUT"),
        retried("p1", "2026-03-10T12:02:00", 2),
        failed("p1", "2026-03-10T12:03:00", "DOUBLE_SPEND", attempt=2),
        retried("p1", "2026-03-10T12:04:00", 3),
        verified("p1", "2026-03-10T12:05:00", attempt=3),
        settled("p1", "2026-03-10T12:06:00", 100, attempt=3, fee=2, payer="t1"),
        refunded("p1", "2026-03-10T12:07:00", 30, fee=1),
    ]
    random.Random(4).shuffle(events)
    assert await send(*events[:3]) == ["accepted"] * 3
    assert await send(*events[3:]) == ["accepted"] * 5
    [payment] = await payments(database)
    assert payment[2] == "refunded"
    assert payment[7:17] == ("TIMEOUT", "DOUBLE_SPEND", 3, 100, 100, 2, 30, 1, 1, 1)
    assert payment[17:] == ("t1", None, "/a", None)


async def test_unknown_merchants_are_refused_and_their_neighbours_go_in(send: Send, database: Database) -> None:
    outcomes = await send(
        created("p1", DAY, merchant="nobody"), created("p2", DAY), created("p3", DAY, merchant="nobody")
    )
    assert outcomes == ["UNKNOWN_MERCHANT", "accepted", "UNKNOWN_MERCHANT"]
    assert [event[1] for event in await stored_events(database)] == ["p2-created-1"]


async def test_a_merchant_created_meanwhile_is_found(writer: EventWriter, database: Database) -> None:
    event = event_of(created("p1", DAY, merchant="late"))
    assert told(await writer.write([event])) == ["UNKNOWN_MERCHANT"]
    async with database.acquire() as connection:
        await connection.execute("INSERT INTO merchants (merchant_id, name) VALUES ('late', 'Late')")
    assert told(await writer.write([event])) == ["UNKNOWN_MERCHANT"], "what was unknown is remembered for a moment"
    writer.merchants._clock = lambda: 1e12
    assert told(await writer.write([event])) == ["accepted"]


async def test_an_event_that_the_store_cannot_hold_does_not_block_its_neighbours(
    writer: EventWriter, database: Database
) -> None:
    events = [event_of(created(f"p{number}", DAY)) for number in range(9)]
    events[5].payment_id = "not text: \0"  # type: ignore[attr-defined]
    outcomes = await writer.write(events)
    assert [outcome for outcome in outcomes if outcome is Verdict.ACCEPTED] == [Verdict.ACCEPTED] * 8
    assert isinstance(outcomes[5], Refusal)
    assert (outcomes[5].code, outcomes[5].event_id) == ("INVALID_VALUE", "p5-created-1")
    assert await value(database, "SELECT count(*) FROM payment_events") == 8


async def test_eight_writers_of_the_same_payments_in_any_order_neither_block_nor_lose(
    writer: EventWriter, database: Database
) -> None:
    events = [event_of(settled(f"p{n % 40}", f"2026-03-10T12:{n % 60:02}:00", n, event_id=f"e{n}")) for n in range(400)]

    async def write(seed: int) -> list[str]:
        own, found = events[:], []
        random.Random(seed).shuffle(own)
        for start in range(0, 400, 25):
            found += told(await writer.write(own[start : start + 25]))
        return found

    database._pool_size = 8
    found = await asyncio.gather(*map(write, range(8)))
    assert sorted(chain(*found)) == ["accepted"] * 400 + ["duplicate"] * 2800
    assert await value(database, "SELECT sum(settled_zat)::bigint FROM payments") == sum(range(400))
    assert await differences(database) == []


async def test_a_database_that_is_away_gives_an_error_and_no_acknowledgement() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none", acquire_timeout=1)
    with pytest.raises(StoreUnavailable):
        await EventWriter(database).write([event_of(created("p1", DAY))])


async def test_a_writer_cut_off_in_the_middle_leaves_nothing_behind(writer: EventWriter, database: Database) -> None:
    events = [event_of(created(f"p{number}", DAY)) for number in range(500)]
    for delay in (0.0, 0.002, 0.005, 0.01):
        task = asyncio.create_task(writer.write(events))
        await asyncio.sleep(delay)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert await value(database, "SELECT count(*) FROM payment_events") in (0, 500)
    assert set(told(await writer.write(events))) <= {"accepted", "duplicate"}
    assert await value(database, "SELECT count(*) FROM payment_events") == 500
    assert await value(database, "SELECT count(*) FROM payments") == 500
    assert await differences(database) == []

"""Events from before the border up to which raw events are gone: refused, whatever retention is set to by now."""

import asyncio
import json
from datetime import UTC, datetime
from itertools import count

import pytest

from gateway.ingest.batch import Batch
from gateway.ingest.border import hold
from gateway.ingest.check import Terms
from gateway.ingest.codes import Refusal
from gateway.ingest.decode import decode
from gateway.ingest.few import MAX_FEW
from gateway.ingest.store import store
from gateway.ingest.transaction import ingest_transaction
from gateway.ingest.window import Window
from gateway.ingest.write import EventWriter
from sql import Database
from sql.engine import Engine
from sql.maintenance import refresh, refresh_hinted, retention
from sql.maintenance.retention import NotComplete, expire
from tests.factories import WireEvent, corrected, settled
from tests.gateway.ingest.conftest import Send, event_of, told
from tests.gateway.ingest.state import differences, payments, rows, value
from tests.waiting import until

BORDER = datetime(2026, 5, 1, tzinfo=UTC)
OLD, KEPT = "2025-03-10T12:00:00", "2026-05-10T12:00:00"
SIZES = pytest.mark.parametrize("size", [1, MAX_FEW + 1], ids=["few", "many"])
numbers = count()


def batch(at: str, size: int) -> list[WireEvent]:
    return [settled(f"p{next(numbers)}", at, 5) for _ in range(size)]


async def drop(database: Database, until: datetime = BORDER) -> int:
    async with expire(database, until) as expired:
        pass
    return expired.dropped


async def border(database: Database) -> datetime | None:
    kept_from: datetime | None = await value(database, "SELECT nullif(raw_kept_from, '-infinity') FROM installation")
    return kept_from


async def bring_up_to_date(database: Database) -> None:
    await refresh_hinted(database)
    await refresh(database)


@SIZES
async def test_history_may_come_after_a_night_that_dropped_nothing(send: Send, database: Database, size: int) -> None:
    assert await send(settled("now", KEPT, 1)) == ["accepted"]
    assert await drop(database) == 0
    assert await border(database) is None
    assert await send(*batch(OLD, size)) == ["accepted"] * size
    await bring_up_to_date(database)
    counted = "SELECT settled_count FROM revenue_month WHERE bucket < '2026-01-01T00:00Z'"
    assert await rows(database, counted) == [(size,)]
    assert await differences(database) == []


@SIZES
async def test_events_from_before_what_was_dropped_are_refused_alone(
    send: Send, database: Database, size: int, engine: Engine
) -> None:
    assert await send(settled("gone", "2026-03-10T12:00:00", 1), settled("kept", KEPT, 1)) == ["accepted"] * 2
    assert await drop(database) > 0
    assert await border(database) == BORDER
    before = await payments(database)
    old, new = batch(OLD, size), batch(KEPT, size)
    outcomes = await send(*[event for pair in zip(old, new, strict=True) for event in pair])
    assert outcomes == ["TOO_OLD", "accepted"] * size
    assert len(await payments(database)) == len(before) + size
    assert await value(database, "SELECT count(*) FROM event_keys WHERE occurred_at < '2026-01-01T00:00Z'") == 0
    if engine is Engine.POSTGRESQL:
        assert await value(database, "SELECT to_regclass('payment_events_2025_03')") is None
    await bring_up_to_date(database)
    assert await differences(database) == []
    assert await drop(database) == 0
    assert await border(database) == BORDER


async def test_a_refusal_tells_from_when_on_events_are_kept(writer: EventWriter, database: Database) -> None:
    await writer.write([event_of(settled("gone", "2026-03-10T12:00:00", 1))])
    await drop(database)
    [refusal] = await writer.write([event_of(settled("p1", "2026-04-30T23:59:59.999999", 1))])
    assert isinstance(refusal, Refusal)
    assert (refusal.field, refusal.event_id) == ("occurred_at", "p1-settled-1")
    assert refusal.reason == "raw events before 2026-05-01T00:00:00Z are gone, and none can be added to them"
    assert told(await writer.write([event_of(settled("p2", "2026-05-01T00:00:00", 1))])) == ["accepted"]


@SIZES
async def test_nothing_is_dropped_beneath_a_writer_of_old_events(
    send: Send, database: Database, engine: Engine, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look_before_it(*_: object) -> None:
        """The aggregates were found complete before the writer wrote."""

    assert await send(settled("gone", "2026-03-10T12:00:00", 1)) == ["accepted"]
    await bring_up_to_date(database)
    found, _ = Batch.of([event_of(event) for event in batch("2026-03-11T12:00:00", size)])
    async with database.maintenance() as connection, ingest_transaction(connection):
        await hold(connection, datetime(2026, 3, 11, 12, tzinfo=UTC))
        await store(connection, engine, found)
        monkeypatch.setattr(retention, "_complete", look_before_it)
        dropping = asyncio.create_task(drop(database))
        await somebody_waits(database)
    with pytest.raises(NotComplete, match="before the border wait"):
        await dropping
    monkeypatch.undo()
    assert await border(database) is None
    assert await drop(database) > 0


@SIZES
async def test_a_writer_of_old_events_waits_for_the_drop_and_sees_it(send: Send, database: Database, size: int) -> None:
    assert await send(settled("gone", "2026-03-10T12:00:00", 1)) == ["accepted"]
    async with expire(database, BORDER):
        sending = asyncio.ensure_future(send(*batch("2026-03-11T12:00:00", size)))
        await somebody_waits(database)
    assert await sending == ["TOO_OLD"] * size
    assert await value(database, "SELECT count(*) FROM event_keys") == 1


async def test_a_correction_waits_for_the_drop_and_sees_it(writer: EventWriter, database: Database) -> None:
    gone, now = settled("gone", "2026-03-10T12:00:00", 1), datetime.now(UTC)
    assert told(await writer.write([event_of(gone)])) == ["accepted"]
    correction = decode(json.dumps(corrected(gone, now)).encode(), Terms(Window.at(now, None)))
    assert not isinstance(correction, Refusal)
    async with expire(database, BORDER):
        sending = asyncio.create_task(writer.write([correction]))
        await somebody_waits(database)
    assert told(await sending) == ["TOO_OLD"]


async def somebody_waits(database: Database) -> None:
    """Return once a lock is waited for: that of the border, or of a table from which something is dropped."""
    waiting = """
        SELECT EXISTS (SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
        WHERE d.datname = current_database() AND NOT l.granted)
    """
    await until(lambda: value(database, waiting), seconds=20)

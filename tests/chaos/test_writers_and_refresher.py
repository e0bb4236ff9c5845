"""Writers, some of which roll back and one of which is slow, and a refresher: at no moment does a number differ.

It takes Z402_SOAK_SECONDS, 12 by default; a minute shows more. No hint waits for Z402_HINT_SECONDS, 60 by default: how
soon one is served depends on the machine.
"""

import asyncio
import itertools
import json
import os
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import asyncpg

from gateway.ingest.batch import Batch
from gateway.ingest.check import Terms
from gateway.ingest.codes import Refusal
from gateway.ingest.decode import decode
from gateway.ingest.events import Event
from gateway.ingest.store import store
from gateway.ingest.transaction import ingest_transaction
from gateway.ingest.window import Window
from gateway.ingest.write import EventWriter
from sql import Database
from sql.engine import Engine
from sql.maintenance import refresh, refresh_hinted, verify
from tests.factories import WireEvent, failed, settled, webhook
from tests.gateway.ingest.conftest import create_merchants

SECONDS = float(os.environ.get("Z402_SOAK_SECONDS", "12"))
HINT_SECONDS = float(os.environ.get("Z402_HINT_SECONDS", "60"))
WRITERS = 8
SLOW_SECONDS = 5.0
PAUSE_SECONDS = 0.2  # of each writer after each batch: what is looked for are races, not the machine's limit
FAMILIES = ("revenue", "payers", "latency", "webhooks")


class Rollback(Exception):
    """Thrown in the middle of a transaction."""


@dataclass
class Run:
    """What the writers did: events committed, and the longest time that a quick writer took."""

    database: Database
    engine: Engine
    until: float = 0.0
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    committed: int = 0
    rolled_back: int = 0
    longest: float = 0.0
    oldest_hint: float = 0.0

    def batch(self, dice: random.Random) -> list[Event]:
        """A few events now, and some that come late: by minutes, by hours, a batch in fifty by weeks."""
        weeks = dice.random() * 86_400 * 40 if dice.random() < 0.02 else 0
        ages = (0, 0, 0, dice.random() * 1200, dice.random() * 7200, weeks)
        events = []
        for _ in range(dice.randint(1, 20)):
            number = next(self.numbers)
            at = datetime.now(UTC) - timedelta(seconds=dice.choice(ages))
            merchant = f"m{dice.randrange(3)}"
            wire = dice.choice(
                [
                    settled(f"p{number}", at, dice.randrange(10**12), payer=f"t{dice.randrange(9)}", merchant=merchant),
                    failed(f"p{number}", at, latency_ms=dice.randrange(90_000), merchant=merchant),
                    webhook(f"d{number}", at, latency_ms=dice.randrange(5_000), merchant=merchant),
                ]
            )
            events.append(self.event(wire))
        return events

    async def warm_up(self) -> None:
        """Write into each day and refresh it: making partitions and the first buckets takes locks of its own."""
        for days in range(42):
            at = datetime.now(UTC) - timedelta(days=days)
            events = [settled(f"w{days}", at, 1, merchant="m0"), webhook(f"w{days}", at, merchant="m0")]
            await EventWriter(self.database).write([self.event(wire) for wire in events])
            self.committed += len(events)
        await refresh(self.database)
        await refresh_hinted(self.database)

    def event(self, wire: WireEvent) -> Event:
        """The event that a wire event is, judged now."""
        event = decode(json.dumps(wire).encode(), Terms(Window.at(datetime.now(UTC), None)))
        assert not isinstance(event, Refusal)
        return event

    async def write_quickly(self, seed: int) -> None:
        """Write batch after batch; every seventh rolls back after everything was written."""
        dice = random.Random(seed)
        writer = EventWriter(self.database)
        while time.monotonic() < self.until:
            events, started = self.batch(dice), time.monotonic()
            if dice.random() < 1 / 7:
                await self.write_and_roll_back(events)
            else:
                await writer.write(events)
                self.committed += len(events)
            self.longest = max(self.longest, time.monotonic() - started)
            await asyncio.sleep(PAUSE_SECONDS)

    async def write_and_roll_back(self, events: list[Event]) -> None:
        """Do all that a write does, but not its commit."""
        try:
            async with self.transaction() as connection:
                await store(connection, self.engine, Batch.of(events)[0])
                raise Rollback
        except Rollback:
            self.rolled_back += len(events)

    async def write_slowly(self) -> None:
        """Hold each transaction open for seconds after everything was written."""
        dice = random.Random("slow")
        while time.monotonic() + SLOW_SECONDS < self.until:
            events = self.batch(dice)
            async with self.transaction() as connection:
                await store(connection, self.engine, Batch.of(events)[0])
                await asyncio.sleep(SLOW_SECONDS)
            self.committed += len(events)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[asyncpg.Connection]:
        async with self.database.maintenance() as connection, ingest_transaction(connection):
            yield connection

    async def refresh_often(self) -> None:
        while time.monotonic() < self.until:
            await refresh(self.database)
            await asyncio.sleep(2)

    async def serve_hints_often(self) -> None:
        while time.monotonic() < self.until:
            await refresh_hinted(self.database)
            await asyncio.sleep(0.3)

    async def check_often(self) -> int:
        """Compare again and again; return how many times."""
        for times in itertools.count():
            if time.monotonic() >= self.until:
                return times
            wrong = [found async for found in verify(self.database, FAMILIES) if not found.pending]
            assert wrong == []
        raise AssertionError

    async def watch_hints(self) -> None:
        """See how long a hint waits, from when it is there to see: its row is as old as its writer's transaction."""
        seen: dict[int, float] = {}
        while self.engine.continuous and time.monotonic() < self.until:
            async with self.database.maintenance() as connection:
                waiting = [row["hint_id"] for row in await connection.fetch("SELECT hint_id FROM refresh_hints")]
            now = time.monotonic()
            seen = {hint: seen.get(hint, now) for hint in waiting}
            self.oldest_hint = max([self.oldest_hint, *(now - first for first in seen.values())])
            await asyncio.sleep(0.1)


async def test_no_number_differs_at_any_moment(
    database_url: str, engine: Engine, record_property: Callable[[str, object], None]
) -> None:
    database = Database(database_url, pool_size=WRITERS + 2)
    await create_merchants(database, "m0", "m1", "m2")
    run = Run(database, engine)
    try:
        await run.warm_up()
        run.until = time.monotonic() + SECONDS
        async with asyncio.TaskGroup() as group:
            writers = [group.create_task(run.write_quickly(seed)) for seed in range(WRITERS - 1)]
            group.create_task(run.write_slowly())
            group.create_task(run.refresh_often())
            group.create_task(run.serve_hints_often())
            group.create_task(run.watch_hints())
            checked = group.create_task(run.check_often())
        assert len(writers) == WRITERS - 1
        await refresh(database)
        await refresh_hinted(database)
        assert [found async for found in verify(database)] == []
        async with database.acquire() as connection:
            stored = await connection.fetchval(
                "SELECT (SELECT count(*) FROM payment_events) + (SELECT count(*) FROM webhook_deliveries)"
            )
        assert stored == run.committed
        assert run.rolled_back > 0
        assert checked.result() > 0
        assert run.longest < SLOW_SECONDS * 0.8  # nobody waited for the slow one
        record_property("oldest_hint_seconds", run.oldest_hint)
        assert run.oldest_hint < HINT_SECONDS
    finally:
        await database.close()

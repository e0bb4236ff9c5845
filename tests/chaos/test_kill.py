"""`kill -9` of the gateway and of PostgreSQL while events come in: none that was acknowledged is lost or doubled."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.embedded import start
from sql import Database, StoreUnavailable
from sql.maintenance import refresh, verify
from sql.migrate import migrate
from tests.chaos.gateway import Gateway
from tests.chaos.senders import Sender
from tests.gateway.embedded.processes import pid_of

KILLS = 10
SENDERS = 6
PROGRESS = 60  # acknowledged events between two kills
WAIT_SECONDS = 60


async def keep_refreshing(database: Database) -> None:
    while True:
        with suppress(StoreUnavailable, OSError):
            await refresh(database)
        await asyncio.sleep(0.3)


async def progress(senders: list[Sender], more: int) -> None:
    """Wait until so many more events are acknowledged."""
    told = asyncio.Event()
    goal = sum(len(sender.acknowledged) for sender in senders) + more

    def look() -> None:
        if sum(len(sender.acknowledged) for sender in senders) >= goal:
            told.set()

    for sender in senders:
        sender.on_acknowledged = look
    await asyncio.wait_for(told.wait(), WAIT_SECONDS)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_what_was_acknowledged_is_there_exactly_once(data_dir: Path) -> None:
    with start(data_dir) as servers:
        await migrate(servers.database_url)
        database = Database(servers.database_url, pool_size=2)
        async with database.acquire() as connection:
            await connection.execute("INSERT INTO merchants (merchant_id, name) VALUES ('shop', 'Shop')")
        gateway = Gateway.begin(data_dir)
        senders = [Sender(f"s{number}", gateway.url) for number in range(SENDERS)]
        sending = [asyncio.create_task(sender.run()) for sender in senders]
        refreshing = asyncio.create_task(keep_refreshing(database))
        for number in range(KILLS):
            await progress(senders, PROGRESS)
            if number % 2:
                gateway.kill()
                gateway = Gateway.begin(data_dir, gateway.port)
            else:
                os.kill(pid_of("postgres", data_dir), signal.SIGKILL)
        await progress(senders, PROGRESS)
        for sender in senders:
            sender.stopping = True
        await asyncio.wait_for(asyncio.gather(*sending), WAIT_SECONDS)
        refreshing.cancel()
        gateway.stop()
        await check(database, senders)
        await database.close()


async def check(database: Database, senders: list[Sender]) -> None:
    """Hold the store against what the clients were told."""
    acknowledged = {event_id: amount for sender in senders for event_id, amount in sender.acknowledged.items()}
    assert sum(sender.failures for sender in senders) > 0, "nothing was ever interrupted"
    async with database.acquire() as connection:
        rows = await connection.fetch("SELECT event_id, amount_zat FROM payment_events")
        stored = {row["event_id"]: row["amount_zat"] for row in rows}
        assert len(rows) == len(stored)
        assert stored == acknowledged
        sums = await connection.fetchrow("SELECT sum(settled_count)::bigint, sum(settled_zat)::bigint FROM payments")
        assert sums is not None
        assert tuple(sums) == (len(acknowledged), sum(acknowledged.values()))
    assert [difference async for difference in verify(database)] == []
    await refresh(database)
    assert [difference async for difference in verify(database)] == []

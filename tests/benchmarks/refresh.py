"""A refresh after 100,000 new events, beside the work that no refresh can avoid.

Of the last hour: the SELECTs of all families over those events. Spread over 90 days, where each event is a row of
nearly every family: upserting the same result rows, computed beforehand, into the same tables. Plain PostgreSQL.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TypeAlias

import asyncpg

from sql import Database
from sql.engine import AGGREGATES, rollup
from sql.maintenance import refresh
from tests.benchmarks.report import Figure
from tests.benchmarks.store import fresh_database, history

Floor: TypeAlias = Callable[[asyncpg.Connection], Awaitable[float]]

EVENTS = 100_000
HISTORY_EVENTS = 1_000_000
ROUNDS = 3
FAMILIES = [aggregate for aggregate in AGGREGATES.values() if aggregate.source == "payment_events"]


async def run(server_url: str) -> list[Figure]:
    """Measure both cases on copies of one database with a million events of history."""
    async with fresh_database(server_url, "bench_history") as database:
        async with database.maintenance() as connection:
            if not await connection.fetchval("SELECT to_regclass('z402.payment_events_tail') IS NOT NULL"):
                return []
            await add(connection, "history", HISTORY_EVENTS, timedelta(days=90))
        await refresh(database)
        async with database.maintenance() as connection:
            await connection.execute("VACUUM ANALYZE")
        await database.close()
        hour = await _rounds(server_url, timedelta(hours=1), _select)
        spread = await _rounds(server_url, timedelta(days=90), _upsert)
    return [
        Figure("refresh after 100,000 events of the last hour / its SELECTs", *hour, "s", 2.0),
        Figure("refresh after 100,000 events over 90 days / upserting its rows", *spread, "s", 2.0),
    ]


async def _rounds(server_url: str, span: timedelta, floor: Floor) -> tuple[float, float]:
    """Return the medians of our time and of the floor's, each on a copy of its own in every round."""
    ours, floors = [], []
    for number in range(ROUNDS):
        async with fresh_database(server_url, "bench_copy", template="bench_history") as database:
            async with database.maintenance() as connection:
                await add(connection, f"new{number}", EVENTS, span)
                await connection.execute("ANALYZE payment_events_tail")
                floors.append(await floor(connection))
            ours.append(await _refresh(database))
    return median(ours), median(floors)


async def add(connection: asyncpg.Connection, prefix: str, count: int, span: timedelta) -> None:
    """Put events into the stream and its tail, as a writer does."""
    now = datetime.now(UTC)
    await connection.execute("SELECT ensure_partitions($1, $2)", now - span, now)
    await connection.execute(history("payment_events_tail", prefix=prefix), now, span, count)
    await connection.execute(
        f"INSERT INTO payment_events SELECT * FROM payment_events_tail WHERE event_id LIKE '{prefix}%'"
    )


async def _refresh(database: Database) -> float:
    started = time.perf_counter()
    await refresh(database, ["payment_events"])
    return time.perf_counter() - started


async def _select(connection: asyncpg.Connection) -> float:
    """The aggregate's own SELECT of each family over the new events, every column computed, no row kept."""
    started = time.perf_counter()
    for aggregate in FAMILIES:
        select = aggregate.at(aggregate.base, "payment_events_tail")
        await connection.fetchval(f"SELECT count(found) FROM ({select}) AS found")
    return time.perf_counter() - started


async def _upsert(connection: asyncpg.Connection) -> float:
    """Upsert rows that are there already, taken back at the end so that the refresh begins from the same."""
    for aggregate in FAMILIES:
        for level in aggregate.levels:
            select = aggregate.at(level, "payment_events_tail")
            await connection.execute(f"CREATE TEMP TABLE found_{aggregate.relation(level)} AS {select}")
            await connection.execute(f"ANALYZE found_{aggregate.relation(level)}")
    transaction = connection.transaction()
    await transaction.start()
    started = time.perf_counter()
    for aggregate in FAMILIES:
        for level in aggregate.levels:
            await connection.execute(
                rollup.upsert(aggregate, level, f"SELECT * FROM found_{aggregate.relation(level)}")
            )
    seconds = time.perf_counter() - started
    await transaction.rollback()
    return seconds

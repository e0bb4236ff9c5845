"""A refresh after 10,000 new events, with 1, 10 and 50 million events of history behind them. Plain PostgreSQL.

The history is 390 days alike: one day's events go through the tail and the aggregates' own SELECTs, and the rows that
come of them, of every level up to the day, are copied to all other days; weeks and months are rolled up from the days.
So the rollups are as large as that many events make them. The streams hold the newest day alone: no refresh reads them.
Z402_BENCH_HISTORY names other sizes, in millions: `1,10`.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from statistics import median

import asyncpg
import structlog

from sql import Database
from sql.engine import AGGREGATES, Aggregate, rollup
from sql.maintenance import refresh
from tests.benchmarks.refresh import add
from tests.benchmarks.report import Figure
from tests.benchmarks.store import fresh_database

DAYS = 390
NEW_EVENTS = 10_000
ROUNDS = 7
FAMILIES = [aggregate for aggregate in AGGREGATES.values() if aggregate.source == "payment_events"]
COPIED = ("15m", "hour", "day")

log = structlog.get_logger()


async def run(server_url: str) -> list[Figure]:
    """Measure refreshes after events of now, and after late ones anywhere in the history."""
    sizes = [int(text) for text in os.environ.get("Z402_BENCH_HISTORY", "1,10,50").split(",")]
    fresh: dict[int, float] = {}
    late: dict[int, float] = {}
    for millions in sizes:
        async with fresh_database(server_url, "bench_history_size") as database:
            async with database.maintenance() as connection:
                if not await connection.fetchval("SELECT to_regclass('z402.payment_events_tail') IS NOT NULL"):
                    return []
                rows = await fill(database, connection, millions * 1_000_000)
            fresh[millions] = await measure(database, timedelta(hours=1))
            late[millions] = await measure(database, timedelta(days=DAYS - 1))
            log.info(
                "history.measured", millions=millions, rollup_rows=rows, fresh=fresh[millions], late=late[millions]
            )
    first = sizes[0]
    return [
        Figure(f"refresh, {kind}: {millions} million events of history / {first} million", *pair, "ms", promise)
        for kind, seconds, promise in (("new events of now", fresh, 1.5), ("late events of any day", late, 2.0))
        for millions in sizes[1:]
        for pair in [(seconds[millions] * 1000, seconds[first] * 1000)]
    ]


async def fill(database: Database, connection: asyncpg.Connection, events: int) -> int:
    """Make the rollups of so many events; return how many rows they have."""
    await add(connection, "day", events // DAYS, timedelta(days=1))
    await refresh(database)
    for aggregate in FAMILIES:
        for level in aggregate.levels:
            table = rollup.table(aggregate, level)
            await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
            await (_copy if level in COPIED else _roll_up)(connection, aggregate, level)
            key = ", ".join(("merchant_id", "bucket", *aggregate.dimensions))
            await connection.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({key})")
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    tables = [rollup.table(aggregate, level) for aggregate in FAMILIES for level in aggregate.levels]
    return int(
        await connection.fetchval("SELECT sum(reltuples) FROM pg_class WHERE relname = ANY ($1::text[])", tables)
    )


async def _copy(connection: asyncpg.Connection, aggregate: Aggregate, level: str) -> None:
    """Give every other day the rows of the newest; a day's events lie on two UTC days, of which copies may not meet."""
    table = rollup.table(aggregate, level)
    columns = ", ".join(aggregate.columns[1:])
    await connection.execute(
        f"INSERT INTO {table} ({', '.join(aggregate.columns)}) "
        f"SELECT t.bucket - 2 * n * interval '1 day', {columns} FROM {table} AS t, generate_series(1, $1) AS n",
        DAYS // 2,
    )


async def _roll_up(connection: asyncpg.Connection, aggregate: Aggregate, level: str) -> None:
    table, finer = rollup.table(aggregate, level), rollup.table(aggregate, aggregate.parent(level))
    columns = ", ".join(aggregate.columns)
    await connection.execute(f"TRUNCATE {table}")
    await connection.execute(
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM ({aggregate.rolled_up(level, finer)}) AS rolled"
    )


async def measure(database: Database, span: timedelta) -> float:
    """Return the median seconds of a refresh after new events within a span; the first is not counted."""
    taken = []
    for number in range(ROUNDS + 1):
        async with database.maintenance() as connection:
            await add(connection, f"{span.days}-{number}-{datetime.now(UTC):%f}", NEW_EVENTS, span)
            await connection.execute("ANALYZE payment_events_tail")
        started = time.perf_counter()
        await refresh(database, ["payment_events"])
        taken.append(time.perf_counter() - started)
    return median(taken[1:])

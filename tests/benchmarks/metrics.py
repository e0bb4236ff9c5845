"""A month by the hour for fifty merchants: as columns, beside objects, and beside one hand-written statement.

The floor reads finished rollup rows alone (no view, no tail, no zone), one merchant a row, and writes JSON of them.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from statistics import median

import orjson

from resolvers.context import Services
from resolvers.executor import OURSELVES, Executor
from sql import Database
from sql.engine import detect
from sql.maintenance import rebuild
from tests.benchmarks.report import Figure
from tests.benchmarks.store import fresh_database, history

EVENTS, SPAN, MERCHANTS = 1_000_000, timedelta(days=40), 50
ASKED, WARM_UP = 12, 3
ASK = "metrics(names: [REVENUE, TRANSACTIONS, SUCCESS_RATE], range: {days: 31}, granularity: HOUR)"
OBJECTS = f"{{ merchants(first: 50) {{ nodes {{ {ASK} {{ series {{ start points {{ metric value }} }} }} }} }} }}"
COLUMNS = f"{{ merchants(first: 50) {{ nodes {{ {ASK} {{ columns {{ starts columns {{ metric values }} }} }} }} }} }}"
BY_HAND = """
SELECT
    merchant_id,
    json_agg(revenue_zat::text ORDER BY bucket)::text,
    json_agg(settled_count + failed_count + expired_count ORDER BY bucket)::text,
    json_agg(100.0 * settled_count / nullif(settled_count + failed_count + expired_count, 0) ORDER BY bucket)::text
FROM {relation}
WHERE merchant_id = ANY($1) AND bucket >= $2 AND bucket < $3
GROUP BY merchant_id
"""


async def run(server_url: str) -> list[Figure]:
    """Ask in turns, so that the machine's moods fall on all."""
    async with fresh_database(server_url, "bench_metrics") as database:
        await fill(database)
        async with database.acquire() as connection:
            engine = await detect(connection)
        executor = Executor(Services(database))
        asked: dict[str, Callable[[], Awaitable[bytes]]] = {
            "columns": lambda: answer(executor, COLUMNS),
            "objects": lambda: answer(executor, OBJECTS),
            "by hand": lambda: by_hand(database, "revenue_hour" if engine.continuous else "revenue_hour_rollup"),
        }
        taken: dict[str, list[float]] = {name: [] for name in asked}
        for turn in range(ASKED + WARM_UP):
            for name, ask in asked.items():
                started = time.perf_counter()
                told = await ask()
                if turn >= WARM_UP:
                    taken[name].append((time.perf_counter() - started) * 1000)
                assert len(told) > 500_000, told[:300]
        columns, objects, floor = (median(taken[name]) for name in asked)
        month = f"31 days by the hour, {MERCHANTS} merchants, 3 metrics, {engine}"
        return [
            Figure(f"{month}: columns / objects", columns, objects, "ms", 0.25),
            Figure(f"{month}: columns / SQL by hand", columns, floor, "ms", 5),
        ]


async def answer(executor: Executor, document: str) -> bytes:
    """Run a document and write its answer, as a client would get it."""
    result = await executor.execute(document, principal=OURSELVES)
    assert result.errors == ()
    return orjson.dumps(result.payload())


async def by_hand(database: Database, relation: str) -> bytes:
    """Run the statement that knows the question, and write what it says."""
    now = datetime.now(UTC)
    start = (now - timedelta(days=30)).replace(hour=0, minute=0, second=0, microsecond=0)
    ids = [f"m{number}" for number in range(MERCHANTS)]
    async with database.acquire() as connection:
        rows = await connection.fetch(BY_HAND.format(relation=relation), ids, start, now)
    return orjson.dumps(
        [[row[0], *(orjson.loads(column) for column in row.values() if column != row[0])] for row in rows]
    )


async def fill(database: Database) -> None:
    """Put merchants, and history where a refresh has long merged it."""
    now = datetime.now(UTC)
    async with database.maintenance() as connection:
        await connection.execute(
            "INSERT INTO merchants (merchant_id, name) SELECT 'm' || n, 'M' || n FROM generate_series(0, $1 - 1) AS n",
            MERCHANTS,
        )
        await connection.execute("SELECT ensure_partitions($1, $2)", now - SPAN, now)
        await connection.execute(history("payment_events", prefix="e"), now, SPAN, EVENTS)
    await rebuild(database, now - SPAN, now, ["revenue", "payment_methods"])
    async with database.maintenance() as connection:
        await connection.execute("VACUUM ANALYZE")

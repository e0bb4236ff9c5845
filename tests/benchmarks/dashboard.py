"""The dashboard's one statement on 10 million events, beside itself on 1 million: history costs nothing."""

import time
from datetime import UTC, datetime, timedelta
from statistics import median

from resolvers.periods import Period, Window, running
from resolvers.ranges import plan
from resolvers.zones import zone
from sql import Database, Q
from sql.maintenance import rebuild
from tests.benchmarks.report import Figure
from tests.benchmarks.store import fresh_database, history

SMALL, LARGE = 1_000_000, 10_000_000
SPAN = timedelta(days=90)
ASKED = 100
WARM_UP = 10  # PostgreSQL looks at five plans before it keeps one


async def run(server_url: str) -> list[Figure]:
    """Fill two databases and ask both in turns, so that the machine's moods fall on both."""
    async with fresh_database(server_url, "bench_small") as small, fresh_database(server_url, "bench_large") as large:
        await fill(small, SMALL)
        await fill(large, LARGE)
        figures = []
        for merchants in (1, 50):
            seconds: dict[Database, list[float]] = {small: [], large: []}
            for turn in range(ASKED + WARM_UP):
                for database, taken in seconds.items():
                    spent = await ask(database, merchants)
                    if turn >= WARM_UP:
                        taken.append(spent * 1000)
            name = f"dashboard of {merchants} merchant{'s' * (merchants > 1)}: 10 million events / 1 million"
            figures.append(Figure(name, median(seconds[large]), median(seconds[small]), "ms", 1.3))
        return figures


async def fill(database: Database, count: int) -> None:
    """Put history where a refresh has long merged it."""
    now = datetime.now(UTC)
    async with database.maintenance() as connection:
        await connection.execute("SELECT ensure_partitions($1, $2)", now - SPAN, now)
        await connection.execute(history("payment_events", prefix="e"), now, SPAN, count)
    await rebuild(database, now - SPAN, now, ["revenue"])
    async with database.maintenance() as connection:
        await connection.execute("VACUUM ANALYZE")


def windows() -> list[Window]:
    """The six windows of a dashboard now, in a zone where no local day is a UTC day."""
    found = [running(zone("America/New_York"), datetime.now(UTC), period) for period in Period]
    return [window for each in found for window in (each.current, each.previous)]


async def ask(database: Database, merchants: int) -> float:
    """Return the seconds that the statement took, rows read."""
    planned = plan([(f"m{number}", window) for number in range(merchants) for window in windows()])
    async with database.acquire() as connection:
        started = time.perf_counter()
        await database.fetch_records(connection, Q.revenue_by_slot, **planned.arrays.arguments())
        return time.perf_counter() - started

"""Keep the stored aggregates near the events."""

import structlog

from jobs.context import JobContext, Run
from sql.maintenance import lag, refresh, refresh_hinted

log = structlog.get_logger()

# A tail is read once per statement: past this many rows that is felt.
LONG_TAIL = 50_000


async def refresh_aggregates(context: JobContext, run: Run) -> int:
    """Refresh every level of every aggregate; return the base rows touched (0 on TimescaleDB, which does not tell).

    It takes whatever has arrived, not the run's window alone: done again, it finds nothing to do.
    """
    return sum(family.rows or 0 for family in await refresh(context.database, tell=context.telling(run)))


async def late_ranges_wait(context: JobContext) -> bool:
    """Tell whether late events wait to be seen (TimescaleDB), or a tail grew long between two minutes."""
    async with context.database.acquire() as connection:
        waiting = await lag(connection)
    return waiting.oldest_at is not None or waiting.waiting > LONG_TAIL


async def refresh_late_ranges(context: JobContext, run: Run) -> int:
    """Refresh where late events fell (TimescaleDB), or merge the tail; return hints served, or rows touched."""
    served = await refresh_hinted(context.database)
    if served:
        log.info("aggregates.late_ranges_refreshed", hints=served, window_end=run.window_end.isoformat())
        return served
    return await refresh_aggregates(context, run) if await late_ranges_wait(context) else 0

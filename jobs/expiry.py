"""Let go of what is past its time: raw events, and old rows of the ledger."""

from datetime import timedelta
from typing import Final

import asyncpg
import structlog

from jobs import ledger
from jobs.context import JobContext, Run
from sql import Q
from sql.maintenance.retention import expire, kept_from

log = structlog.get_logger()

SHORT_RUNS_KEPT: Final = timedelta(days=3)
LONG_RUNS_KEPT: Final = timedelta(days=400)


async def drop_old_events(context: JobContext, run: Run) -> int:
    """Drop raw events past `Z402_RAW_RETENTION`; return how many partitions or chunks went.

    They go in the transaction that ends the run, once every aggregate was found to hold them.
    """
    months = context.settings.raw_retention.months
    if months is None:
        return 0
    try:
        async with expire(context.database, kept_from(run.window_end, months), context.telling(run)) as expired:
            await ledger.complete(expired.connection, run, expired.dropped)
    except asyncpg.LockNotAvailableError:
        raise RuntimeError("readers or writers hold the tables; nothing was dropped") from None
    if expired.dropped:
        log.info("events.dropped", before=expired.kept_from.isoformat(), tables=expired.dropped)
    return expired.dropped


async def forget_old_runs(context: JobContext, run: Run) -> int:
    """Forget old rows of the ledger; return how many. Which windows are planned is kept apart from it."""
    async with context.completing(run) as doing:
        rows = await context.database.fetch_records(
            doing.connection,
            Q.forget_job_runs,
            short_before=run.window_end - SHORT_RUNS_KEPT,
            long_before=run.window_end - LONG_RUNS_KEPT,
        )
        doing.rows = int(rows[0]["row_count"])
    return doing.rows

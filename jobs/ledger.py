"""The ledger of runs: the queue carries the work, PostgreSQL knows what was done."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from sql import Database, Q

log = structlog.get_logger()


async def run(
    database: Database, job: str, window_start: datetime, window_end: datetime, work: Callable[[], Awaitable[int]]
) -> int | None:
    """Do a job's work for a window unless it was done; the work returns the number of rows it touched.

    Returns that number, or None where the window was done already. What the work raises is written down and raised.
    """
    window = {"job": job, "window_start": window_start, "window_end": window_end}
    if await database.fetch_one(Q.begin_job_run, **window) is None:
        return None
    try:
        rows = await work()
    except BaseException as error:  # also a shutdown: the ledger must not say "running" for ever
        log.error("job.failed", job=job, window_start=window_start.isoformat(), error=type(error).__name__)
        await database.execute(Q.end_job_run, **window, state="failed", row_count=None, error=repr(error)[:2000])
        raise
    await database.execute(Q.end_job_run, **window, state="done", row_count=rows, error=None)
    return rows

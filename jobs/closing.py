"""Close what is over: an hour of all merchants, a day of one. What is kept are the answers as of then.

A late event changes answers, not closings: what was told at the time stays as it was told, and `closed_at` says when.
"""

import structlog

from jobs.context import JobContext, NothingToDo, Run
from sql import Q
from sql.job_rows import ClosedHour

log = structlog.get_logger()


async def close_hour(context: JobContext, run: Run) -> int:
    """Keep and log each merchant's revenue of the hour; return how many merchants had payments."""
    async with context.completing(run) as doing:
        rows = await context.database.fetch_records(
            doing.connection, Q.close_hour, window_start=run.window_start, window_end=run.window_end
        )
        doing.rows = len(rows)
    for row in rows:
        closed = ClosedHour(*row.values())
        told = {"settled": closed.settled_count, "revenue_zat": closed.revenue_zat}
        log.info("hour.closed", merchant_id=closed.merchant_id, hour=run.window_start.isoformat(), **told)
    return len(rows)


async def close_day(context: JobContext, run: Run) -> int:
    """Keep the statistics and top lists of a merchant's day; raise NothingToDo for a merchant that is gone."""
    assert run.merchant_id is not None
    variables = {
        "merchantId": run.merchant_id,
        "start": run.window_start.isoformat(),
        "end": run.window_end.isoformat(),
        "granularity": "HOUR",
    }
    result = await context.executor.run_named("statistics", variables)
    if "NOT_FOUND" in result.codes:
        raise NothingToDo(f"There is no merchant {run.merchant_id}.")
    if result.errors:
        raise RuntimeError(f"the operation failed: {result.errors[0]['message']} ({', '.join(result.codes)})")
    assert result.data is not None
    async with context.completing(run) as doing:
        await doing.connection.execute(
            Q.close_period.text,
            run.merchant_id,
            "day",
            run.window_start,
            run.window_end,
            result.data["merchant"],
        )
        doing.rows = 1
    return 1

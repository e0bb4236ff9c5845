"""Keep the streams' tables in shape: partitions ahead of time, old chunks by column."""

from datetime import timedelta
from typing import Final

from jobs.context import JobContext, Run
from sql import Q
from sql.maintenance.columnstore import compress

MONTHS_AHEAD: Final = timedelta(days=62)
#: Corrections and late events rarely reach further back; where they do, they are taken all the same.
COMPRESS_AFTER: Final = timedelta(days=35)


async def ensure_partitions(context: JobContext, run: Run) -> int:
    """Make the partitions of this month and the next two; return how many are new."""
    async with context.completing(run) as doing:
        found = await context.database.fetch_records(
            doing.connection, Q.ensure_partitions, since=run.window_end, until=run.window_end + MONTHS_AHEAD
        )
        doing.rows = int(found[0]["row_count"])
    return doing.rows


async def compress_old_events(context: JobContext, run: Run) -> int:
    """Turn chunks that are old into the columnstore; return how many were. Nothing on plain PostgreSQL."""
    return await compress(context.database, run.window_end - COMPRESS_AFTER, context.telling(run))

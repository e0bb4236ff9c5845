"""Keep the stored aggregates near the events."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import structlog

from jobs import ledger
from jobs.contract import REFRESH_AGGREGATES
from sql import Database
from sql.maintenance import lag, refresh, refresh_hinted

log = structlog.get_logger()

MINUTE = timedelta(minutes=1)
# A tail is read once per statement: past this many rows that is felt.
LONG_TAIL = 50_000


async def refresh_aggregates(context: dict[str, Any]) -> int | None:
    """Refresh every level of every aggregate; the window is the minute that the schedule meant."""
    database = cast(Database, context["database"])
    meant = datetime.fromtimestamp(cast(int, context["score"]) / 1000, UTC)  # arq's score is when it was due
    until = meant.replace(second=0, microsecond=0)

    async def work() -> int:
        done = await refresh(database)
        return sum(family.rows or 0 for family in done)

    return await ledger.run(database, REFRESH_AGGREGATES, until - MINUTE, until, work)


async def refresh_late(context: dict[str, Any]) -> None:
    """Refresh where late events fell (TimescaleDB), or merge a tail that grew long between two minutes."""
    database = cast(Database, context["database"])
    async with database.acquire() as connection:
        waiting = await lag(connection)
    if waiting.oldest_at is not None:
        served = await refresh_hinted(database)
        log.info("aggregates.late_ranges_refreshed", hints=served)
    elif waiting.waiting > LONG_TAIL:
        await refresh(database)
        log.info("aggregates.long_tail_merged", rows=waiting.waiting)

"""Read every alert once a minute, and write down who crossed."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import orjson
import structlog

from jobs.context import JobContext, Run
from sql import Q
from sql.alert_rows import CrossingCount

log = structlog.get_logger()

PAGE = 2_000


async def evaluate_alerts(context: JobContext, run: Run) -> int:
    """Read all alerts up to the window's end; return how many crossed their threshold.

    Each page costs a fixed number of statements, one for each family of aggregates at most. All crossings are committed
    with the end of the run, in one statement: a run that is taken over begins anew, and finds nothing done.
    """
    readings = [reading async for reading in _readings(context, run.window_end)]
    async with context.completing(run) as doing:
        if readings:
            doing.rows = await _record(context, doing.connection, readings, run.window_end)
    if doing.rows:
        log.info("alerts.crossed", crossings=doing.rows, until=run.window_end.isoformat())
    return doing.rows


async def _readings(context: JobContext, until: datetime) -> AsyncIterator[dict[str, Any]]:
    after: str | None = None
    while True:
        result = await context.executor.run_named(
            "alert_readings", {"at": until.isoformat(), "first": PAGE, "after": after}
        )
        if result.data is None or result.data["alertReadings"] is None:
            raise RuntimeError(f"alerts could not be read: {', '.join(result.codes)}")
        page = result.data["alertReadings"]
        for each in page["readings"]:
            if each["figure"] is not None:  # else its metric is gone, or its range; the others go on
                yield each
        after = page["endCursor"]
        if after is None:
            return


async def _record(context: JobContext, connection: Any, readings: list[dict[str, Any]], until: datetime) -> int:
    [record] = await context.database.fetch_records(
        connection,
        Q.record_alert_readings,
        merchant_ids=[each["merchantId"] for each in readings],
        alert_ids=[each["alertId"] for each in readings],
        revisions=[each["revision"] for each in readings],
        breached=[each["figure"]["breached"] for each in readings],
        told=[orjson.dumps(each["figure"]["value"]).decode() for each in readings],
        until=until,
    )
    return CrossingCount(*record.values()).crossing_count

"""Read every alert once a minute, and write down who crossed."""

from datetime import datetime
from typing import Any

import orjson
import structlog

from jobs.context import JobContext, Run
from sql import Q
from sql.alert_rows import CrossingCount

log = structlog.get_logger()

PAGE = 2_000
#: Codes of an alert that has no number, now or later: its metric is gone, or what it filters by, or its range.
NO_NUMBER = frozenset({"NOT_FOUND", "BAD_USER_INPUT", "RANGE_NOT_EXACT"})


class AlertsNotRead(Exception):
    """Some alerts could not be read, as where a statement took too long; the text has the codes."""


async def evaluate_alerts(context: JobContext, run: Run) -> int:
    """Read all alerts up to the window's end; return how many crossed their threshold.

    Each page costs a fixed number of statements, one for each family of aggregates at most. All crossings are committed
    with the end of the run, in one statement: a run that is taken over begins anew, and finds nothing done.

    Where some could not be read, the others are written down all the same, before AlertsNotRead has the run tried
    again: what is written down already does nothing then.
    """
    readings, missed = await _readings(context, run.window_end)
    if missed:
        async with context.database.acquire() as connection:
            _tell(await _record(context, connection, readings, run.window_end), run)
        raise AlertsNotRead(f"alerts could not be read: {', '.join(dict.fromkeys(missed))}")
    async with context.completing(run) as doing:
        doing.rows = await _record(context, doing.connection, readings, run.window_end)
    _tell(doing.rows, run)
    return doing.rows


def _tell(crossings: int, run: Run) -> None:
    if crossings:
        log.info("alerts.crossed", crossings=crossings, until=run.window_end.isoformat())


async def _readings(context: JobContext, until: datetime) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what could be read, and the codes of what could not and is worth another try."""
    readings: list[dict[str, Any]] = []
    missed: list[str] = []
    after: str | None = None
    while True:
        result = await context.executor.run_named(
            "alert_readings", {"at": until.isoformat(), "first": PAGE, "after": after}
        )
        if result.data is None or result.data["alertReadings"] is None:
            return readings, [*missed, *result.codes]
        missed += [code for code in result.codes if code not in NO_NUMBER]
        page = result.data["alertReadings"]
        readings += [each for each in page["readings"] if each["figure"] is not None]
        after = page["endCursor"]
        if after is None:
            return readings, missed


async def _record(context: JobContext, connection: Any, readings: list[dict[str, Any]], until: datetime) -> int:
    if not readings:
        return 0
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

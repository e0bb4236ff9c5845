"""History on its way into the store: what is missing up to an instant, and no more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson

from gateway.demo.history import history
from gateway.demo.merchants import merchants
from gateway.demo.timeline import first_days
from gateway.ingest.bulk import BulkIngest
from gateway.ingest.changes import Notify, tell_nobody
from gateway.ingest.check import Terms
from gateway.ingest.report import Report
from gateway.ingest.window import Window
from gateway.ingest.write import EventWriter
from sql import Database, Q

DAYS: Final = 90
# Chunks are committed one after the other in the order of time, so that this much overlap leaves nothing out.
OVERLAP: Final = timedelta(minutes=10)

# Told how much of the whole (0..1) is there, and how many events were new so far.
Progress = Callable[[float, int], None]


async def newest_events(database: Database) -> dict[str, datetime]:
    """Up to when each merchant's history is there; merchants without any are left out."""
    ids = [merchant.id for merchant in merchants()]
    async with database.acquire() as connection:
        rows = await connection.fetch(Q.demo_newest_events.text, ids)
    return {row["merchant_id"]: row["newest_at"] for row in rows if row["newest_at"] is not None}


async def fill(
    database: Database,
    seed: int,
    until: datetime,
    progress: Progress,
    *,
    days: int = DAYS,
    notify: Notify = tell_nobody,
) -> Report:
    """Writes what is missing before `until`, of the last so many days at most; safe to repeat and to interrupt.

    An event is refused only where the store has another version of the demo's past. Raises StoreUnavailable.
    """
    since = {merchant: at - OVERLAP for merchant, at in (await newest_events(database)).items()}
    whole, report = _Whole(until, days, since), Report()
    bulk = BulkIngest(EventWriter(database, notify=notify).write, lambda: Terms(Window.at(until, None)), report)
    try:
        for chunk in history(seed, until, days, since):
            await bulk.feed(b"".join(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE) for event in chunk))
            progress(whole.share_at(datetime.fromisoformat(str(chunk[-1]["occurred_at"]))), report.accepted)
        await bulk.write(await bulk.finish())
    except BaseException:
        await bulk.abandon()
        raise
    progress(1.0, report.accepted)
    return report


@dataclass(frozen=True, slots=True)
class _Whole:
    """How much there is to do, judged by the merchants' sizes: busy ones joined late."""

    until: datetime
    days: int
    since: Mapping[str, datetime]

    def share_at(self, at: datetime) -> float:
        """Which part of all payments comes before an instant."""
        return min(1.0, self._payments(at) / max(self._payments(self.until), 1e-9))

    def _payments(self, at: datetime) -> float:
        total = 0.0
        first = first_days(self.until, self.days, self.since)
        for merchant in merchants():
            day = first[merchant.id]
            start = datetime(day.year, day.month, day.day, tzinfo=UTC)
            start = max(start, self.since.get(merchant.id, start))
            total += merchant.daily * max((at - start).total_seconds(), 0.0)
        return total

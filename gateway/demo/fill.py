"""History on its way into the store: what is missing up to an instant, and no more."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson

from gateway.demo.event import Event
from gateway.demo.history import history
from gateway.demo.merchants import merchants
from gateway.demo.timeline import first_days
from gateway.ingest.check import Terms
from gateway.ingest.codes import Verdict
from gateway.ingest.parse import Parser
from gateway.ingest.window import Window
from gateway.ingest.write import EventWriter
from sql import Database, Q

DAYS: Final = 90
# Chunks are committed one after the other in the order of time, so that this much overlap leaves nothing out.
OVERLAP: Final = timedelta(minutes=10)

# Told how much of the whole (0..1) is there, and how many events were new so far.
Progress = Callable[[float, int], None]


class RefusedError(Exception):
    """The store refused an invented event: the demo and the gateway disagree."""


async def newest_events(database: Database) -> dict[str, datetime]:
    """Up to when each merchant's history is there; merchants without any are left out."""
    ids = [merchant.id for merchant in merchants()]
    async with database.acquire() as connection:
        rows = await connection.fetch(Q.demo_newest_events.text, ids)
    return {row["merchant_id"]: row["newest_at"] for row in rows if row["newest_at"] is not None}


async def fill(database: Database, writer: EventWriter, seed: int, until: datetime, progress: Progress) -> int:
    """Writes what is missing before `until`; returns how many events were new.

    Safe to repeat and to interrupt. Raises StoreUnavailable, and RefusedError.
    """
    since = {merchant: at - OVERLAP for merchant, at in (await newest_events(database)).items()}
    whole = _Whole(until, since)
    added = 0
    for chunk in history(seed, until, DAYS, since):
        added += await _write(writer, chunk, until)
        progress(whole.share_at(datetime.fromisoformat(str(chunk[-1]["occurred_at"]))), added)
    progress(1.0, added)
    return added


async def _write(writer: EventWriter, chunk: Iterable[Event], now: datetime) -> int:
    parser = Parser(lambda: Terms(Window.at(now, None)))
    for event in chunk:
        parser.feed(orjson.dumps(event) + b"\n")
    parser.close()
    parsed = parser.take()
    outcomes = await writer.write(parsed.events)
    for refusal in [*(refusal for _, refusal in parsed.refused), *outcomes]:
        if not isinstance(refusal, Verdict):
            raise RefusedError(f"{refusal.code}: {refusal.reason} (event {refusal.event_id})")
    return sum(outcome is Verdict.ACCEPTED for outcome in outcomes)


@dataclass(frozen=True, slots=True)
class _Whole:
    """How much there is to do, judged by the merchants' sizes: busy ones joined late."""

    until: datetime
    since: Mapping[str, datetime]

    def share_at(self, at: datetime) -> float:
        """Which part of all payments comes before an instant."""
        return min(1.0, self._payments(at) / max(self._payments(self.until), 1e-9))

    def _payments(self, at: datetime) -> float:
        total = 0.0
        first = first_days(self.until, DAYS, self.since)
        for merchant in merchants():
            day = first[merchant.id]
            start = datetime(day.year, day.month, day.day, tzinfo=UTC)
            start = max(start, self.since.get(merchant.id, start))
            total += merchant.daily * max((at - start).total_seconds(), 0.0)
        return total

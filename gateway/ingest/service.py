"""Ingest as the rest of the gateway uses it: one per process."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from gateway.ingest.changes import ALWAYS, DECIDED, Change, Notify, tell_nobody
from gateway.ingest.check import Terms, normalise
from gateway.ingest.codes import Outcome, Refusal
from gateway.ingest.events import Event
from gateway.ingest.explain import event_of
from gateway.ingest.forget import forget_payer
from gateway.ingest.group_commit import GroupCommit
from gateway.ingest.window import TOLERANCE, Window
from gateway.ingest.write import EventWriter
from resolvers.context import Clock, Tracked, system_clock
from sql import Database

WINDOW_KEPT: Final = timedelta(seconds=1)  # a window is made anew so often, not for each event


class IngestService:
    """Takes events from mutations and requests, and forgets payers; fits the resolvers' Ingest and Erasure."""

    def __init__(
        self,
        database: Database,
        retention_months: int | None,
        *,
        notify: Notify = tell_nobody,
        clock: Clock = system_clock,
    ) -> None:
        self.writer = EventWriter(database, notify=notify)
        self.group = GroupCommit(self.writer.write)
        self._database = database
        self._retention_months = retention_months
        self._clock = clock
        self._notify = notify
        self._window: Window | None = None

    def terms(self, merchant_id: str | None) -> Terms:
        """What holds for the events of one writer now; ``merchant_id`` binds it to one merchant."""
        now = self._clock()
        if self._window is None or not timedelta(0) <= now + TOLERANCE - self._window.hi <= WINDOW_KEPT:
            self._window = Window.at(now, self._retention_months)
        return Terms(self._window, merchant_id)

    async def write(self, events: Sequence[Event]) -> list[Outcome]:
        """Write a batch of normalised events in a transaction of its own. Raises StoreUnavailable."""
        return await self.writer.write(events)

    async def submit(self, event: Mapping[str, Any], merchant_id: str | None) -> Tracked:
        """Take one event; returns when it is committed. Raises StoreUnavailable."""
        judged = self._judge(event, merchant_id)
        return _tracked(judged if isinstance(judged, Refusal) else await self.group.submit(judged))

    async def submit_many(self, events: Sequence[Mapping[str, Any]], merchant_id: str | None) -> Sequence[Tracked]:
        """Take many events, each judged alone; returns when all are decided. Raises StoreUnavailable."""
        judged = [self._judge(event, merchant_id) for event in events]
        good = [event for event in judged if not isinstance(event, Refusal)]
        outcomes = iter(await self.write(good) if good else [])
        return [_tracked(event if isinstance(event, Refusal) else next(outcomes)) for event in judged]

    async def forget_payer(self, merchant_id: str, payer: str) -> int:
        """Forget a payer of one merchant everywhere; return how many events named it. Raises StoreUnavailable."""
        forgotten = await forget_payer(self._database, merchant_id, payer)
        # Even where nobody was found: whoever forgot the payer before may have died before it told.
        await self._notify([Change(merchant_id, {each: [ALWAYS] for each in [*forgotten.events, DECIDED]})])
        return forgotten.total

    async def close(self) -> None:
        """Write what waits."""
        await self.group.close()

    def _judge(self, event: Mapping[str, Any], merchant_id: str | None) -> Event | Refusal:
        found = event_of(event)
        if isinstance(found, Refusal):
            return found
        return normalise(found, self.terms(merchant_id)) or found


def _tracked(outcome: Outcome) -> Tracked:
    if isinstance(outcome, Refusal):
        return Tracked("rejected", str(outcome.code), outcome.field, outcome.reason)
    return Tracked(str(outcome))

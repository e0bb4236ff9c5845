"""The one way into the store: a batch of events in, an outcome for each out, committed."""

import asyncio
import random
from collections.abc import Sequence
from typing import Final

import asyncpg

from gateway.ingest.batch import Batch, portions
from gateway.ingest.border import EventsGone, held, hold, look
from gateway.ingest.changes import Notify, Touched, tell_nobody
from gateway.ingest.codes import Code, Outcome, Refusal, Verdict
from gateway.ingest.events import Event
from gateway.ingest.few import is_few, store_few
from gateway.ingest.known_merchants import KnownMerchants
from gateway.ingest.months import Months
from gateway.ingest.outcomes import before, count, in_order, too_old, unknown_merchant
from gateway.ingest.store import KeyVanished, Stored, store
from gateway.ingest.transaction import ingest_transaction
from sql import Database, StoreUnavailable
from sql.database import Connection
from sql.engine import Engine, detect

ATTEMPTS: Final = 8
PAUSE_SECONDS: Final = 0.02
AGAIN: Final = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError, KeyVanished)
# What one event can do to the whole batch; validation should have kept it out.
UNSTORABLE: Final = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError)


class EventWriter:
    """Writes batches of normalised events, each in one transaction."""

    def __init__(
        self, database: Database, merchants: KnownMerchants | None = None, notify: Notify = tell_nobody
    ) -> None:
        self.merchants = merchants or KnownMerchants(database)
        self._database = database
        self._notify = notify
        self._months = Months()
        self._engine: Engine | None = None

    async def write(self, events: Sequence[Event]) -> list[Outcome]:
        """Return the outcome of each event; whatever is not refused is committed.

        Raises StoreUnavailable when the database is away or too slow: then nothing of the batch may be relied on,
        and all of it may be sent again.
        """
        unknown = await self.merchants.unknown({str(event.merchant_id) for event in events})
        if not unknown:
            outcomes = await self._write(events)
        else:
            known = [event for event in events if event.merchant_id not in unknown]
            written = iter(await self._write(known))
            outcomes = [unknown_merchant(e) if e.merchant_id in unknown else next(written) for e in events]
        count(events, outcomes)
        return outcomes

    async def _write(self, events: Sequence[Event]) -> list[Outcome]:
        return [outcome for portion in portions(events) for outcome in await self._write_portion(portion)]

    async def _write_portion(self, events: Sequence[Event]) -> list[Outcome]:
        try:
            return await self._write_batch(events)
        except EventsGone as gone:
            kept = [event for event in events if not before(event, gone.kept_from)]
            written = iter(await self._write_portion(kept) if kept else [])
            return [too_old(e, gone.kept_from) if before(e, gone.kept_from) else next(written) for e in events]

    async def _write_batch(self, events: Sequence[Event]) -> list[Outcome]:
        batch, places = Batch.of(events)
        touched = Touched()
        try:
            stored = await self._commit(batch, touched)
        except UNSTORABLE as error:
            if len(events) == 1:
                reason = f"the store cannot hold this event ({type(error).__name__})"
                return [Refusal(Code.INVALID_VALUE, reason, None, events[0].event_id)]
            half = len(events) // 2
            return await self._write_portion(events[:half]) + await self._write_portion(events[half:])
        except BaseException:
            if touched.begun:  # a commit whose answer was lost may have been one
                touched.add_events(batch.events)
                await self._notify(touched.changes())
            raise
        touched.add_judged(batch.events, stored.outcomes)
        for merchant_id, stream, span in stored.touched:
            touched.add(merchant_id, stream, span)
        await self._notify(touched.changes())
        return list(in_order(events, places, batch, stored))

    async def _commit(self, batch: Batch, touched: Touched) -> Stored:
        new: set[int] = set()  # committed already, whatever an attempt comes to
        for attempt in range(ATTEMPTS):
            try:
                async with self._database.acquire() as connection:
                    return await self._transactions(connection, batch, new, touched)
            except AGAIN:
                await asyncio.sleep(PAUSE_SECONDS * random.random() * 2**attempt)
            except asyncpg.CheckViolationError:
                if attempt:
                    raise
                self._months.forget()
            except asyncpg.QueryCanceledError as error:
                raise StoreUnavailable("the database did not answer in time") from error
        raise StoreUnavailable("the database is too busy")

    async def _transactions(self, connection: Connection, batch: Batch, new: set[int], touched: Touched) -> Stored:
        if self._engine is None:
            self._engine = await detect(connection)
        times = [at for event in batch.events if (at := event.occurred_at)]
        oldest = min(times)
        await look(connection, oldest)  # before a month is made that has nothing to hold
        touched.begun = True
        await self._months.ensure(connection, {(at.year, at.month) for at in times})
        if is_few(batch):
            async with held(connection, oldest):
                few = await store_few(connection, self._engine, batch, touched)
            new |= few
        if len(new) == len(batch.events):
            return Stored([Verdict.ACCEPTED] * len(new), {})
        async with ingest_transaction(connection):
            await hold(connection, oldest)
            stored = await store(connection, self._engine, batch)
        for number in new:
            stored.outcomes[number] = Verdict.ACCEPTED
        return stored

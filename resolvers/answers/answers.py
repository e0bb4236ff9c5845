"""Answers of a process: read through to the database, and computed anew in the background where they grow old."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeAlias, TypeVar

import structlog

from resolvers.answers.contract import AnswerStore, Count
from resolvers.answers.flight import Flights
from resolvers.answers.kind import Kind
from resolvers.answers.reading import Reading
from resolvers.answers.round import Round
from resolvers.context import Store

log = structlog.get_logger("z402.answers")

K = TypeVar("K")
V = TypeVar("V")

#: How long somebody waits at most for what others compute, before computing it too.
PATIENCE_SECONDS: Final = 5.0
MAX_RENEWALS: Final = 8
#: How old a kept answer may be that is shown live. A value is computed anew every 25 to 30 seconds: then it is, also
#: where the message that should have dropped what is kept was lost.
LIVE_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Read(Generic[V]):
    """Answers in the order of their keys, and the instant up to which they have everything that was acknowledged.

    They lack what came late and waits to be seen where they are not `whole`. `next_at` tells of each when an event lies
    next behind the time that it is about, where that is known.
    """

    values: list[V]
    as_of: datetime | None
    whole: bool
    next_at: list[datetime | None]


#: An answer, its instant, whether it is whole, and when the next event lies behind its time.
Told: TypeAlias = tuple[V, datetime | None, bool, datetime | None]


class Answers:
    """What the loaders of all operations read through; one per process."""

    def __init__(self, store: AnswerStore, count: Count, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._store = store
        self._count = count
        self._patience_seconds = patience_seconds
        self._flights: Flights = {}
        self._round: Round | None = None
        self._readers: dict[tuple[str, bool], Any] = {}
        self._renewals: set[asyncio.Task[None]] = set()

    @property
    def degraded(self) -> bool:
        """Whether all is computed, since what is kept cannot be reached."""
        return not self._store.up

    async def read(
        self, kind: Kind[K, V], database: Store, keys: Sequence[K], oldest_seconds: float = math.inf
    ) -> Read[V]:
        """Return an answer for each key, none kept for longer than that. Raises what the database raises."""
        reading = self._reading(kind, self._open_round(database), keys)
        reading.not_before = time.time() - oldest_seconds
        await reading.run(self._patience_seconds)
        if reading.old and len(self._renewals) < MAX_RENEWALS:
            again = self._reading(kind, Round(database), [keys[number] for number in reading.old])
            task = asyncio.create_task(_renew(again, list(reading.old.values())))
            self._renewals.add(task)
            task.add_done_callback(self._renewals.discard)
        numbers = range(len(keys))
        values, next_at = map(reading.values.__getitem__, numbers), map(reading.next_at.get, numbers)
        return Read(list(values), reading.as_of, reading.whole, list(next_at))

    def reader(
        self, kind: Kind[K, V], *, live: bool = False
    ) -> Callable[[Store, Sequence[K]], Awaitable[list[Told[V]]]]:
        """Return what reads a kind: always the same, so operations can ask together; `live`, nothing old."""
        found = self._readers.get((kind.name, live))
        if found is None:

            async def found(database: Store, keys: Sequence[K]) -> list[Told[V]]:
                read = await self.read(kind, database, keys, LIVE_SECONDS if live else math.inf)
                told = zip(read.values, read.next_at, strict=True)
                return [(value, read.as_of, read.whole, next_at) for value, next_at in told]

            self._readers[kind.name, live] = found
        return found

    async def clear(self, merchant_id: str) -> int | None:
        """Forget all of a merchant; return how many answers there were, None where they cannot be reached."""
        return await self._store.clear(merchant_id)

    async def renewed(self) -> None:
        """Wait until nothing is computed anew."""
        await asyncio.gather(*self._renewals, return_exceptions=True)

    async def close(self) -> None:
        """Stop what nobody waits for."""
        for task in self._renewals:
            task.cancel()
        await asyncio.gather(*self._renewals, return_exceptions=True)

    def _open_round(self, database: Store) -> Round:
        """Return the round that those take part in who ask now."""
        if self._round is None or self._round.closed or self._round.store is not database:
            self._round = Round(database)
        return self._round

    def _reading(self, kind: Kind[K, V], round_: Round, keys: Sequence[K]) -> Reading[K, V]:
        return Reading(self._store, self._flights, self._count, kind, round_, keys)


async def _renew(reading: Reading[Any, Any], seen: Sequence[bytes]) -> None:
    try:
        await reading.renew(seen)
    except Exception as error:  # noqa: BLE001  the old answer was given, and the next one who asks sees to it
        log.warning("answers.renewal_failed", kind=reading.kind.name, error=type(error).__name__)

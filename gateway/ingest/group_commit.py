"""Single events of many clients, one transaction for all that wait: no timers, the batch grows while one is written."""

import asyncio
import contextvars
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from gateway.ingest.codes import Outcome
from gateway.ingest.events import Event
from sql import StoreUnavailable

Write = Callable[[Sequence[Event]], Awaitable[list[Outcome]]]

MAX_BATCH: Final = 500
MAX_WAITING: Final = 4_096
WRITERS: Final = 2
CLOSE_SECONDS: Final = 10.0


class Overloaded(StoreUnavailable):
    """More events wait than can be written soon; to be sent again later."""


class GroupCommit:
    """Takes single events; each caller gets the outcome of its own, after the commit."""

    def __init__(
        self, write: Write, *, max_batch: int = MAX_BATCH, max_waiting: int = MAX_WAITING, writers: int = WRITERS
    ) -> None:
        self._write = write
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._max_writers = writers
        self._waiting: deque[tuple[Event, asyncio.Future[Outcome]]] = deque()
        self._writers: set[asyncio.Task[None]] = set()
        # Not the size of the set: a task leaves that a moment after it stopped to look for events.
        self._draining = 0

    async def submit(self, event: Event) -> Outcome:
        """Return what became of the event. Raises Overloaded, and StoreUnavailable when the database is away.

        A caller that is cancelled takes nothing from its neighbours; its own event may be written or not.
        """
        if len(self._waiting) >= self._max_waiting:
            raise Overloaded("too many events wait to be written")
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, future))
        if self._draining < self._max_writers:
            self._draining += 1
            # Of nobody's context: a batch holds the events of many tenants.
            task = asyncio.create_task(self._drain(), context=contextvars.Context())
            self._writers.add(task)
            task.add_done_callback(self._writers.discard)
        return await future

    async def close(self) -> None:
        """Write what waits, for a moment; then let go of it unacknowledged."""
        if self._writers:
            await asyncio.wait(self._writers, timeout=CLOSE_SECONDS)
        for task in self._writers:
            task.cancel()

    async def _drain(self) -> None:
        try:
            while self._waiting:
                size = min(len(self._waiting), self._max_batch)
                taken = [self._waiting.popleft() for _ in range(size)]
                await self._write_batch([(event, future) for event, future in taken if not future.done()])
        finally:
            self._draining -= 1

    async def _write_batch(self, batch: Sequence[tuple[Event, asyncio.Future[Outcome]]]) -> None:
        if not batch:
            return
        try:
            outcomes = await self._write([event for event, _ in batch])
        except Exception as error:  # noqa: BLE001  # each caller raises it
            _fail(batch, error)
        except asyncio.CancelledError:
            _fail(batch, StoreUnavailable("the process is stopping"))
            raise
        else:
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                if not future.done():
                    future.set_result(outcome)


def _fail(batch: Sequence[tuple[Event, asyncio.Future[Outcome]]], error: Exception) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error)

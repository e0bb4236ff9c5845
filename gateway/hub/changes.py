"""Whose events came in: heard by Redis while it answers, else seen in the database."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Set
from typing import Any, Final, TypeAlias

import structlog

from gateway.hub.listener import Listener
from gateway.hub.poller import Poller
from resolvers.context import Store

log = structlog.get_logger()

#: Is told which streams changed; None where that is unknown: anything may have.
Heard: TypeAlias = Callable[[Collection[str] | None], None]

OPEN_SECONDS: Final = 1.0


class Changes:
    """Tells who listens to a merchant when its events came in; one per process."""

    def __init__(self, redis_url: str | None, store: Store) -> None:
        self._heard: dict[str, set[Heard]] = {}
        self._listener = Listener(redis_url, self) if redis_url else None
        self._poller = Poller(store, self)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def watched(self) -> Set[str]:
        """The merchants that anybody listens to."""
        return self._heard.keys()

    @property
    def connected(self) -> bool:
        """Whether Redis tells of changes at this moment."""
        return self._listener is not None and self._listener.connected

    async def listen(self, merchant_id: str, heard: Heard) -> None:
        """Tell `heard` from now on; returns once nothing is missed any more, or once the poller has to see to that."""
        self._start()
        self._heard.setdefault(merchant_id, set()).add(heard)
        if self._listener is not None:
            await self._listener.open(merchant_id, OPEN_SECONDS)

    def leave(self, merchant_id: str, heard: Heard) -> None:
        """Tell `heard` no more."""
        listening = self._heard.get(merchant_id)
        if listening is not None:
            listening.discard(heard)
            if not listening:
                del self._heard[merchant_id]

    def tell(self, merchant_id: str, streams: Collection[str] | None) -> None:
        """A merchant's events came in."""
        for heard in tuple(self._heard.get(merchant_id, ())):
            heard(streams)

    async def close(self) -> None:
        """Listen no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _start(self) -> None:
        """Begin with the first who listens: a process that serves no subscription asks nobody anything."""
        if not self._tasks:
            parts = [self._poller.run] if self._listener is None else [self._poller.run, self._listener.run]
            self._tasks = [asyncio.create_task(_unending(part)) for part in parts]


async def _unending(run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run for ever: a fault of ours may not silence every subscription of the process."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("changes.failed")
            await asyncio.sleep(1)

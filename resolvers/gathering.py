"""What live operations ask at the same moment, each kind in one statement, whoever asks.

Within an operation a loader collects; between operations nobody does, and an event that many merchants have at once
would be as many statements. Each loader has checked its own keys before they come here, and gets the answers to
these alone. A statement that fails for the sake of one key is asked again for each operation by itself.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, TypeVar

from resolvers.context import Store
from sql import StoreUnavailable

K = TypeVar("K")
V = TypeVar("V")
Fetch: TypeAlias = Callable[[Store, list[K]], Awaitable[Sequence[V]]]

#: How long a question waits for others of its kind: long enough for the looks that one batch of events sets off.
WAIT_SECONDS: Final = 0.02
MAX_ASKING: Final = 64


@dataclass(slots=True)
class Asking:
    """One operation's keys, and where its answers go."""

    keys: list[Any]
    answers: "asyncio.Future[list[Any]]"


@dataclass(slots=True)
class Gathering:
    """Collects questions by their kind, which is the function that asks them."""

    store: Store
    _waiting: dict[Fetch[Any, Any], list[Asking]] = field(default_factory=dict)
    _asked: set[asyncio.Task[None]] = field(default_factory=set)

    async def ask(self, fetch: Fetch[K, V], keys: list[K]) -> list[V]:
        """Return what `fetch` answers to the keys; raise what it raises."""
        loop = asyncio.get_running_loop()
        asking = Asking(keys, loop.create_future())
        waiting = self._waiting.setdefault(fetch, [])
        waiting.append(asking)
        if len(waiting) == 1:
            loop.call_later(WAIT_SECONDS, self._send, fetch)
        elif len(waiting) >= MAX_ASKING:
            self._send(fetch)
        return await asking.answers

    def _send(self, fetch: Fetch[Any, Any]) -> None:
        waiting = self._waiting.pop(fetch, None)
        if waiting:
            task = asyncio.create_task(self._answer(fetch, waiting))
            self._asked.add(task)
            task.add_done_callback(self._asked.discard)

    async def _answer(self, fetch: Fetch[Any, Any], waiting: list[Asking]) -> None:
        try:
            found = iter(await fetch(self.store, [key for asking in waiting for key in asking.keys]))
        except StoreUnavailable as error:
            for asking in waiting:
                _fail(asking, error)
        except Exception as error:  # noqa: BLE001  # handed on, to whom it belongs
            if len(waiting) == 1:
                _fail(waiting[0], error)
            else:
                await asyncio.gather(*(self._answer(fetch, [asking]) for asking in waiting))
        else:
            for asking in waiting:
                answers = [next(found) for _ in asking.keys]
                if not asking.answers.done():
                    asking.answers.set_result(answers)


def _fail(asking: Asking, error: Exception) -> None:
    if not asking.answers.done():
        asking.answers.set_exception(error)

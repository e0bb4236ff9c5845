"""A computation under a lease: held while it lasts, given back whatever becomes of it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Generic, TypeVar

from resolvers.answers.address import Address
from resolvers.answers.between import Bounds, Surroundings
from resolvers.answers.contract import AnswerStore
from resolvers.answers.kept import Kept
from resolvers.answers.kind import Kind

K = TypeVar("K")
V = TypeVar("V")

FRESH_SHARE: Final = 0.75

#: What a process computes now, by token, and what came of it by text of the key.
Flights = dict[bytes, "asyncio.Future[dict[str, Kept[Any]]]"]


@dataclass(slots=True)
class Flight(Generic[K, V]):
    """Answers that this process computes, and nobody else does."""

    store: AnswerStore
    flights: Flights
    kind: Kind[K, V]
    token: bytes
    keys: Sequence[K]
    places: Sequence[Address]
    texts: Sequence[str]
    _result: "asyncio.Future[dict[str, Kept[Any]]]" = field(init=False)
    _timer: asyncio.TimerHandle = field(init=False)

    async def __aenter__(self) -> "Flight[K, V]":
        self._result = self.flights[self.token] = asyncio.get_running_loop().create_future()
        self._plan_renewal()
        return self

    async def __aexit__(self, _: object, __: object, ___: TracebackType | None) -> None:
        self._timer.cancel()
        del self.flights[self.token]
        if not self._result.done():
            self.store.put(
                self.token, [(p.merchant_id, t, 0, b"") for p, t in zip(self.places, self.texts, strict=True)]
            )
            self._result.set_result({})

    def land(self, around: Surroundings, values: Sequence[V]) -> list[Kept[V]]:
        """Keep what was computed, and hand it to those who wait in this process; return it in order."""
        landed: list[Kept[V]] = []
        entries = []
        for number, value in enumerate(values):
            place, text = self.places[number], self.texts[number]
            seconds = self.kind.lifetime(place) if self._keeps(around, value) else 0
            fresh_until = time.time() + seconds * FRESH_SHARE
            kept = Kept(value, self._bounds(number, around, value), around.as_of, fresh_until, around.whole)
            landed.append(kept)
            data = kept.written(self.token, self.kind.codec) if seconds else b""
            entries.append((place.merchant_id, text, seconds * 1_000, data))
        self.store.put(self.token, entries)
        self._result.set_result(dict(zip(self.texts, landed, strict=True)))
        return landed

    def _keeps(self, around: Surroundings, value: V) -> bool:
        # What cannot be answered, such as a range that is no longer exact, is an error in its place.
        if isinstance(value, Exception):
            return False
        return around.whole and (self.kind.keeps is None or self.kind.keeps(value))

    def _bounds(self, number: int, around: Surroundings, value: V) -> tuple[Bounds, ...]:
        bounds = around.bounds[number]
        if self.kind.until is None or isinstance(value, Exception):
            return bounds
        earliest, latest = self.kind.until(self.keys[number], value)
        return tuple((max(first, earliest), min(last, latest)) for first, last in bounds)

    def _plan_renewal(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self.store.renew_seconds, self._renew)

    def _renew(self) -> None:
        places = zip(self.places, self.texts, strict=True)
        self.store.renew(self.token, [(place.merchant_id, text) for place, text in places])
        self._plan_renewal()

"""From keys to answers: what is kept, what somebody computes already, and what is computed here.

An answer is computed by whoever holds the lease on it, in this process or another; the others wait for it, but never
longer than their patience. What is kept past three quarters of its life is given as it is, and computed anew
meanwhile. Whatever Redis does, there is an answer: the database's.
"""

import asyncio
import math
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar

import structlog

from resolvers.answers.address import Address
from resolvers.answers.contract import AnswerStore, Count
from resolvers.answers.flight import FRESH_SHARE, Flight, Flights
from resolvers.answers.kept import TOKEN_BYTES, Kept, Unreadable, opened
from resolvers.answers.kind import Kind
from resolvers.answers.round import Round

log = structlog.get_logger("z402.answers")

K = TypeVar("K")
V = TypeVar("V")

FIRST_PAUSE_SECONDS: Final = 0.004
LONGEST_PAUSE_SECONDS: Final = 0.05


@dataclass(slots=True)
class Found:
    """What became of the keys that were asked for: those to compute, kept or not, and those that others compute."""

    mine: list[int] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)
    others: dict[bytes, list[int]] = field(default_factory=dict)
    again: list[int] = field(default_factory=list)


class Reading(Generic[K, V]):
    """The keys of one batch on their way to answers."""

    def __init__(
        self, store: AnswerStore, flights: Flights, count: Count, kind: Kind[K, V], round_: Round, keys: Sequence[K]
    ) -> None:
        self.kind = kind
        self.keys = keys
        self.values: dict[int, V] = {}
        #: When the next event lies behind each answer's time; of those that were kept, or could be.
        self.next_at: dict[int, datetime | None] = {}
        #: Up to when all answers have everything that was acknowledged; None where that is not known.
        self.as_of: datetime | None = None
        #: Whether none of them lacks what came late and waits to be seen.
        self.whole = True
        #: What was computed before this Unix time is not given.
        self.not_before = -math.inf
        #: What was given though it is old, with the token of each.
        self.old: dict[int, bytes] = {}
        self._store = store
        self._flights = flights
        self._counts = count
        self._database = round_.store
        self._places = [kind.address(key) for key in keys]
        self._texts = [kind.key_of(place) for place in self._places]
        self._seen = [b""] * len(keys)
        self._shared: set[int] = set()
        self._seat = round_.seat()  # last: what fails before holds up nobody

    async def run(self, patience_seconds: float) -> None:
        """Answer every key. Raises what the database raises."""
        try:
            await self._run(patience_seconds)
        finally:
            self._seat.leave()

    async def _run(self, patience_seconds: float) -> None:
        left = list(range(len(self.keys)))
        pause, end = FIRST_PAUSE_SECONDS, 0.0
        while left and (left := await self._look(left)):
            end = end or time.monotonic() + patience_seconds
            found = None if time.monotonic() > end else await self._take(left)
            if found is None:
                await self._fall_back(left)
                return
            await self._compute(found.mine, found.alone)
            left = await self._wait(found.others, end, pause) + found.again
            pause = min(pause * 1.6, LONGEST_PAUSE_SECONDS)

    async def renew(self, seen: Sequence[bytes]) -> None:
        """Compute those anew that still are what was seen, and that nobody computes."""
        self._seen = list(seen)
        try:
            found = await self._take(range(len(self.keys)))
            if found is not None and found.mine:
                await self._compute(found.mine, [], "renewed")
        finally:
            self._seat.leave()

    async def _look(self, numbers: Sequence[int]) -> list[int]:
        """Take what is kept; return the numbers of what is not."""
        asked_at = datetime.now(UTC)
        found = await self._store.get([self._texts[number] for number in numbers])
        if found is None:
            await self._fall_back(numbers)
            return []
        now = time.time()
        missing, given, old = [], 0, 0
        for number, data in zip(numbers, found, strict=True):
            kept = None if data is None else self._opened(number, data, asked_at)
            if kept is None:
                missing.append(number)
            elif kept.fresh_until < now:
                self.old[number] = self._seen[number]
                old += 1
            elif number not in self._shared:
                given += 1
        self._count("hit", given)
        self._count("stale", old)
        self._count("shared", len(numbers) - len(missing) - old - given)
        return missing

    async def _take(self, numbers: Sequence[int]) -> Found | None:
        """Take the leases that are free; None where Redis is away."""
        self._token = os.urandom(TOKEN_BYTES // 2).hex().encode()
        wanted = [self.kind.wanted(self._places[number], self._seen[number]) for number in numbers]
        asked_at = datetime.now(UTC)
        replies = await self._store.take(self._token, wanted)
        if replies is None:
            return None
        found = Found()
        for number, reply in zip(numbers, replies, strict=True):
            if reply == self._token:
                found.mine.append(number)
            elif not reply:
                found.alone.append(number)
            elif len(reply) == TOKEN_BYTES:
                found.others.setdefault(reply, []).append(number)
                self._shared.add(number)
            elif self._opened(number, reply, asked_at) is None:
                found.again.append(number)
            else:
                self._count("shared", 1)
        return found

    async def _wait(self, others: dict[bytes, list[int]], end: float, pause: float) -> list[int]:
        """Wait for those who compute; return the numbers that are still without an answer."""
        left = []
        for token, numbers in others.items():
            flight = self._flights.get(token)
            if flight is None:
                left += numbers
                continue
            await asyncio.wait([flight], timeout=max(end - time.monotonic(), 0))
            landed = flight.result() if flight.done() else {}
            for number in numbers:
                kept = landed.get(self._texts[number])
                if kept is not None and kept.fits(self._places[number]):
                    self._accept(number, kept)
                    self._count("shared", 1)
                else:
                    left.append(number)
        if left:
            await asyncio.sleep(pause)
        return left

    async def _compute(self, mine: Sequence[int], alone: Sequence[int], outcome: str = "miss") -> None:
        """Ask the database in one statement; keep what was leased."""
        numbers = [*mine, *alone]
        if not mine:
            self._seat.leave()
        if not numbers:
            return
        if mine:
            places = [self._places[number] for number in mine]
            async with self._flight(mine, places) as flight:
                around = await self._seat.look(self.kind.beside or self.kind.streams, places)
                values = await self._fetch(numbers)
                for number, kept in zip(mine, flight.land(around, values[: len(mine)]), strict=True):
                    self._accept(number, kept)
        else:
            values = await self._fetch(numbers)
        self.values.update(zip(numbers, values, strict=True))
        self._count(outcome, len(numbers))

    def _flight(self, numbers: Sequence[int], places: Sequence[Address]) -> Flight[K, V]:
        keys, texts = [self.keys[number] for number in numbers], [self._texts[number] for number in numbers]
        return Flight(self._store, self._flights, self.kind, self._token, keys, places, texts)

    async def _fall_back(self, numbers: Sequence[int]) -> None:
        """Compute without Redis."""
        self._seat.leave()
        self.values.update(zip(numbers, await self._fetch(numbers), strict=True))
        self._count("error", len(numbers))

    async def _fetch(self, numbers: Sequence[int]) -> Sequence[V]:
        return await self.kind.fetch(self._database, [self.keys[number] for number in numbers])

    def _opened(self, number: int, data: bytes, asked_at: datetime) -> Kept[V] | None:
        self._seen[number] = data[:TOKEN_BYTES]
        try:
            kept = opened(data, self.kind.codec, self._places[number])
        except Unreadable:
            log.warning("answers.unreadable", kind=self.kind.name, key=self._texts[number])
            return None
        if kept is None or self._computed_at(number, kept) < self.not_before:
            return None
        self._accept(number, kept.still_there(asked_at))
        return kept

    def _computed_at(self, number: int, kept: Kept[Any]) -> float:
        return kept.fresh_until - self.kind.lifetime(self._places[number]) * FRESH_SHARE

    def _accept(self, number: int, kept: Kept[Any]) -> None:
        self.values[number] = kept.value
        self.next_at[number] = kept.next_at(self._places[number])
        self.whole = self.whole and kept.whole
        if kept.as_of is not None:
            self.as_of = kept.as_of if self.as_of is None else min(self.as_of, kept.as_of)

    def _count(self, outcome: str, number: int) -> None:
        if number:
            self._counts(self.kind.name, outcome, number)

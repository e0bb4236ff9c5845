"""Kinds that are asked at the same time look around their boundaries together: a statement a stream, not one a kind.

Each must look after it has its leases and before it computes. So whoever begins to read takes a seat, and the
statements go out once everybody has its leases or has nothing to compute; who comes later has a seat of the next round.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from resolvers.answers.address import Address
from resolvers.answers.between import Surroundings, surroundings
from resolvers.context import Store


@dataclass(eq=False, slots=True)
class Asked:
    """What one kind wants looked at."""

    streams: Sequence[str]
    addresses: Sequence[Address]
    found: "asyncio.Future[Surroundings]"


@dataclass(eq=False, slots=True)
class Round:
    """Those who began to read before the first of them wanted to look."""

    store: Store
    closed: bool = False
    _awaited: int = 0
    _asked: list[Asked] = field(default_factory=list)
    _looking: "asyncio.Task[None] | None" = None

    def seat(self) -> "Seat":
        """Take part."""
        self._awaited += 1
        return Seat(self)

    def arrive(self, asked: Asked | None) -> None:
        """Say what a seat wants to know, or that it wants nothing."""
        self.closed = True
        self._awaited -= 1
        if asked is not None:
            self._asked.append(asked)
        if not self._awaited and self._asked:
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        try:
            found = await surroundings(self.store, [(each.streams, each.addresses) for each in self._asked])
        except Exception as error:  # noqa: BLE001  it is whoever asked that fails, each with what it has begun
            for each in self._asked:
                if not each.found.done():
                    each.found.set_exception(error)
            return
        for each, around in zip(self._asked, found, strict=True):
            if not each.found.done():
                each.found.set_result(around)


class Seat:
    """One reading's part in a round: it looks once together with the others, and from then on alone."""

    def __init__(self, round_: Round) -> None:
        self._round = round_
        self._arrived = False

    async def look(self, streams: Sequence[str], addresses: Sequence[Address]) -> Surroundings:
        """Return what is around. Raises what the database raises."""
        if self._arrived:
            [alone] = await surroundings(self._round.store, [(streams, addresses)])
            return alone
        self._arrived = True
        asked = Asked(streams, addresses, asyncio.get_running_loop().create_future())
        self._round.arrive(asked)
        return await asked.found

    def leave(self) -> None:
        """Keep nobody waiting; needed before anything is waited for that may take longer than Redis."""
        if not self._arrived:
            self._arrived = True
            self._round.arrive(None)

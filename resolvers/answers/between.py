"""Between which events a boundary lies: it may lie anywhere between them, and the answer is the same."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from resolvers.answers.address import MICRO, Address
from resolvers.answers.contract import STREAM_BITS
from resolvers.context import Store
from sql import Q, Query
from sql.beside_rows import Beside

Bounds: TypeAlias = tuple[datetime, datetime]  # the first and the last instant at which a boundary may lie

FIRST: Final = datetime(1, 1, 2, tzinfo=UTC)
LAST: Final = datetime(9999, 12, 30, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
DECIDED: Final = "first_decided"
ATTEMPTED: Final = "first_attempted"
PROFILE: Final = "profile"


def _of(stream: str) -> Query:
    text = Q.events_beside.text.replace(":stream", stream)
    return replace(Q.events_beside, name=f"{stream}_beside", text=text)


BESIDE: Final = {
    **{stream: _of(stream) for stream in STREAM_BITS if stream not in (DECIDED, ATTEMPTED, PROFILE)},
    DECIDED: Q.first_decisions_beside,
    ATTEMPTED: Q.first_attempts_beside,
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was found before a batch was computed: the bounds of each address' boundaries, in their order.

    `whole` tells whether what is computed now lacks nothing that was acknowledged by `as_of`.
    """

    bounds: list[tuple[Bounds, ...]]
    whole: bool
    as_of: datetime | None


async def surroundings(store: Store, asked: Sequence[tuple[Sequence[str], Sequence[Address]]]) -> list[Surroundings]:
    """Look around the boundaries of batches, told as streams and addresses; before they are computed, not after.

    It is a statement a stream, whose events are looked at for all batches that they bound.
    """
    streams = list(dict.fromkeys(stream for batch, _ in asked for stream in batch if stream != PROFILE))
    places = [[each if stream in batch else () for batch, each in asked] for stream in streams]
    found = await asyncio.gather(*(_around(store, *each) for each in zip(streams, places, strict=True)))
    told = dict(zip(streams, found, strict=True))
    return [
        _of_batch(number, [told[each] for each in batch if each != PROFILE], places)
        for number, (batch, places) in enumerate(asked)
    ]


@dataclass(frozen=True, slots=True)
class _Around:
    """What one stream says."""

    bounds: dict[tuple[str, datetime], Bounds]
    pending: list[bool]  # by batch
    as_of: datetime


async def _around(store: Store, stream: str, batches: Sequence[Sequence[Address]]) -> _Around:
    addresses = [each for batch in batches for each in batch]
    places = list(dict.fromkeys((each.merchant_id, at) for each in addresses for at in each.moving))
    rows: list[Beside] = await store.fetch(
        BESIDE[stream],
        slots=list(range(len(places))),
        merchant_ids=[merchant_id for merchant_id, _ in places],
        ats=[at for _, at in places],
        first_ats=[_instant(min((each.start_us for each in batch), default=0)) for batch in batches],
        last_ats=[_instant(max((each.end_us for each in batch), default=0)) for batch in batches],
    )
    bounds = {places[row.slot]: _bounds(row) for row in rows if row.slot is not None}
    return _Around(bounds, rows[0].pending, rows[0].as_of)


def _of_batch(number: int, streams: Sequence[_Around], addresses: Sequence[Address]) -> Surroundings:
    """What bounds a batch is the narrowest that one of its streams says."""

    def narrowest(place: tuple[str, datetime]) -> Bounds:
        found = [each.bounds[place] for each in streams]
        return max((first for first, _ in found), default=FIRST), min((last for _, last in found), default=LAST)

    return Surroundings(
        [tuple(narrowest((each.merchant_id, at)) for at in each.moving) for each in addresses],
        whole=not any(each.pending[number] for each in streams),
        as_of=min((each.as_of for each in streams), default=None),
    )


def _bounds(row: Beside) -> Bounds:
    """An event counts where it lies before the boundary: the same ones do from just behind it to the next one."""
    first = FIRST if row.before_at is None else row.before_at + MICROSECOND
    return first, LAST if row.next_at is None else row.next_at


def _instant(us: int) -> datetime:
    seconds = us / MICRO
    if seconds <= FIRST.timestamp():
        return FIRST
    return LAST if seconds >= LAST.timestamp() else datetime.fromtimestamp(seconds, UTC)

"""Between which events a boundary lies: it may lie anywhere between them, and the answer is the same."""

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


async def surroundings(store: Store, streams: Sequence[str], addresses: Sequence[Address]) -> Surroundings:
    """Look around the boundaries of a batch, a statement a stream; before it is computed, not after."""
    asked = list(dict.fromkeys((each.merchant_id, at) for each in addresses for at in each.moving))
    spans = [(each.start_us, each.end_us) for each in addresses]
    first_at, last_at = _instant(min(lo for lo, _ in spans)), _instant(max(hi for _, hi in spans))
    bounds: dict[tuple[str, datetime], Bounds] = dict.fromkeys(asked, (FIRST, LAST))
    whole, as_of = True, None
    for stream in streams:
        if stream == PROFILE:
            continue
        rows: list[Beside] = await store.fetch(
            BESIDE[stream],
            slots=list(range(len(asked))),
            merchant_ids=[merchant_id for merchant_id, _ in asked],
            ats=[at for _, at in asked],
            first_at=first_at,
            last_at=last_at,
        )
        whole = whole and not rows[0].is_pending
        as_of = rows[0].as_of if as_of is None else min(as_of, rows[0].as_of)
        for row in rows:
            if row.slot is not None:
                bounds[asked[row.slot]] = _narrowed(bounds[asked[row.slot]], row)
    return Surroundings([tuple(bounds[each.merchant_id, at] for at in each.moving) for each in addresses], whole, as_of)


def _narrowed(bounds: Bounds, row: Beside) -> Bounds:
    """An event counts where it lies before the boundary: the same ones do from just behind it to the next one."""
    first, last = bounds
    if row.before_at is not None:
        first = max(first, row.before_at + MICROSECOND)
    return first, last if row.next_at is None else min(last, row.next_at)


def _instant(us: int) -> datetime:
    seconds = us / MICRO
    if seconds <= FIRST.timestamp():
        return FIRST
    return LAST if seconds >= LAST.timestamp() else datetime.fromtimestamp(seconds, UTC)

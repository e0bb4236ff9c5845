"""When time alone next changes a merchant's figures: the statement behind the loader `first_turns`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from resolvers.context import Store
from sql import Q
from sql.live_rows import FirstTurn

#: How far ahead is looked; a live answer is computed anew that often in any case.
AHEAD: Final = timedelta(seconds=30)
#: Windows are half-open: what happens at their end is in them only behind it.
BEHIND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class TurnKey:
    """What comes first behind an instant: a decision of the merchant's, or the begin of a payment that is open."""

    merchant_id: str
    is_open: bool
    lo: datetime


async def first_turns(store: Store, keys: list[TurnKey]) -> list[datetime | None]:
    """When it is, if it is soon."""
    rows: list[FirstTurn] = await store.fetch(
        Q.first_turns_by_slot,
        slots=list(range(len(keys))),
        merchant_ids=[key.merchant_id for key in keys],
        open=[key.is_open for key in keys],
        los=[key.lo for key in keys],
        ahead=AHEAD,
    )
    by_slot = {row.slot: row.first_at for row in rows}
    return [by_slot[slot] for slot in range(len(keys))]

"""Questions about payments, payers and deliveries as wholes, which belong to the time when they began or were decided.

A whole of a closed range may still change: a payment settles days after it first failed. So a key names an instant
too, as of which its wholes stand, or None for now.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from resolvers.batches import PAYER_LEVELS
from resolvers.context import Store
from resolvers.exactness import exact, refusing
from resolvers.pages import MAX_PAGE
from resolvers.periods import Window
from resolvers.ranges import RAW, RangeArrays, plan, tile
from sql import Q
from sql.breakdowns import CohortTotals, DeliveryTotals, NewPayers, TopPayer

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)

W = TypeVar("W", CohortTotals, DeliveryTotals)


class OfWindow(Protocol):
    """A key that names a window of a merchant."""

    @property
    def merchant_id(self) -> str: ...
    @property
    def window(self) -> Window: ...


@dataclass(frozen=True, slots=True)
class WholesKey:
    """What began, or was first decided, in a window of a merchant, as it stands at an instant (None: now)."""

    merchant_id: str
    window: Window
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PayerPlace:
    """A place in the list of a window's payers, by revenue, then payments, then name."""

    revenue_zat: int
    settled_count: int
    payer: str


@dataclass(frozen=True, slots=True)
class PayersKey:
    """A page of the payers of a window, behind a place."""

    merchant_id: str
    window: Window
    after: PayerPlace | None


async def cohorts_by_window(store: Store, keys: list[WholesKey]) -> list[list[CohortTotals]]:
    """Payments first decided in windows; rows of one window add up."""
    arrays, slots = _planned(keys)
    rows: list[CohortTotals] = await store.fetch(Q.cohorts_by_slot, **arrays) if arrays["slots"] else []
    return [exact(each, each) for each in _shared_out(rows, slots)]


async def deliveries_by_window(store: Store, keys: list[WholesKey]) -> list[list[DeliveryTotals]]:
    """Webhook deliveries first attempted in windows; rows of one window add up."""
    arrays, slots = _planned(keys)
    rows: list[DeliveryTotals] = await store.fetch(Q.deliveries_by_slot, **arrays) if arrays["slots"] else []
    return [exact(each, each) for each in _shared_out(rows, slots)]


async def new_payers_by_window(store: Store, keys: Sequence[OfWindow]) -> list[int]:
    """How many payers settled their first payment ever in windows."""
    planned = plan([(key.merchant_id, key.window) for key in keys], (RAW,))
    arrays = planned.arrays
    asked = {"slots": arrays.slots, "merchant_ids": arrays.merchant_ids, "los": arrays.los, "his": arrays.his}
    rows: list[NewPayers] = await store.fetch(Q.new_payers_by_slot, **asked) if arrays.slots else []
    counts = {row.slot: row.new_payer_count for row in rows}
    return [sum(counts.get(slot, 0) for slot in slots) for slots in planned.slots]


async def _payers_by_page(store: Store, keys: list[PayersKey]) -> list[list[TopPayer]]:
    arrays = RangeArrays()
    for slot, key in enumerate(keys):
        arrays.append(slot, key.merchant_id, tile(key.window.start, key.window.end, PAYER_LEVELS))
    found: list[list[TopPayer]] = [[] for _ in keys]
    if arrays.slots:
        rows: list[TopPayer] = await store.fetch(
            Q.top_payers_by_revenue,
            **arrays.arguments(),
            page_slots=list(range(len(keys))),
            page_merchant_ids=[key.merchant_id for key in keys],
            after_revenues=[str(key.after.revenue_zat) if key.after else None for key in keys],
            after_counts=[key.after.settled_count if key.after else None for key in keys],
            after_payers=[key.after.payer if key.after else None for key in keys],
            row_count=MAX_PAGE + 1,
        )
        for row in rows:
            found[row.slot].append(row)
    return found


#: The payers of a window behind a place, those with the most revenue first: one more than a page may have.
payers_by_page = refusing(_payers_by_page, PAYER_LEVELS, lambda key: (key.window,))


def _shared_out(rows: Sequence[W], slots: Sequence[range]) -> list[list[W]]:
    """Return the rows of each key."""
    return [[row for row in rows if row.slot in wanted] for wanted in slots]


def _planned(keys: list[WholesKey]) -> tuple[dict[str, Any], list[range]]:
    """Plan windows of each merchant and instant, each stretch once."""
    owners = [json.dumps([key.merchant_id, key.at.isoformat() if key.at else None]) for key in keys]
    named = dict(zip(owners, keys, strict=True))
    planned = plan([(owner, key.window) for owner, key in zip(owners, keys, strict=True)], (RAW,))
    asked = [named[owner] for owner in planned.arrays.merchant_ids]
    arrays: dict[str, Any] = {
        "slots": planned.arrays.slots,
        "merchant_ids": [key.merchant_id for key in asked],
        "ats": [key.at or FOREVER for key in asked],
        "los": planned.arrays.los,
        "his": planned.arrays.his,
    }
    return arrays, planned.slots

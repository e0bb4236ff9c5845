"""The statements behind the loaders: keys in, one value per key out, in order.

Who may ask is no concern of this module: it is called by `resolvers.loaders` alone.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from resolvers.context import Store
from resolvers.exactness import exact, refusing
from resolvers.periods import Window
from resolvers.ranges import LEVELS, RAW, RangeArrays, plan, tile
from resolvers.totals import Totals, add_up
from sql import Q, Query
from sql.engine import AGGREGATES
from sql.rows import LivePayments, Merchant, PayerTotals, RecentPayment, RevenueTotals

if TYPE_CHECKING:
    from resolvers.loaders import InstantKey, WindowKey

RECENT_PAYMENTS = 10


def levels_of(family: str) -> tuple[str, ...]:
    """Return the levels that serve a family's ranges, the coarsest first, raw events last."""
    return tuple(level for level in LEVELS if level == RAW or level in AGGREGATES[family].tiled)


REVENUE_LEVELS = levels_of("revenue")
PAYER_LEVELS = levels_of("payers")


async def merchants_by_id(store: Store, ids: list[str]) -> list[Merchant | None]:
    """Profiles; None for an id that nobody has."""
    rows: list[Merchant] = await store.fetch(Q.merchants_by_id, merchant_ids=ids)
    found = {row.merchant_id: row for row in rows}
    return [found.get(merchant_id) for merchant_id in ids]


def totals_of(query: Query, family: str) -> "Callable[[Store, list[WindowKey]], Awaitable[list[Totals]]]":
    """Return the batch function of steps and money; windows may overlap, no stretch is read twice."""
    levels = levels_of(family)

    async def fetch(store: Store, keys: "list[WindowKey]") -> list[Totals]:
        planned = plan([(key.merchant_id, key.window) for key in keys], levels)
        if not planned.arrays.slots:
            return [add_up([]) for _ in keys]
        rows: list[RevenueTotals] = await store.fetch(query, **planned.arrays.arguments())
        by_slot = {row.slot: row for row in rows}
        return [add_up(by_slot[slot] for slot in slots) for slots in planned.slots]

    return refusing(fetch, levels, _window_of)


async def _payers_by_window(store: Store, keys: "list[WindowKey]") -> list[PayerTotals]:
    """Distinct payers; they do not add up, so that each window is a slot of its own."""
    arrays = RangeArrays()
    for slot, key in enumerate(keys):
        arrays.append(slot, key.merchant_id, tile(key.window.start, key.window.end, PAYER_LEVELS))
    rows: list[PayerTotals] = []
    if arrays.slots:
        rows = await store.fetch(Q.payers_by_slot, **arrays.arguments())
    by_slot = {row.slot: row for row in rows}
    return [by_slot.get(slot) or PayerTotals(slot, 0, 0, 0) for slot in range(len(keys))]


def _window_of(key: "WindowKey") -> tuple[Window]:
    return (key.window,)


totals_by_window = totals_of(Q.revenue_by_slot, "revenue")
payers_by_window = refusing(_payers_by_window, PAYER_LEVELS, _window_of)


async def live_by_merchant(store: Store, keys: "list[InstantKey]") -> list[LivePayments]:
    """Open payments and freshness; every key has its row."""
    rows: list[LivePayments] = await store.fetch(
        Q.live_by_merchant,
        slots=list(range(len(keys))),
        merchant_ids=[key.merchant_id for key in keys],
        ats=[key.at for key in keys],
        timeout_minutes=[key.timeout_minutes for key in keys],
    )
    by_slot = {row.slot: row for row in rows}
    return [exact([by_slot[slot]], by_slot[slot]) for slot in range(len(keys))]


async def recent_by_merchant(store: Store, keys: "list[InstantKey]") -> list[list[RecentPayment]]:
    """The latest settled payments, the latest first."""
    rows: list[RecentPayment] = await store.fetch(
        Q.recent_payments_by_merchant,
        slots=list(range(len(keys))),
        merchant_ids=[key.merchant_id for key in keys],
        ats=[key.at for key in keys],
        row_count=RECENT_PAYMENTS,
    )
    found: list[list[RecentPayment]] = [[] for _ in keys]
    for row in rows:
        found[row.slot].append(row)
    return [exact(each, each) for each in found]

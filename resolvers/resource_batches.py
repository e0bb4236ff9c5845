"""The resources of windows page by page, all pages of an operation in one statement."""

from dataclasses import dataclass

from resolvers.batches import levels_of
from resolvers.context import Store
from resolvers.exactness import refusing
from resolvers.pages import MAX_PAGE
from resolvers.periods import Window
from resolvers.ranges import RangeArrays, tile
from sql import Q
from sql.breakdowns import ResourceTotals

LEVELS = levels_of("resource_sales")


@dataclass(frozen=True, slots=True)
class ResourcePlace:
    """A place in the list of a window's resources, by revenue, then payments, then accesses, then name."""

    revenue_zat: int
    settled_count: int
    access_count: int
    resource: str


@dataclass(frozen=True, slots=True)
class ResourcesKey:
    """A page of the resources of a window, behind a place."""

    merchant_id: str
    window: Window
    after: ResourcePlace | None


async def _resources_by_page(store: Store, keys: list[ResourcesKey]) -> list[list[ResourceTotals]]:
    arrays = RangeArrays()
    for slot, key in enumerate(keys):
        arrays.append(slot, key.merchant_id, tile(key.window.start, key.window.end, LEVELS))
    found: list[list[ResourceTotals]] = [[] for _ in keys]
    if arrays.slots:
        places = [key.after for key in keys]
        rows: list[ResourceTotals] = await store.fetch(
            Q.resources_by_page,
            **arrays.arguments(),
            page_slots=list(range(len(keys))),
            after_revenues=[place and str(place.revenue_zat) for place in places],
            after_counts=[place and place.settled_count for place in places],
            after_accesses=[place and place.access_count for place in places],
            after_resources=[place and place.resource for place in places],
            row_count=MAX_PAGE + 1,
        )
        for row in rows:
            found[row.slot].append(row)
    return found


#: The resources of a window behind a place, those with the most revenue first: one more than a page may have.
resources_by_page = refusing(_resources_by_page, LEVELS, lambda key: (key.window,))

"""The statements about all merchants together. Keys name no merchant, so that the facilitator alone may ask."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from aiodataloader import DataLoader

from resolvers.batches import levels_of, totals_of
from resolvers.context import Store
from resolvers.exactness import refusing, since_added_up
from resolvers.parts import PartsKey, by_part
from resolvers.periods import Window
from resolvers.ranges import RangeArrays, fewest
from resolvers.totals import Totals
from sql import Q, Query
from sql.breakdowns import CountryTotals, EndpointTotals, FailureCount, TopMerchant, TopResource
from sql.engine import AGGREGATES

if TYPE_CHECKING:
    from resolvers.loaders import WindowKey

MAX_TOP = 100

K = TypeVar("K")
V = TypeVar("V")
R = TypeVar("R", TopMerchant, TopResource)


class MakeLoader(Protocol):
    """Makes a loader of an operation, which asks who asks."""

    def __call__(self, fetch: Callable[[Store, list[K]], Awaitable[list[V]]]) -> DataLoader[K, V]: ...


@dataclass(frozen=True, slots=True)
class TopKey:
    """The top of a window, over all merchants."""

    window: Window


class PlatformLoaders:
    """The loaders of one operation that ask about all merchants."""

    def __init__(self, make: MakeLoader) -> None:
        self.totals_by_window: DataLoader[WindowKey, Totals] = make(
            totals_of(Q.platform_revenue_by_slot, "platform_revenue")
        )
        self.failures_by_part: DataLoader[PartsKey, list[list[FailureCount]]] = make(
            by_part(Q.platform_failures_by_slot, "platform_failures", FailureCount)
        )
        self.geography_by_part: DataLoader[PartsKey, list[list[CountryTotals]]] = make(
            by_part(Q.platform_geography_by_slot, "platform_geography", CountryTotals)
        )
        self.api_latency_by_part: DataLoader[PartsKey, list[list[EndpointTotals]]] = make(
            since_added_up(
                by_part(Q.platform_api_latency_by_slot, "platform_api_latency", EndpointTotals),
                lambda key: (window for part in key.parts for window in part),
            )
        )
        self.top_merchants: DataLoader[TopKey, list[TopMerchant]] = make(
            _top(Q.top_merchants_by_revenue, "revenue", TopMerchant)
        )
        self.top_resources: DataLoader[TopKey, list[TopResource]] = make(
            _top(Q.top_resources_by_revenue, "resource_sales", TopResource)
        )


def _top(query: Query, family: str, row: type[R]) -> Callable[[Store, list[TopKey]], Awaitable[list[list[R]]]]:
    """Return the batch function of a list that all merchants are in; each key has as many rows as any may list."""
    assert query.row is row
    levels: tuple[str, ...] = levels_of(family)
    with_weeks = ("month", "week", *levels[1:]) if "week" in AGGREGATES[family].levels else levels

    async def fetch(store: Store, keys: list[TopKey]) -> list[list[R]]:
        arrays = RangeArrays()
        for slot, key in enumerate(keys):
            arrays.append(slot, "", fewest(key.window.start, key.window.end, with_weeks))
        found: list[list[R]] = [[] for _ in keys]
        if arrays.slots:
            asked: dict[str, Any] = arrays.arguments()
            del asked["merchant_ids"]
            for each in await store.fetch(query, **asked, row_count=MAX_TOP):
                found[each.slot].append(each)
        return found

    return refusing(fetch, levels, lambda key: (key.window,))

"""Questions whose answers are rows of some dimension: by reason, method, country, resource, bin.

A key names parts of a merchant's time. Each part is a slot of the statement, whose windows the database adds up,
however they lie: all hours from 9 to 10 of a month are one part. Percentiles come out right that way too.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from resolvers.batches import levels_of
from resolvers.context import Store
from resolvers.exactness import refusing
from resolvers.periods import Window
from resolvers.ranges import RangeArrays, tile
from sql import Query

MAX_RESOURCES = 100


class SlotRow(Protocol):
    """A row that says which slot it is of."""

    @property
    def slot(self) -> int: ...


R = TypeVar("R", bound=SlotRow)


@dataclass(frozen=True, slots=True)
class PartsKey:
    """Parts of a merchant's time, each a set of disjoint windows."""

    merchant_id: str
    parts: tuple[tuple[Window, ...], ...]


def by_part(
    query: Query, family: str, row: type[R], **more: object
) -> Callable[[Store, list[PartsKey]], Awaitable[list[list[list[R]]]]]:
    """Return the batch function of a family's query: per key, the rows of each part; `more` is the same for all."""
    assert query.row is row
    levels = levels_of(family)

    async def fetch(store: Store, keys: list[PartsKey]) -> list[list[list[R]]]:
        arrays = RangeArrays()
        slot = 0
        for key in keys:
            for part in key.parts:
                for window in part:
                    arrays.append(slot, key.merchant_id, tile(window.start, window.end, levels))
                slot += 1
        found: list[list[R]] = [[] for _ in range(slot)]
        if arrays.slots:
            for each in await store.fetch(query, **arrays.arguments(), **more):
                found[each.slot].append(each)
        rest = iter(found)
        return [[next(rest) for _ in key.parts] for key in keys]

    return refusing(fetch, levels, lambda key: (window for part in key.parts for window in part))

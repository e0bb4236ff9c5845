"""One figure of one window: what an alert looks at."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import lru_cache

from resolvers.context import Context
from resolvers.metrics.asking import load_cells
from resolvers.metrics.cells import CellsKey
from resolvers.metrics.columns import Columns, Value, value_at
from resolvers.metrics.declaration import Metric
from resolvers.metrics.layout import Layout
from resolvers.metrics.question import Filter
from resolvers.metrics.registry import source_of
from resolvers.periods import Window


@dataclass(frozen=True, slots=True)
class Figure:
    """An exact figure, and of how much it is one: decided attempts of a success rate, latencies of a percentile."""

    value: Value
    count: int


def load_figure(
    context: Context, merchant_id: str, metric: Metric, given: Filter | None, window: Window
) -> Awaitable[Figure]:
    """Ask for a figure, as wholes stand at the window's end; the metric must have the filter's dimension."""
    families = source_of(metric, frozenset({given.dimension} if given else ()))
    assert families is not None, f"{metric.slug} has not {given}"
    held = Filter(metric.where[0], (metric.where[1],)) if metric.where else given
    loading = [
        load_cells(
            context.loaders,
            family,
            CellsKey(
                merchant_id=merchant_id,
                layout=layout_of(window),
                wanted=tuple(sorted({family.stored(column) for column in metric.columns()} & family.measures)),
                filtered_by=held.dimension if held else None,
                passing=held.values if held else (),
            ),
            None if window.end >= context.now else window.end,
        )
        for family in families
    ]
    events = next((family.events for family in families if family.events), None)

    async def loaded() -> Figure:
        found = await asyncio.gather(*loading)
        columns = Columns([grid for cells in found for grid in cells.grids.values()], 1, events)
        return Figure(value_at(metric, columns, 0), columns.linear(metric.weight)[0])

    return loaded()


@lru_cache(maxsize=1_024)
def layout_of(window: Window) -> Layout:
    """Return the layout of one window, the same for all that look at it."""
    return Layout(((window,),))

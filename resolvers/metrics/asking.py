"""Ask a family for cells: by its own statement, or, where it tells of wholes, by the loaders that others use too.

Payments and deliveries as wholes belong to the time when they were first decided, or first attempted, and stand as they
do at an instant; no aggregate can hold that. Their loaders answer window by window, each kind in one statement.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from resolvers.loaders import Loaders, WindowKey
from resolvers.metrics.cells import Cells, CellsKey, Grid
from resolvers.metrics.dimensions import Dimension
from resolvers.metrics.families import COHORTS, DELIVERIES, FAMILIES, NEW_PAYERS, RECOVERIES, Family
from resolvers.wholes import WholesKey
from sql.breakdowns import CohortTotals, DeliveryTotals

#: What one row of a window has of each dimension, and its measures.
Facts: TypeAlias = tuple[dict[Dimension, str], dict[str, int]]


def load_cells(loaders: Loaders, family: Family, key: CellsKey, at: datetime | None) -> Awaitable[Cells]:
    """Ask at once for cells; wholes stand as of an instant, None for now."""
    if family.name in FAMILIES:
        return loaders.cells_by_family[family.name].load(key)
    windows = [(n, each) for n, parts in enumerate(key.layout.places) for each in parts if each.start < each.end]
    facts, loading = _loading(loaders, family, [WholesKey(key.merchant_id, window, at) for _, window in windows])
    places = [place for place, _ in windows]

    async def loaded() -> Cells:
        found = await asyncio.gather(*loading)
        rows = ((place, fact) for place, told in zip(places, found, strict=True) for fact in facts(told))
        return _cells(key, rows)

    return loaded()


def _loading(
    loaders: Loaders, family: Family, keys: Sequence[WholesKey]
) -> tuple[Callable[[Any], Iterator[Facts]], list[Awaitable[Any]]]:
    if family in {COHORTS, RECOVERIES}:
        facts = _cohort if family is COHORTS else _recoveries
        return facts, [loaders.cohorts_by_window.load(key) for key in keys]
    if family is DELIVERIES:
        return _deliveries, [loaders.deliveries_by_window.load(key) for key in keys]
    assert family is NEW_PAYERS, family.name
    asked = [WindowKey(key.merchant_id, key.window) for key in keys]
    return _new_payers, [loaders.new_payers_by_window.load(key) for key in asked]


def _cohort(rows: Iterable[CohortTotals]) -> Iterator[Facts]:
    for row in rows:
        yield (
            {},
            {
                "payment_count": row.payment_count,
                "paid_count": row.settled_count,
                "retried_payment_count": row.retried_count,
                "retry_count": row.retry_count,
            },
        )


def _recoveries(rows: Iterable[CohortTotals]) -> Iterator[Facts]:
    for row in rows:
        if row.stopped_by is not None:
            measures = {
                "stopped_count": row.payment_count,
                "recovered_count": row.settled_count,
                "recovered_zat": row.revenue_zat,
            }
            yield {Dimension.FAILURE_CODE: row.stopped_by}, measures


def _deliveries(rows: Iterable[DeliveryTotals]) -> Iterator[Facts]:
    for row in rows:
        measures = {
            "delivery_delivered_count": row.delivered_count,
            "delivery_failed_count": row.failed_count,
            "delivery_pending_count": row.pending_count,
        }
        yield {Dimension.EVENT_TYPE: row.event_type, Dimension.ENDPOINT: row.endpoint}, measures


def _new_payers(count: int) -> Iterator[Facts]:
    yield {}, {"new_payer_count": count}


def _cells(key: CellsKey, rows: Iterable[tuple[int, Facts]]) -> Cells:
    """Put rows where the key wants them, as the statement of the other families does."""
    grids: dict[str | None, Grid] = {}
    for place, (values, measures) in rows:
        if key.filtered_by is not None and values[key.filtered_by] not in key.passing:
            continue
        value = values[key.divided_by] if key.divided_by is not None else None
        if key.kept is not None and value not in key.kept:
            value = None
        grid = grids.setdefault(value, Grid([], None, {name: [] for name in measures}))
        grid.places.append(place)
        for name, count in measures.items():
            grid.columns[name].append(count)
    return Cells(grids)

"""What the cells say to a question: which groups there are, and the columns of each metric in them."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from resolvers.metrics.asking import load_cells
from resolvers.metrics.cells import Cells, CellsKey
from resolvers.metrics.columns import Columns
from resolvers.metrics.declaration import Metric
from resolvers.metrics.dimensions import FEW
from resolvers.metrics.families import Family
from resolvers.metrics.layout import Layout
from resolvers.metrics.question import Filter, Question
from resolvers.metrics.schedule import TOTAL, total_only


@dataclass(frozen=True, slots=True)
class Share:
    """What one statement is asked about a question: a family, held to what its metrics are held to."""

    family: Family
    where: Filter | None

    def measures(self, metric: Metric) -> set[str]:
        """Return what of a metric's measures the family has."""
        return {self.family.stored(column) for column in metric.columns()} & self.family.measures


@dataclass(slots=True)
class Found:
    """The cells of a question. `top` are the values of its groups, the largest first; None where it has none."""

    question: Question
    cells: Mapping[Share, Cells]
    top: tuple[str, ...] | None = None
    value_count: int = 0
    _columns: dict[tuple[tuple[Share, ...], str], Columns] = field(default_factory=dict)

    def total(self, metric: Metric) -> Columns:
        """Return the columns of all that is counted."""
        return self._of(metric, "total", None)

    def group(self, metric: Metric, value: str) -> Columns:
        """Return the columns of one value."""
        return self._of(metric, f"={value}", (value,))

    def rest(self, metric: Metric) -> Columns:
        """Return the columns of all other values together."""
        shares = shares_of(self.question, metric)
        others = {value for share in shares for value in self.cells[share].grids} - set(self.top or ())
        return self._of(metric, "rest", tuple(others))

    @property
    def has_rest(self) -> bool:
        """Whether anything lies outside of the groups."""
        return any(set(cells.grids) - set(self.top or ()) for cells in self.cells.values())

    @property
    def as_of(self) -> list[datetime | None]:
        """Up to when each statement is complete."""
        return [cells.as_of for cells in self.cells.values()]

    @property
    def newest_event_at(self) -> datetime | None:
        """The time of the newest event that is counted."""
        return max((cells.newest_event_at for cells in self.cells.values() if cells.newest_event_at), default=None)

    def _of(self, metric: Metric, name: str, values: Sequence[str | None] | None) -> Columns:
        shares = shares_of(self.question, metric)
        key = (shares, name)
        if key not in self._columns:
            grids = [
                grid
                for share in shares
                for value, grid in self.cells[share].grids.items()
                if values is None or value in values
            ]
            size = len(self.question.sections.layout.places)
            events = next((share.family.events for share in shares if share.family.events), None)
            self._columns[key] = Columns(grids, size, events)
        return self._columns[key]


def shares_of(question: Question, metric: Metric) -> tuple[Share, ...]:
    """Return what is asked for a metric."""
    where = Filter(metric.where[0], (metric.where[1],)) if metric.where else None
    return tuple(Share(family, where) for family in question.asked.families(metric))


async def find(question: Question) -> Found:
    """Ask for all that a question is about.

    Where it is divided by a dimension of many values, and is about more than the range as a whole, the largest values
    are found first, so that only theirs come back for all places.
    """
    asked = question.asked
    layout = question.sections.layout
    if asked.divided_by is None:
        return Found(question, await _cells(question, asked.metrics, layout, ()))
    if asked.divided_by in FEW or len(layout.places) == 1:
        cells = await _cells(question, asked.metrics, layout, None)
        return Found(question, cells, *_largest(question, cells))
    cells = await _cells(question, asked.metrics[:1], total_only(question.span), None)
    top, count = _largest(question, cells)
    return Found(question, await _cells(question, asked.metrics, layout, top), top, count)


def _cells(
    question: Question, metrics: Sequence[Metric], layout: Layout, kept: tuple[str, ...] | None
) -> Awaitable[dict[Share, Cells]]:
    """Ask at once, before anything is awaited, so that the loads of all merchants fall into one batch."""
    asked = question.asked
    wanted: dict[Share, set[str]] = {}
    for metric in metrics:
        for share in shares_of(question, metric):
            wanted.setdefault(share, set()).update(share.measures(metric))
    loaders = question.scope.context.loaders
    merchant_id = question.scope.merchant.merchant_id
    at = None if question.scope.at >= question.scope.context.now else question.scope.at
    loading = []
    for share, names in wanted.items():
        held = asked.filter or share.where
        key = CellsKey(
            merchant_id=merchant_id,
            layout=layout,
            wanted=tuple(sorted(names)),
            divided_by=asked.divided_by,
            kept=kept,
            filtered_by=held.dimension if held else None,
            passing=held.values if held else (),
        )
        loading.append(load_cells(loaders, share.family, key, at))

    async def loaded() -> dict[Share, Cells]:
        return dict(zip(wanted, await asyncio.gather(*loading), strict=True))

    return loaded()


def _largest(question: Question, cells: Mapping[Share, Cells]) -> tuple[tuple[str, ...], int]:
    """Return the values that weigh most by the first metric, and how many it has in the range."""
    first = question.asked.metrics[0]
    [share] = shares_of(question, first)  # what several families make up together has no dimension
    own = {value: grid for value, grid in cells[share].grids.items() if value is not None}
    inside = {value: grid for value, grid in own.items() if TOTAL in grid.places}
    weights = {
        value: Columns([grid], max(grid.places) + 1, share.family.events).linear(first.weight)[TOTAL]
        for value, grid in inside.items()
    }
    others = {value for each in cells.values() for value in each.grids if value is not None} - set(weights)
    ordered = [*sorted(weights, key=lambda value: (-weights[value], value)), *sorted(others)]
    return tuple(ordered[: question.asked.limit]), len(inside)

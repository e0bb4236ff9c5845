"""The floor of a metrics question: SQL by hand for its very tiles and measures, on finished rollup rows.

It knows what one merchant is asked: which tables its tiles are in, which measures are told, what divides and filters
them. A place that is made of some tiles is one sum over them; places that follow each other at a step are rows of one
table. It gives rows; ours are read into the same cells.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

from sql.database import Connection
from sql.engine import AGGREGATES, Aggregate
from sql.engine.cells import BIN, COUNTED, DISTINCT
from tests.benchmarks.by_hand import relation_of

MANY_TILES = 60
SECONDS = {"15m": 900, "hour": 3_600, "day": 86_400, "week": 604_800}

#: Parameters that are null where nothing is divided or filtered.
DIVIDING = {"keys", "divided_by", "keeps_all", "filtered_by", "kept_keys", "kept", "passing_keys", "passing"}

#: A measure of a value, a place and a bin; None where it has none.
Cells = dict[tuple[str | None, int, int | None, str], int]


@dataclass
class Asked:
    """One key of a statement: what each measure is computed as, and the values that the text refers to."""

    aggregate: Aggregate
    relations: dict[str, str]
    params: dict[str, Any]
    arguments: list[object] = field(default_factory=list)

    def given(self, value: object, kind: str) -> str:
        """Return the placeholder of a value."""
        if value not in self.arguments:
            self.arguments.append(value)
        return f"${self.arguments.index(value) + 1}::{kind}"

    @property
    def dimension(self) -> str | None:
        """What it is divided by."""
        return self.params["divided_by"][0] if self.params["divided_by"] else None

    @property
    def value(self) -> str:
        """The expression of what rows are told by."""
        if self.dimension is None:
            return "NULL::text"
        told = f"{self.dimension}::text"
        if self.params["keeps_all"][0]:
            return told
        return f"CASE WHEN {told} = ANY ({self.given(self.params['kept'], 'text[]')}) THEN {told} END"

    @property
    def passing(self) -> str:
        """The condition that rows are held to."""
        if not self.params["filtered_by"] or self.params["filtered_by"][0] is None:
            return ""
        return f" AND {self.params['filtered_by'][0]}::text = ANY ({self.given(self.params['passing'], 'text[]')})"

    @property
    def is_one_row(self) -> bool:
        """Whether a bucket has at most one row for each value that is told."""
        told = {BIN, self.dimension if self.dimension and self.params["keeps_all"][0] else None}
        held = set(self.params["filtered_by"]) if len(self.params["passing"]) == 1 else set()
        return set(self.aggregate.dimensions) <= told | held

    @property
    def measures(self) -> list[str]:
        """The stored measures that are told, and what always is."""
        wanted = self.params["wanted"]
        names = COUNTED if self.aggregate.family in DISTINCT else {}
        stored = {name for name in self.aggregate.merges if names.get(name, name) in wanted}
        return [name for name in self.aggregate.merges if name in {*stored, "newest_event_at"}]

    def merged(self, names: dict[str, str] | None = None) -> str:
        """Return the measures as a select list."""
        return ", ".join(
            f"{self.aggregate.merges[name]}({name}) AS {(names or {}).get(name, name)}" for name in self.measures
        )


async def cells_by_hand(
    connection: Connection, family: str, params: dict[str, Any], continuous: bool
) -> list[tuple[str, list[object]]]:
    """Return the statements by hand, and their arguments."""
    assert {spot >> 20 for spot in params["spots"]} == {0}, "one merchant is asked one thing"
    aggregate = AGGREGATES[family]
    params = {name: [] if value is None and name in DIVIDING else value for name, value in params.items()}
    levels = [level for level in aggregate.levels if level in set(params["levels"])]
    relations = {level: await relation_of(connection, aggregate, level, continuous) for level in levels}
    found = []
    for write in _ways(aggregate, params):
        asked = Asked(aggregate, relations, params)
        found.append((write(asked), asked.arguments))
    return found


def _ways(aggregate: Aggregate, params: dict[str, Any]) -> Iterator[Any]:
    if aggregate.family in DISTINCT:
        yield from (lambda asked: _tile_by_tile(asked, "twice"), lambda asked: _tile_by_tile(asked, "distinct"))
    elif len(params["spots"]) <= MANY_TILES:
        yield _tile_by_tile
    else:
        yield from (lambda asked: _all_tiles(asked, ""), lambda asked: _all_tiles(asked, "OFFSET 0"))


def _tile_by_tile(asked: Asked, distinct: str = "") -> str:
    """Return a statement that names each tile: places that step on are read off, the others added up."""
    of_place: defaultdict[int, list[int]] = defaultdict(list)
    parts = []
    for number, spot in enumerate(asked.params["spots"]):
        if stride := abs(asked.params["steps"][number]):
            level = asked.params["levels"][number]
            alone = SECONDS.get(level) == stride and asked.is_one_row
            parts.append(_rows(asked, number) if alone else _added(asked, [number], distinct))
        else:
            of_place[spot].append(number)
    parts += [_added(asked, numbers, distinct) for numbers in of_place.values()]
    return "\nUNION ALL\n".join(f"({part})" for part in parts)


def _added(asked: Asked, numbers: list[int], distinct: str) -> str:
    rows = "\nUNION ALL\n".join(_rows(asked, number) for number in numbers)
    if not distinct:
        bins = f", {BIN}" if BIN in asked.aggregate.dimensions else ""
        return f"SELECT place, value{bins}, {asked.merged()} FROM ({rows}) AS parts GROUP BY place, value{bins}"
    if distinct == "distinct":
        count = f"count(DISTINCT payer) AS unique_payer_count, {asked.merged(COUNTED)}"
        return f"SELECT place, value, {count} FROM ({rows}) AS parts GROUP BY place, value"
    each = f"SELECT place, value, payer, {asked.merged()} FROM ({rows}) AS parts GROUP BY place, value, payer"
    return (
        f"SELECT place, value, count(*) AS unique_payer_count, {asked.merged(COUNTED)} "
        f"FROM ({each}) AS each GROUP BY place, value"
    )


def _rows(asked: Asked, number: int) -> str:
    """Return rows of one tile, as they are stored."""
    params, aggregate = asked.params, asked.aggregate
    level, stride, place = params["levels"][number], abs(params["steps"][number]), params["spots"][number]
    low, high = (asked.given(params[name][number], "timestamptz") for name in ("los", "his"))
    merchant = asked.given(params["merchant_ids"][number], "text")
    at = "occurred_at" if level == "raw" else "bucket"
    spot = f"{place} + floor(extract(epoch FROM {at} - {low}) / {stride})::integer" if stride else f"{place}"
    within = f"merchant_id = {merchant} AND {at} >= {low} AND {at} < {high}"
    extra = [name for name in (BIN, DISTINCT.get(aggregate.family)) if name in aggregate.dimensions]
    columns = ", ".join(filter(None, (f"{asked.value} AS value", *extra, *asked.measures)))
    if level != "raw":
        return f"SELECT {spot} AS place, {columns} FROM {asked.relations[level]} WHERE {within}{asked.passing}"
    events = f"(SELECT *, {spot} AS place FROM {aggregate.source} WHERE {within})"
    return (
        f"SELECT place, {columns} FROM (\n{aggregate.over(events, 'place AS place')}\n) AS events "
        f"WHERE true{asked.passing}"
    )


def _all_tiles(asked: Asked, fence: str) -> str:
    """Return a statement that takes the tiles as arrays, one scan for each level that they are of."""
    params, aggregate = asked.params, asked.aggregate
    columns = ", ".join((*aggregate.dimensions, *asked.measures))
    tiles = ", ".join(
        asked.given(params[name], kind)
        for name, kind in (
            ("spots", "bigint[]"),
            ("levels", "text[]"),
            ("los", "timestamptz[]"),
            ("his", "timestamptz[]"),
        )
    )
    merchant = asked.given(params["merchant_ids"][0], "text")

    def leg(what: str, relation: str, at: str, level: str) -> str:
        return (
            f"SELECT t.place, r.* FROM unnest({tiles}) AS t (place, level, lo, hi) CROSS JOIN LATERAL (SELECT {what} "
            f"FROM {relation} WHERE merchant_id = {merchant} AND {at} >= t.lo AND {at} < t.hi {fence}) AS r "
            f"WHERE t.level = '{level}'"
        )

    legs = [leg(columns, relation, "bucket", level) for level, relation in asked.relations.items()]
    if "raw" in params["levels"]:
        low, high = (asked.given(params[name], "timestamptz") for name in ("raw_from", "raw_until"))
        source = f"(SELECT * FROM {aggregate.source} WHERE occurred_at >= {low} AND occurred_at < {high}) AS near"
        events = leg("*", source, "occurred_at", "raw")
        legs.append(f"SELECT place, {columns} FROM (\n{aggregate.over(f'({events})', 'place AS place')}\n) AS events")
    union = "\nUNION ALL\n".join(legs)
    return f"SELECT place, {asked.value} AS value, {asked.merged()} FROM (\n{union}\n) AS parts GROUP BY 1, 2"


def cells_of_rows(rows: list[asyncpg.Record]) -> Cells:
    """Read rows by hand."""
    found: Cells = {}
    for row in rows:
        told = dict(row)
        place, value, number = told.pop("place"), told.pop("value"), told.pop(BIN, None)
        del told["newest_event_at"]
        found |= {(value, place, number, name): int(each) for name, each in told.items() if each is not None}
    return found


def cells_of_json(rows: list[asyncpg.Record]) -> Cells:
    """Read rows of ours."""
    found: Cells = {}
    for row in rows:
        told = orjson.loads(row["cells"])
        places = told.pop("places", [])
        bins = told.pop("bins", None) or [None] * len(places)
        for name, column in told.items():
            for place, number, each in zip(places, bins, column or (), strict=False):
                if each is not None:
                    found[row["value"], place, number, name] = int(each)
    return found

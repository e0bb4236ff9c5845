"""The floor of a range question: SQL by hand for its very tiles, on finished rollup rows: no view, no tail, no check.

It knows which levels its tiles are of and reads these tables alone; edges that no bucket tiles are read from the events
with the aggregate's own SELECT, since no other way gives the same answer.
"""

import re
from collections.abc import Collection

from sql import Query
from sql.database import Connection
from sql.engine import AGGREGATES, Aggregate, over
from sql.engine.rollup import table

#: A range function, asked of merchants or of all of them; its last parameters enclose the raw tiles.
CALL = re.compile(r"(\w+)_(over|of_all)\([^)]*(\$\d+), (\$\d+)\)")
MATERIALIZED = """
SELECT format('%I.%I', materialization_hypertable_schema, materialization_hypertable_name)
FROM timescaledb_information.continuous_aggregates
WHERE view_name = $1
"""


def is_range_question(query: Query) -> bool:
    """Whether the query asks range functions, for which there is a floor."""
    return CALL.search(query.text) is not None


async def floors(connection: Connection, query: Query, levels: Collection[str], continuous: bool) -> list[str]:
    """Return the statements by hand for a query whose tiles are of these levels: the planner's way, and row by row."""
    found = []
    for fence in ("", "OFFSET 0"):
        text = query.text
        for call in CALL.finditer(query.text):
            aggregate = AGGREGATES[call[1]]
            relations = {
                level: await relation_of(connection, aggregate, level, continuous)
                for level in aggregate.levels
                if level in levels
            }
            select = _select(aggregate, relations, "raw" in levels, fence, call)
            text = text.replace(call[0], f"(\n{select}\n)", 1)
        found.append(_aliased(text))
    return found


def _select(aggregate: Aggregate, relations: dict[str, str], raw: bool, fence: str, call: re.Match[str]) -> str:
    of_all, raw_from, raw_until = call[2] == "of_all", call[3], call[4]
    dimensions = ("merchant_id", *aggregate.dimensions) if of_all else aggregate.dimensions
    columns = ", ".join((*dimensions, *aggregate.merges))
    keys = ", ".join(("slot", *dimensions))
    tiles = TILES_OF_ALL if of_all else TILES
    whose = "" if of_all else "b.merchant_id = t.merchant_id AND "
    legs = [
        f"SELECT t.slot, {', '.join(f'r.{c}' for c in (*dimensions, *aggregate.merges))} "
        f"FROM {tiles} CROSS JOIN LATERAL (SELECT {columns} FROM {relation} AS b "
        f"WHERE {whose}b.bucket >= t.lo AND b.bucket < t.hi {fence}) AS r "
        f"WHERE t.level = '{level}'"
        for level, relation in relations.items()
    ]
    if raw:
        events = over.events_of_raw_tiles(aggregate.source, by_merchant=not (of_all or aggregate.of_all))
        leg = over.event_leg(aggregate, events.replace("FROM tiles AS t", f"FROM {tiles}"), by_merchant=not of_all)
        legs.append(leg.replace("raw_from", raw_from).replace("raw_until", raw_until))
    union = "\nUNION ALL\n".join(legs)
    # PostgreSQL wants to be told of all that it is given, also where there are no raw tiles.
    known = f"WHERE true OR {raw_from}::timestamptz < {raw_until}::timestamptz"
    return f"SELECT {keys}, {aggregate.merged()} FROM (\n{union}\n) AS parts {known} GROUP BY {keys}"


TILES = (
    "unnest($1::integer[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[]) "
    "AS t (slot, merchant_id, level, lo, hi)"
)
TILES_OF_ALL = "unnest($1::integer[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS t (slot, level, lo, hi)"


async def relation_of(connection: Connection, aggregate: Aggregate, level: str, continuous: bool) -> str:
    """The table of a level's finished rows."""
    if not continuous:
        return table(aggregate, level)
    return str(await connection.fetchval(MATERIALIZED, aggregate.relation(level)))


def _aliased(text: str) -> str:
    """A sub-select in FROM needs a name where the function had none."""
    return re.sub(r"\n\)(?! AS)", "\n) AS found_by_hand", text)

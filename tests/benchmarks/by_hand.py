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

CALL = re.compile(r"(\w+)_over\(\$1, \$2, \$3, \$4, \$5\)")
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
        for family in CALL.findall(text):
            aggregate = AGGREGATES[family]
            relations = {
                level: await _relation(connection, aggregate, level, continuous)
                for level in aggregate.levels
                if level in levels
            }
            call = re.search(rf"{family}_over\([^)]*(\$\d+), (\$\d+)\)", text)
            assert call is not None, query.name
            text = text.replace(call[0], f"(\n{_select(aggregate, relations, fence, *call.groups())}\n)", 1)
        found.append(_aliased(text))
    return found


def _select(aggregate: Aggregate, relations: dict[str, str], fence: str, raw_from: str, raw_until: str) -> str:
    columns = ", ".join((*aggregate.dimensions, *aggregate.merges))
    keys = ", ".join(("slot", *aggregate.dimensions))
    legs = [
        f"SELECT t.slot, {', '.join(f'r.{c}' for c in (*aggregate.dimensions, *aggregate.merges))} "
        f"FROM {TILES} CROSS JOIN LATERAL (SELECT {columns} FROM {relation} AS b "
        f"WHERE b.merchant_id = t.merchant_id AND b.bucket >= t.lo AND b.bucket < t.hi {fence}) AS r "
        f"WHERE t.level = '{level}'"
        for level, relation in relations.items()
    ]
    events = over.events_of_raw_tiles(aggregate.source).replace("FROM tiles AS t", f"FROM {TILES}")
    legs.append(over.event_leg(aggregate, events.replace("raw_from", raw_from).replace("raw_until", raw_until)))
    union = "\nUNION ALL\n".join(legs)
    return f"SELECT {keys}, {aggregate.merged()} FROM (\n{union}\n) AS parts GROUP BY {keys}"


TILES = (
    "unnest($1::integer[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[]) "
    "AS t (slot, merchant_id, level, lo, hi)"
)


async def _relation(connection: Connection, aggregate: Aggregate, level: str, continuous: bool) -> str:
    if not continuous:
        return table(aggregate, level)
    return str(await connection.fetchval(MATERIALIZED, aggregate.relation(level)))


def _aliased(text: str) -> str:
    """A sub-select in FROM needs a name where the function had none."""
    return re.sub(r"\n\)(?! AS)", "\n) AS found_by_hand", text)

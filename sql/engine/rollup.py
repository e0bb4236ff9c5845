"""Aggregates on plain PostgreSQL: a rollup table per level, fed by what arrived, and an exact view over it.

Writers put each event into its stream and into the stream's tail, in one transaction. A refresh merges the tail
into the rollups and deletes it from the tail, in one transaction with one snapshot. Whatever moment a reader
sees, an event is in the rollups or in the tail, never in both: there is no watermark that could be wrong,
nobody waits for a slow writer, and a dump holds all of it.
"""

import asyncpg

from sql.engine import cells, over
from sql.engine.aggregate import Aggregate


def table(aggregate: Aggregate, level: str) -> str:
    """The table that holds a level's merged rows."""
    return f"{aggregate.relation(level)}_rollup"


def key(aggregate: Aggregate) -> str:
    """The key of its tables, and the order in which many rows are written: what a merchant asks for lies together."""
    return ", ".join(("merchant_id", "bucket", *aggregate.dimensions))


async def install(connection: asyncpg.Connection, aggregate: Aggregate) -> None:
    """Create tables, views and the range function of one family, with what its stream has already."""
    tail = f"{aggregate.source}_tail"
    for level in aggregate.levels:
        name = table(aggregate, level)
        await connection.execute(f"CREATE TABLE {name} AS {aggregate.at(level)} WITH NO DATA")
        await connection.execute(f"ALTER TABLE {name} ADD PRIMARY KEY ({key(aggregate)}), SET (fillfactor = 85)")
        await connection.execute(_view(aggregate, level, name, tail))
    await fill(connection, aggregate)
    await install_ranges(connection, aggregate)


async def fill(connection: asyncpg.Connection, aggregate: Aggregate) -> None:
    """Put into new rollups what their stream has already; what is in the tail will be merged."""
    await connection.execute(f"LOCK TABLE {aggregate.source}_refresh IN EXCLUSIVE MODE")
    merged = (
        f"(SELECT * FROM {aggregate.source} AS e WHERE NOT EXISTS (SELECT FROM {aggregate.source}_tail AS t "
        "WHERE t.merchant_id = e.merchant_id AND t.occurred_at = e.occurred_at AND t.event_id = e.event_id))"
    )
    columns = ", ".join(aggregate.columns)
    for level in aggregate.levels:
        name = table(aggregate, level)
        if level == aggregate.base:
            rows = aggregate.at(level, merged)
        else:
            rows = aggregate.rolled_up(level, table(aggregate, aggregate.parent(level)))
        await connection.execute(
            f"INSERT INTO {name} ({columns}) SELECT {columns} FROM (\n{rows}\n) AS found ORDER BY {key(aggregate)}"
        )


async def install_ranges(connection: asyncpg.Connection, aggregate: Aggregate, *, of_all: bool = False) -> None:
    """Create the range function of one family; `of_all`, the one that is asked of all merchants at once."""
    by_merchant = not (of_all or aggregate.of_all)
    tail = f"{aggregate.source}_tail"
    levels = aggregate.levels if of_all else aggregate.tiled
    legs = [over.stored_leg(aggregate, level, table(aggregate, level), by_merchant=not of_all) for level in levels]
    events = over.events_of_both(
        over.events_of_tail(tail, by_merchant=by_merchant),
        over.events_of_raw_tiles(aggregate.source, by_merchant=by_merchant),
    )
    legs.append(over.event_leg(aggregate, events, by_merchant=not of_all))
    types = await column_types(connection, table(aggregate, aggregate.base))
    checked = await connection.fetchval(over.CHECKED)
    if of_all:
        for level in aggregate.levels:
            await connection.execute(
                f"CREATE INDEX IF NOT EXISTS {table(aggregate, level)}_bucket ON {table(aggregate, level)} (bucket)"
            )
    await connection.execute(over.create(aggregate, types, legs, checked=checked, by_merchant=not of_all))


async def install_cells(connection: asyncpg.Connection, aggregate: Aggregate) -> None:
    """Create the functions of one family that the metrics query asks."""
    stored = {level: table(aggregate, level) for level in aggregate.tiled}
    events = over.events_of_both(
        cells.events_of_tail(f"{aggregate.source}_tail"), cells.events_of_raw_tiles(aggregate.source)
    )
    for told in aggregate.told:
        await connection.execute(cells.create(told, stored, events))


def _view(aggregate: Aggregate, level: str, name: str, tail: str) -> str:
    columns = ", ".join(aggregate.columns)
    positions = ", ".join(str(n + 1) for n in range(len(aggregate.keys)))
    return (
        f"CREATE VIEW {aggregate.relation(level)} AS\nSELECT {', '.join(aggregate.keys)},\n    {aggregate.merged()}\n"
        f"FROM (\n    SELECT {columns} FROM {name}\n    UNION ALL\n{aggregate.at(level, tail)}\n) AS parts\n"
        f"GROUP BY {positions}"
    )


async def column_types(connection: asyncpg.Connection, relation: str) -> dict[str, str]:
    """Return each column's type as PostgreSQL writes it."""
    rows = await connection.fetch(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
        "WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped",
        relation,
    )
    return {str(name): str(kind) for name, kind in rows}


def merge_statement(aggregate: Aggregate) -> str:
    """Return the statement that merges a stream's tail into every level of a family, reading the tail once."""
    parts = [f"WITH delta AS MATERIALIZED (\n{aggregate.at(aggregate.base, aggregate.source + '_tail')}\n)"]
    for level in aggregate.levels:
        rows = "SELECT * FROM delta" if level == aggregate.base else aggregate.rolled_up(level, "delta")
        parts.append(f"{level_name(level)} AS (\n{upsert(aggregate, level, rows)}\n    RETURNING 1\n)")
    counted = f"SELECT count(*) FROM {level_name(aggregate.base)}"
    return ",\n".join(parts) + f"\n{counted}"


def level_name(level: str) -> str:
    """A level as a name inside a statement."""
    return f"level_{level}"


def upsert(aggregate: Aggregate, level: str, rows: str) -> str:
    """Return INSERT ... ON CONFLICT that merges rows into a level: in key order, so that none can deadlock."""
    name = table(aggregate, level)
    merged = {
        "sum": "{t}.{c} + EXCLUDED.{c}",
        "min": "least({t}.{c}, EXCLUDED.{c})",
        "max": "greatest({t}.{c}, EXCLUDED.{c})",
    }
    updates = ",\n        ".join(f"{c} = " + merged[how].format(t=name, c=c) for c, how in aggregate.merges.items())
    columns = ", ".join(aggregate.columns)
    return (
        f"INSERT INTO {name} ({columns})\nSELECT {columns} FROM (\n{rows}\n) AS arrived ORDER BY {key(aggregate)}\n"
        f"ON CONFLICT ({key(aggregate)}) DO UPDATE SET\n        {updates}"
    )

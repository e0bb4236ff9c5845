"""Aggregates on TimescaleDB: continuous aggregates, each level over the one below, with real-time aggregation on.

The range function does not read the real-time views: joined with many tiles they are planned badly. It does what
they do, once for all tiles: what is materialised comes from the materialisation, the rest from the events.
"""

import asyncpg

from sql.engine import cells, over
from sql.engine.aggregate import Aggregate
from sql.engine.rollup import column_types


async def install(connection: asyncpg.Connection, aggregate: Aggregate) -> None:
    """Create the continuous aggregates and the range function of one family."""
    for level in aggregate.levels:
        view = aggregate.relation(level)
        if level == aggregate.base:
            select = aggregate.text
        else:
            select = aggregate.rolled_up(level, aggregate.relation(aggregate.parent(level)))
        # Real-time aggregation has been off by default since 2.13.
        await connection.execute(
            f"CREATE MATERIALIZED VIEW {view} WITH (timescaledb.continuous, timescaledb.materialized_only = false, "
            f"timescaledb.create_group_indexes = false) AS\n{select}\nWITH NO DATA"
        )
        key = ", ".join(("merchant_id", "bucket", *aggregate.dimensions))
        await connection.execute(f"CREATE INDEX ON {view} ({key})")
    await install_ranges(connection, aggregate)


async def install_ranges(connection: asyncpg.Connection, aggregate: Aggregate, *, of_all: bool = False) -> None:
    """Create the range function of one family; `of_all`, the one that is asked of all merchants at once."""
    borders, legs, watermarks = ["WHEN 'raw' THEN lo"], [], []
    for level in aggregate.levels if of_all else aggregate.tiled:
        relation, watermark = await _materialisation(connection, aggregate, level)
        watermarks.append(watermark)
        borders.append(f"WHEN '{level}' THEN greatest(lo, (SELECT {watermark}))")
        until = "least(t.hi, t.fresh_from)"
        legs.append(over.stored_leg(aggregate, level, relation, until=until, by_merchant=not of_all))
    by_merchant = not (of_all or aggregate.of_all)
    since = _fresh_from(watermarks)
    fresh = over.events_of_tiles(aggregate.source, "t.fresh_from < t.hi", since=since, by_merchant=by_merchant)
    legs.append(over.event_leg(aggregate, fresh, by_merchant=not of_all))
    types = await column_types(connection, aggregate.relation(aggregate.base))
    columns = f"t.*, CASE level {' '.join(borders)} END AS fresh_from"
    checked = await connection.fetchval(over.CHECKED)
    await connection.execute(
        over.create(aggregate, types, legs, tile_columns=columns, checked=checked, by_merchant=not of_all)
    )


async def install_cells(connection: asyncpg.Connection, aggregate: Aggregate) -> None:
    """Create the functions of one family that the metrics query asks."""
    borders, stored, watermarks = ["WHEN 'raw' THEN lo"], {}, []
    for level in aggregate.tiled:
        stored[level], watermark = await _materialisation(connection, aggregate, level)
        watermarks.append(watermark)
        borders.append(f"WHEN '{level}' THEN greatest(lo, (SELECT {watermark}))")
    fresh = cells.events_of_tiles(aggregate.source, "t.fresh_from < t.hi", since=_fresh_from(watermarks))
    fresh_from = f"CASE level {' '.join(borders)} END AS fresh_from"
    until, columns = "least(t.hi, t.fresh_from)", f"{cells.TILE_COLUMNS}, {fresh_from}"
    for told in aggregate.told:
        await connection.execute(cells.create(told, stored, fresh, until=until, tile_columns=columns))


def _fresh_from(watermarks: list[str]) -> str:
    """Return where a tile's fresh events begin, and before which none of any tile lies: chunks there stay closed."""
    return f"t.fresh_from AND e.occurred_at >= least(raw_from, {', '.join(watermarks)})"


async def _materialisation(connection: asyncpg.Connection, aggregate: Aggregate, level: str) -> tuple[str, str]:
    """Return the table of what a level has materialised, and the expression of the instant up to which it goes."""
    [(number, schema, name)] = await connection.fetch(
        "SELECT h.id, h.schema_name, h.table_name FROM _timescaledb_catalog.continuous_agg AS c "
        "JOIN _timescaledb_catalog.hypertable AS h ON h.id = c.mat_hypertable_id "
        "WHERE c.user_view_schema = 'z402' AND c.user_view_name = $1",
        aggregate.relation(level),
    )
    watermark = f"_timescaledb_functions.to_timestamp(_timescaledb_functions.cagg_watermark({number}))"
    return f"{schema}.{name}", f"coalesce({watermark}, '-infinity')"

"""Aggregates on TimescaleDB: continuous aggregates, each level over the one below, with real-time aggregation on."""

import asyncpg

from sql.engine import over
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
        await connection.execute(
            f"CREATE INDEX ON {view} ({', '.join(('merchant_id', 'bucket', *aggregate.dimensions))})"
        )
    legs = [_leg(aggregate, level) for level in aggregate.levels]
    legs.append(over.event_leg(aggregate, aggregate.source, "t.level = 'raw'"))
    types = await column_types(connection, aggregate.relation(aggregate.base))
    await connection.execute(over.create(aggregate, types, legs))


def _leg(aggregate: Aggregate, level: str) -> str:
    """Read a level through its real-time view, one tile at a time: only then are its conditions pushed down."""
    columns = ", ".join((*aggregate.dimensions, *aggregate.merges))
    return (
        f"    SELECT t.slot, {columns}\n    FROM tiles AS t\n    CROSS JOIN LATERAL (\n"
        f"        SELECT {columns} FROM {aggregate.relation(level)} AS r\n"
        f"        WHERE r.merchant_id = t.merchant_id AND r.bucket >= t.lo AND r.bucket < t.hi OFFSET 0\n"
        f"    ) AS stored\n"
        f"    WHERE t.level = '{level}'"
    )

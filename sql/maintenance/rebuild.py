"""Recompute a range of aggregates from the raw events, beside writers and readers."""

from collections.abc import Iterable
from datetime import datetime

from sql.database import Connection, Database
from sql.engine import AGGREGATES, Aggregate, detect, rollup
from sql.engine.aggregate import WIDTHS
from sql.maintenance.refresh import refresh_levels


class RangeGone(Exception):
    """The raw events of the range are no longer all kept, so it cannot be computed again."""


async def rebuild(database: Database, lo: datetime, hi: datetime, families: Iterable[str] = tuple(AGGREGATES)) -> None:
    """Recompute every bucket that [lo, hi) touches, at every level.

    Raises RangeGone when raw events of these buckets are gone: what they added up to is kept instead.
    """
    async with database.maintenance() as connection:
        engine = await detect(connection)
        for aggregate in (AGGREGATES[family] for family in families):
            start, end = await _whole_buckets(connection, aggregate.base, lo, hi)
            if await connection.fetchval("SELECT raw_kept_from > $1 FROM installation", start):
                raise RangeGone(f"raw events before {start:%Y-%m-%d %H:%M} UTC are gone; a later begin can be rebuilt")
            if engine.continuous:
                # Another one at work is waited for, as on rollups: to pass would leave the range as it was.
                while not await refresh_levels(connection, aggregate, start, end, force=True, patient=True):
                    pass
                continue
            async with connection.transaction():
                await connection.execute(f"LOCK TABLE {aggregate.source}_refresh IN EXCLUSIVE MODE")
                await rebuild_slice(connection, aggregate, start, end, None)


async def rebuild_slice(
    connection: Connection, aggregate: Aggregate, lo: datetime, hi: datetime, merchant_id: str | None
) -> None:
    """Recompute the rollup rows of whole base buckets [lo, hi), of one merchant or all.

    The caller holds the stream's refresh lock. Events still in the tail are left out: they will be merged.
    Coarser levels are built from the finer one, which is kept for ever.
    """
    for level in aggregate.levels:
        start, end = await _whole_buckets(connection, level, lo, hi)
        table = rollup.table(aggregate, level)
        await connection.execute(
            f"DELETE FROM {table} WHERE bucket >= $1 AND bucket < $2 AND ($3::text IS NULL OR merchant_id = $3)",
            start,
            end,
            merchant_id,
        )
        if level == aggregate.base:
            rows = aggregate.over(_merged_events(aggregate), f"time_bucket('{WIDTHS[level]}', occurred_at) AS bucket")
        else:
            finer = rollup.table(aggregate, aggregate.parent(level))
            rows = aggregate.rolled_up(
                level,
                f"(SELECT * FROM {finer} WHERE bucket >= $1 AND bucket < $2 "
                f"AND ($3::text IS NULL OR merchant_id = $3)) AS finer",
            )
        columns, key = ", ".join(aggregate.columns), rollup.key(aggregate)
        await connection.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM ({rows}) AS rebuilt ORDER BY {key}",
            start,
            end,
            merchant_id,
        )


def _merged_events(aggregate: Aggregate) -> str:
    return (
        f"(SELECT * FROM {aggregate.source} AS e WHERE e.occurred_at >= $1 AND e.occurred_at < $2 "
        f"AND ($3::text IS NULL OR e.merchant_id = $3) AND NOT EXISTS (SELECT FROM {aggregate.source}_tail AS t "
        f"WHERE t.merchant_id = e.merchant_id AND t.occurred_at = e.occurred_at AND t.event_id = e.event_id))"
    )


async def _whole_buckets(connection: Connection, level: str, lo: datetime, hi: datetime) -> tuple[datetime, datetime]:
    width = WIDTHS[level]
    [(start, end)] = await connection.fetch(
        f"SELECT time_bucket('{width}', $1::timestamptz), "
        f"time_bucket('{width}', $2::timestamptz - interval '1 microsecond') + interval '{width}'",
        lo,
        hi,
    )
    return start, end

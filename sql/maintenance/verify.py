"""Recompute aggregates from the raw events and tell every difference."""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg

from sql.database import Database
from sql.engine import AGGREGATES, Aggregate, detect
from sql.engine.aggregate import WIDTHS

SLICES = {"15m": timedelta(days=28), "hour": timedelta(days=28), "day": timedelta(days=28), "week": timedelta(days=28)}
SHOWN = 100  # differences of one slice


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of an aggregate that is not what the raw events say; measures are as text, in column order.

    ``stored`` or ``recounted`` is None where the row exists on the other side only. ``pending`` tells that late
    events of the range are known and about to be refreshed.
    """

    relation: str
    bucket: datetime
    key: tuple[str, ...]
    stored: tuple[str | None, ...] | None
    recounted: tuple[str | None, ...] | None
    pending: bool


async def verify(
    database: Database,
    families: Iterable[str] = tuple(AGGREGATES),
    lo: datetime | None = None,
    hi: datetime | None = None,
) -> AsyncGenerator[Difference, None]:
    """Yield every difference between the views and a recount of the raw events whose buckets begin in [lo, hi).

    Each slice is compared in one snapshot, so writers may go on.
    """
    async with database.maintenance() as connection:
        continuous = (await detect(connection)).continuous
        for aggregate in (AGGREGATES[family] for family in families):
            first, last = await _extent(connection, aggregate)
            if first is None or last is None:
                continue
            start, end = max(first, lo) if lo else first, min(last, hi) if hi else last
            for level in aggregate.levels:
                for since, until in await _slices(connection, level, start, end):
                    for difference in await _compare(connection, aggregate, level, since, until, continuous):
                        yield difference


async def _extent(connection: asyncpg.Connection, aggregate: Aggregate) -> tuple[datetime | None, datetime | None]:
    [(first, last)] = await connection.fetch(
        f"SELECT greatest(least((SELECT min(occurred_at) FROM {aggregate.source}), "
        f"(SELECT min(bucket) FROM {aggregate.relation(aggregate.base)})), "
        "(SELECT nullif(raw_kept_from, '-infinity') FROM installation)), "
        f"greatest((SELECT max(occurred_at) FROM {aggregate.source}), "
        f"(SELECT max(bucket) FROM {aggregate.relation(aggregate.base)})) + interval '1 microsecond'"
    )
    return first, last


async def _slices(
    connection: asyncpg.Connection, level: str, lo: datetime, hi: datetime
) -> list[tuple[datetime, datetime]]:
    """Cut [lo, hi) at bucket boundaries of the level; a first bucket whose raw events are partly gone is left out."""
    step = "1 month" if level == "month" else f"{SLICES[level].days} days"
    width = WIDTHS[level]
    rows = await connection.fetch(
        f"""
        SELECT at, least(at + interval '{step}', time_bucket('{width}', $2::timestamptz) + interval '{width}')
        FROM installation, generate_series(
            CASE WHEN time_bucket('{width}', $1::timestamptz) >= raw_kept_from
                THEN time_bucket('{width}', $1::timestamptz)
                ELSE time_bucket('{width}', $1::timestamptz) + interval '{width}'
            END, $2::timestamptz, interval '{step}') AS at
        """,
        lo,
        hi,
    )
    return [(row[0], row[1]) for row in rows]


async def _compare(
    connection: asyncpg.Connection, aggregate: Aggregate, level: str, lo: datetime, hi: datetime, continuous: bool
) -> list[Difference]:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        rows = await connection.fetch(_comparison(aggregate, level), lo, hi)
        hints = []
        if rows and continuous:
            hints = await connection.fetch(
                f"SELECT time_bucket('{WIDTHS[level]}', lo), hi FROM refresh_hints "
                "WHERE stream = $1::text::event_stream",
                aggregate.source,
            )
    return [
        Difference(
            relation=aggregate.relation(level),
            bucket=row["bucket"].astimezone(UTC),
            key=tuple(row["key"]),
            stored=tuple(row["stored"]) if row["is_stored"] else None,
            recounted=tuple(row["recounted"]) if row["is_recounted"] else None,
            pending=any(since <= row["bucket"] <= until for since, until in hints),
        )
        for row in rows
    ]


def _comparison(aggregate: Aggregate, level: str) -> str:
    keys = ", ".join(aggregate.keys)
    key_text = ", ".join(f"{name}::text" for name in aggregate.keys[1:])
    raw = aggregate.at(level, f"(SELECT * FROM {aggregate.source} WHERE occurred_at >= $1 AND occurred_at < $2)")
    stored = ", ".join(f"v.{name}::text" for name in aggregate.merges)
    recounted = stored.replace("v.", "r.")
    differs = " OR ".join(f"v.{name} IS DISTINCT FROM r.{name}" for name in aggregate.merges)
    return f"""
WITH v AS (SELECT * FROM {aggregate.relation(level)} WHERE bucket >= $1 AND bucket < $2),
r AS ({raw})
SELECT bucket, ARRAY[{key_text}] AS key,
    v.{next(iter(aggregate.merges))} IS NOT NULL AS is_stored, ARRAY[{stored}] AS stored,
    r.{next(iter(aggregate.merges))} IS NOT NULL AS is_recounted, ARRAY[{recounted}] AS recounted
FROM v FULL JOIN r USING ({keys})
WHERE {differs}
ORDER BY bucket, key
LIMIT {SHOWN}
"""

"""Bring every level of every aggregate up to date; the cost follows what changed, never the size of the history."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from sql.database import Database
from sql.engine import AGGREGATES, Aggregate, detect, rollup
from sql.engine.aggregate import WIDTHS
from sql.maintenance.telling import Tell, untold

RETRIES = 5
PATIENCE_MS = 2000
# A refresh lost in a crash is done again: its mark that it was done is lost with it, since WAL keeps its order.
# TimescaleDB commits each invalidated range on its own, and would wait for the disk each time.
UNHURRIED = "SET synchronous_commit = off"
STREAMS = tuple(dict.fromkeys(aggregate.source for aggregate in AGGREGATES.values()))
# The how-manieth a family is where all streams are refreshed.
PLACES = {
    aggregate.family: place
    for place, aggregate in enumerate(sorted(AGGREGATES.values(), key=lambda each: STREAMS.index(each.source)), 1)
}


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh of one family did: base rows touched (unknown on TimescaleDB) and seconds taken."""

    family: str
    rows: int | None
    seconds: float


async def refresh(database: Database, streams: Iterable[str] = STREAMS, tell: Tell = untold) -> list[Refreshed]:
    """Refresh all families of the streams; one refresher at a time, others wait for it or pass.

    `tell` is told of each family that is done; those of a stream with nothing new are passed over.
    Raises StoreUnavailable when the database is away.
    """
    async with database.maintenance() as connection:
        await connection.execute(UNHURRIED)
        engine = await detect(connection)
        done: list[Refreshed] = []
        for stream in streams:
            families = [aggregate for aggregate in AGGREGATES.values() if aggregate.source == stream]
            if engine.continuous:
                done += await _refresh_continuous(connection, families, tell)
            else:
                done += await _merge_tail(connection, stream, families, tell)
        return done


async def _merge_tail(
    connection: asyncpg.Connection, stream: str, families: Sequence[Aggregate], tell: Tell
) -> list[Refreshed]:
    """Merge a stream's tail into all its rollups, and take it from the tail, in one snapshot.

    A tail row that a correction or a forgotten payer changes meanwhile fails the snapshot: then once more.
    """
    for attempt in range(RETRIES):
        try:
            async with connection.transaction(isolation="repeatable_read"):
                # No snapshot is taken before the lock is had, so what an earlier refresher merged is seen.
                await connection.execute(f"LOCK TABLE {stream}_refresh IN EXCLUSIVE MODE")
                if not await connection.fetchval(f"SELECT EXISTS (SELECT FROM {stream}_tail)"):
                    return []
                done = [await _merge(connection, aggregate, tell) for aggregate in families]
                await connection.execute(f"DELETE FROM {stream}_tail")
                return done
        except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
            if attempt == RETRIES - 1:
                raise
    return []


async def _merge(connection: asyncpg.Connection, aggregate: Aggregate, tell: Tell) -> Refreshed:
    started = time.monotonic()
    rows = await connection.fetchval(rollup.merge_statement(aggregate))
    await tell(PLACES[aggregate.family], len(PLACES))
    return Refreshed(aggregate.family, int(rows), time.monotonic() - started)


async def _refresh_continuous(
    connection: asyncpg.Connection, families: Sequence[Aggregate], tell: Tell
) -> list[Refreshed]:
    done = []
    for aggregate in families:
        started = time.monotonic()
        if await refresh_levels(connection, aggregate, None, None):
            done.append(Refreshed(aggregate.family, None, time.monotonic() - started))
        await tell(PLACES[aggregate.family], len(PLACES))
    return done


async def refresh_hinted(database: Database) -> int:
    """Refresh the ranges that late events fell into; return how many hints were served.

    A hint is seen only with its events, so a refresh that begins after it was read includes them.
    """
    async with database.maintenance() as connection:
        if not (await detect(connection)).continuous:
            return 0
        await connection.execute(UNHURRIED)
        hints = await connection.fetch("SELECT hint_id, stream::text, lo, hi FROM refresh_hints ORDER BY lo")
        for stream in dict.fromkeys(hint["stream"] for hint in hints):
            served = [hint for hint in hints if hint["stream"] == stream]
            lo, hi = served[0]["lo"], max(hint["hi"] for hint in served) + timedelta(microseconds=1)
            families = [aggregate for aggregate in AGGREGATES.values() if aggregate.source == stream]
            if all([await refresh_levels(connection, aggregate, lo, hi, patient=True) for aggregate in families]):
                ids = [hint["hint_id"] for hint in served]
                await connection.execute("DELETE FROM refresh_hints WHERE hint_id = ANY ($1::bigint[])", ids)
        return len(hints)


async def refresh_levels(
    connection: asyncpg.Connection,
    aggregate: Aggregate,
    lo: datetime | None,
    hi: datetime | None,
    *,
    force: bool = False,
    patient: bool = False,
) -> bool:
    """Refresh a continuous aggregate's levels over [lo, hi), parent first; False when another refresher is at it.

    A patient caller waits a moment for the other one: late ranges would else lose to the minute's refresh each time.
    """
    # The lock is the session's: a refresh cannot run in a transaction.
    if not await _lock(connection, f"z402 {aggregate.family}", patient):
        return False
    try:
        for level in aggregate.levels:
            # TimescaleDB 2.29 notes only the first month where late days of two months are refreshed at once.
            late_months = level == "month" and lo is not None
            await _refresh_window(connection, aggregate, level, lo, hi, force or late_months)
    finally:
        await connection.execute("SELECT pg_advisory_unlock(hashtext($1))", f"z402 {aggregate.family}")
    return True


async def _lock(connection: asyncpg.Connection, name: str, patient: bool) -> bool:
    if not patient:
        return bool(await connection.fetchval("SELECT pg_try_advisory_lock(hashtext($1))", name))
    await connection.execute(f"SET lock_timeout = {PATIENCE_MS}")
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext($1))", name)
    except asyncpg.LockNotAvailableError:
        return False
    finally:
        await connection.execute("SET lock_timeout = 0")
    return True


async def _refresh_window(
    connection: asyncpg.Connection,
    aggregate: Aggregate,
    level: str,
    lo: datetime | None,
    hi: datetime | None,
    force: bool,
) -> None:
    """Refresh one level over the whole buckets that [lo, hi) touches, within what may be refreshed.

    Never past the last finished bucket: an open end moves the watermark past now and hides events to come.
    Never before raw retention: that would wipe what the gone events added up to. A coarser level is built from a finer
    one, which is kept for ever: of it, the bucket that holds the border (a week) is refreshed as well.
    """
    whole = level == aggregate.base
    [(start, end)] = await connection.fetch(_WINDOW.format(width=WIDTHS[level]), lo, hi, whole)
    if start is None or start < end:
        await connection.execute(
            "CALL public.refresh_continuous_aggregate("
            "$1::text::regclass, $2::timestamptz, $3::timestamptz, $4::boolean)",
            f"z402.{aggregate.relation(level)}",
            start,
            end,
            force,
        )


_WINDOW = """
SELECT
    CASE
        WHEN raw_kept_from = '-infinity' THEN time_bucket('{width}', $1::timestamptz)
        ELSE greatest(
            time_bucket('{width}', $1::timestamptz),
            CASE
                WHEN $3 THEN time_bucket('{width}', raw_kept_from - interval '1 microsecond') + interval '{width}'
                ELSE time_bucket('{width}', raw_kept_from)
            END
        )
    END,
    least(
        time_bucket('{width}', now()),
        time_bucket('{width}', $2::timestamptz - interval '1 microsecond') + interval '{width}'
    )
FROM installation
"""

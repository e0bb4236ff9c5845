"""Let go of raw events whose time is over: never before the aggregates hold them, to the row.

What is gone is gone in whole UTC months on both engines, and `installation.raw_kept_from` says from when on raw events
are all there: no refresh, rebuild or check goes before it, since what was added up could not be added up again, and no
event is taken from before it. Where nothing was there to be dropped it stays: history may still be imported then.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg

from sql.database import Database
from sql.engine import AGGREGATES, Engine, detect
from sql.maintenance.refresh import STREAMS, refresh, refresh_hinted
from sql.maintenance.telling import Tell, untold
from sql.maintenance.verify import verify

#: An import judges its events when it begins: none is let go that one which has lasted for two days may still send.
SLACK = timedelta(days=2)
ALL_STREAMS = (*STREAMS, "payer_sightings")
#: For a transaction that writes or takes back old events: the border, read after it, stays where it is to its end.
HOLD_BORDER = "SELECT pg_advisory_xact_lock_shared(hashtext('z402 border'))"


class NotComplete(Exception):
    """The aggregates do not hold what would be let go; nothing was dropped."""


@dataclass(frozen=True, slots=True)
class Expired:
    """A transaction in which events before `kept_from` are gone, and how many partitions or chunks that were."""

    connection: asyncpg.Connection
    kept_from: datetime
    dropped: int


def kept_from(now: datetime, months: int) -> datetime:
    """Return from when on raw events are kept: the first of a UTC month, so many months ago or a little more."""
    at = now.astimezone(UTC) - SLACK
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return datetime(max(year, 1970), month + 1 if year >= 1970 else 1, 1, tzinfo=UTC)


@asynccontextmanager
async def expire(database: Database, until: datetime, tell: Tell = untold) -> AsyncIterator[Expired]:
    """Drop raw events before the first of a month; committed at the end of the block, together with what is in it.

    Raises NotComplete where an aggregate differs from the raw events that would go, and TimeoutError or
    LockNotAvailableError where readers hold the tables: then it is to be tried again. `tell` is told of each family
    that was recounted, which takes the longest.
    """
    async with database.maintenance() as connection:
        engine = await detect(connection)
        gone_already = await connection.fetchval("SELECT raw_kept_from >= $1 FROM installation", until)
        if not gone_already:
            await _complete(database, until, tell)
        async with connection.transaction():
            # A drop waits for readers, and whoever comes meanwhile waits for the drop: not for long.
            await connection.execute("SET LOCAL lock_timeout = '5s'")
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext('z402 border'))")
            await _nothing_waits(connection, engine, until)
            await connection.execute(_MOVE_BORDER, until)
            dropped = [await _drop(connection, engine, stream, until) for stream in ALL_STREAMS]
            yield Expired(connection, until, sum(dropped))


_NOT_GONE = " OR ".join(
    f"EXISTS (SELECT FROM {stream} WHERE occurred_at < $1 AND occurred_at >= raw_kept_from)" for stream in ALL_STREAMS
)
_MOVE_BORDER = f"UPDATE installation SET raw_kept_from = $1 WHERE raw_kept_from < $1 AND ({_NOT_GONE})"


async def _complete(database: Database, until: datetime, tell: Tell) -> None:
    """Bring the aggregates up to date and recount what would go."""
    await refresh(database)
    await refresh_hinted(database)
    for number, family in enumerate(AGGREGATES, 1):
        async with aclosing(verify(database, [family], hi=until)) as found:
            async for difference in found:
                row = " ".join((difference.relation, f"{difference.bucket:%Y-%m-%d %H:%M}", *difference.key))
                raise NotComplete(f"{row} differs from the raw events; see `verify`")
        await tell(number, len(AGGREGATES))


async def _nothing_waits(connection: asyncpg.Connection, engine: Engine, until: datetime) -> None:
    """Raise NotComplete where events before an instant are in no aggregate; on rollups, keep refreshers out."""
    if not engine.continuous:
        for stream in STREAMS:
            await connection.execute(f"LOCK TABLE {stream}_refresh IN EXCLUSIVE MODE")
            if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {stream}_tail WHERE occurred_at < $1)", until):
                raise NotComplete(f"events of {stream} before the border wait to be merged")
        return
    if await connection.fetchval("SELECT EXISTS (SELECT FROM refresh_hints WHERE lo < $1)", until):
        raise NotComplete("late events before the border wait to be refreshed")
    for aggregate in AGGREGATES.values():
        # What a view gives beyond its watermark comes from the raw events themselves.
        beyond = f"(SELECT * FROM {aggregate.source} WHERE occurred_at < $2 AND occurred_at >= ({_WATERMARK}))"
        levels = [aggregate.relation(level) for level in aggregate.levels]
        if await connection.fetchval(f"SELECT EXISTS ({aggregate.at(aggregate.base, beyond)})", levels, until):
            raise NotComplete(f"{aggregate.family} is not materialised up to the border")


_WATERMARK = """
SELECT min(_timescaledb_functions.to_timestamp(_timescaledb_functions.cagg_watermark(h.id)))
FROM _timescaledb_catalog.continuous_agg AS c
JOIN _timescaledb_catalog.hypertable AS h ON h.id = c.mat_hypertable_id
WHERE c.user_view_schema = 'z402' AND c.user_view_name = ANY ($1::text[])
"""


async def _drop(connection: asyncpg.Connection, engine: Engine, stream: str, until: datetime) -> int:
    """Drop what lies wholly before an instant; on TimescaleDB the chunk that holds it stays until its time comes."""
    if "hypertables" in engine.traits:
        dropped = await connection.fetch(
            "SELECT public.drop_chunks($1::text::regclass, older_than => $2::timestamptz)", f"z402.{stream}", until
        )
        return len(dropped)
    partitions = await connection.fetch(_PARTITIONS, f"z402.{stream}", f"{stream}_{until:%Y_%m}")
    for partition in partitions:
        await connection.execute(f"DROP TABLE z402.{partition['name']}")
    return len(partitions)


# Partitions are named by their month, so that they sort by it.
_PARTITIONS = """
SELECT c.relname AS name
FROM pg_inherits AS i
JOIN pg_class AS c ON c.oid = i.inhrelid
WHERE i.inhparent = $1::text::regclass AND c.relname < $2
ORDER BY c.relname
"""

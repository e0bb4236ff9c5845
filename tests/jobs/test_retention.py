"""Raw events go in whole months, once every aggregate holds them; what they added up to stays."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.ingest.forget import forget_payer
from jobs import expiry, ledger, partitions
from jobs.context import GiveUp, JobContext, Run
from jobs.contract import JobName
from sql import Database, Q
from sql.engine import Engine
from sql.maintenance import RangeGone, rebuild, refresh, refresh_hinted, verify
from sql.maintenance.retention import NotComplete, expire, kept_from
from tests.factories import WireEvent, settled, sighting, webhook
from tests.gateway.ingest.conftest import create_merchants
from tests.jobs.conftest import context_of, runs
from tests.jobs.test_kill import write

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
BORDER = datetime(2026, 5, 1, tzinfo=UTC)  # of six months


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def run_of(context: JobContext, job: JobName, window_end: datetime) -> Run:
    """A run that was begun, as a worker would."""
    start, lane = window_end - timedelta(days=1), window_end.isoformat()
    run_id = await ledger.request(context.database, job, start, window_end, subject=lane)
    queue = await ledger.queue(context.database, 9, timedelta(minutes=1))
    [queued] = [each for each in queue if each.run_id == run_id]
    run = await ledger.begin(context.database, queued.run_id, queued.token, "test", timedelta(minutes=1))
    assert run is not None
    return run


def history() -> list[WireEvent]:
    days = [utc("2026-01-15") + timedelta(days=9 * n, hours=n) for n in range(30)]
    return [
        event
        for n, at in enumerate(days)
        for event in (
            settled(f"p{n}", at, 1000 + n, payer=f"t{n % 4}", latency_ms=n * 10, merchant="shop"),
            webhook(f"d{n}", at, merchant="shop", latency_ms=5),
            sighting(f"t{n % 4}", at, merchant="shop"),
        )
    ]


async def totals(database: Database) -> list[tuple[object, ...]]:
    """What a level of each kind holds."""
    async with database.acquire() as connection:
        rows = [
            *await connection.fetch("SELECT 'm', bucket, settled_count, revenue_zat FROM revenue_month ORDER BY 2"),
            *await connection.fetch("SELECT 'w', bucket, settled_count, revenue_zat FROM revenue_week ORDER BY 2"),
            *await connection.fetch("SELECT 'p', bucket, payer, revenue_zat FROM payers_day ORDER BY 2, 3"),
        ]
    return [tuple(row) for row in rows]


@pytest.fixture
async def kept(database: Database, tmp_path: Path) -> JobContext:
    await create_merchants(database, "shop")
    await write(database, *history())
    return context_of(database, tmp_path, Z402_RAW_RETENTION="6 months")


async def oldest(database: Database) -> datetime:
    async with database.acquire() as connection:
        found: datetime = await connection.fetchval("SELECT min(occurred_at) FROM payment_events")
    return found


async def test_old_months_go_and_their_sums_stay(kept: JobContext, engine: Engine) -> None:
    database = kept.database
    await refresh(database)
    before = await totals(database)
    dropped = await expiry.drop_old_events(kept, await run_of(kept, JobName.DROP_OLD_EVENTS, NOW))
    assert dropped > 0
    # On TimescaleDB the chunk that holds the border stays until all of it is old.
    assert BORDER - timedelta(days=7 if engine is not Engine.POSTGRESQL else 0) <= await oldest(database)
    assert await totals(database) == before
    for level_of_care in (refresh, refresh_hinted):
        await level_of_care(database)
    assert await totals(database) == before
    assert [found async for found in verify(database)] == []
    with pytest.raises(RangeGone):
        await rebuild(database, BORDER - timedelta(days=1), BORDER)
    [ended] = await runs(database)
    assert (ended["state"], ended["rows"]) == ("done", dropped)
    again = await run_of(kept, JobName.DROP_OLD_EVENTS, NOW + timedelta(days=1))
    assert await expiry.drop_old_events(kept, again) == 0


async def test_a_late_event_after_the_border_is_added_up_beside_what_is_gone(kept: JobContext) -> None:
    database = kept.database
    await expiry.drop_old_events(kept, await run_of(kept, JobName.DROP_OLD_EVENTS, NOW))
    before = await totals(database)
    late = BORDER + timedelta(hours=5)  # a Friday: its week began in April
    await write(database, settled("late", late, 7, payer="t9", merchant="shop"))
    await refresh(database)
    await refresh_hinted(database)
    assert [found async for found in verify(database)] == []
    after = await totals(database)
    changed = [
        (old, new) for old, new in zip(before, [row for row in after if row[2] != "t9"], strict=False) if old != new
    ]
    assert all(new[2] - old[2] == 1 and new[3] - old[3] == 7 for old, new in changed)  # type: ignore[operator]
    assert {old[0] for old, _ in changed} == {"m", "w"}


async def test_nothing_goes_that_an_aggregate_does_not_hold(kept: JobContext, engine: Engine) -> None:
    database = kept.database
    await refresh(database)
    await refresh_hinted(database)
    table = "revenue_month_rollup"
    async with database.acquire() as connection:
        if engine.continuous:
            table = await connection.fetchval(
                "SELECT format('%I.%I', h.schema_name, h.table_name) FROM _timescaledb_catalog.continuous_agg c "
                "JOIN _timescaledb_catalog.hypertable h ON h.id = c.mat_hypertable_id "
                "WHERE c.user_view_name = 'revenue_month'"
            )
        await connection.execute(f"UPDATE {table} SET settled_count = settled_count + 1")
    with pytest.raises(NotComplete, match=r"revenue_month 2026-01-01 00:00 shop differs"):
        await expiry.drop_old_events(kept, await run_of(kept, JobName.DROP_OLD_EVENTS, NOW))
    assert await oldest(database) < BORDER


async def test_what_has_not_been_refreshed_is_refreshed_first(kept: JobContext) -> None:
    before = await totals(kept.database)
    assert await expiry.drop_old_events(kept, await run_of(kept, JobName.DROP_OLD_EVENTS, NOW)) > 0
    assert await totals(kept.database) == before


async def test_a_drop_that_is_cut_short_drops_nothing(kept: JobContext) -> None:
    with pytest.raises(GiveUp):
        async with expire(kept.database, BORDER):
            raise GiveUp("in the midst of it")
    assert await oldest(kept.database) == utc("2026-01-15")


async def test_forever_keeps_everything(kept: JobContext, tmp_path: Path) -> None:
    context = context_of(kept.database, tmp_path, Z402_RAW_RETENTION="forever")
    assert await expiry.drop_old_events(context, await run_of(context, JobName.DROP_OLD_EVENTS, NOW)) == 0
    assert await oldest(kept.database) == utc("2026-01-15")


@pytest.mark.parametrize(
    ("now", "months", "border"),
    [
        ("2026-11-20T03:00", 13, "2025-10-01"),
        ("2026-11-02T03:00", 13, "2025-09-01"),  # an import that began in October may still send its first day
        ("2026-11-03T03:00", 13, "2025-10-01"),
        ("2026-03-31T03:00", 1, "2026-02-01"),
        ("2026-01-15T03:00", 1, "2025-12-01"),
        ("2026-01-15T03:00", 9999, "1970-01-01"),
    ],
)
def test_the_border_is_the_first_of_a_month(now: str, months: int, border: str) -> None:
    assert kept_from(utc(now), months) == utc(border)


async def test_partitions_are_there_ahead_of_time(kept: JobContext, engine: Engine) -> None:
    made = await partitions.ensure_partitions(kept, await run_of(kept, JobName.ENSURE_PARTITIONS, utc("2030-01-20")))
    assert made == (15 if engine is Engine.POSTGRESQL else 0)  # three months of five streams
    again = await run_of(kept, JobName.ENSURE_PARTITIONS, utc("2030-01-21"))
    assert await partitions.ensure_partitions(kept, again) == 0


@pytest.mark.plain
async def test_several_at_once_make_each_partition_once(kept: JobContext) -> None:
    database = Database(kept.database.url, pool_size=8)
    try:
        for month in range(1, 9):
            at = datetime(2031, month, 1, tzinfo=UTC)

            async def ensure(at: datetime = at) -> int:
                [row] = await database.fetch(Q.ensure_partitions, since=at, until=at)
                return int(row.row_count)

            assert sum(await asyncio.gather(*(ensure() for _ in range(8)))) == 5
    finally:
        await database.close()


@pytest.mark.timescale
async def test_old_chunks_are_kept_by_column_and_still_take_events(kept: JobContext) -> None:
    database = kept.database
    await refresh(database)
    before = await totals(database)
    chunks = await partitions.compress_old_events(kept, await run_of(kept, JobName.COMPRESS_OLD_EVENTS, NOW))
    assert chunks > 20
    again = await run_of(kept, JobName.COMPRESS_OLD_EVENTS, NOW + timedelta(hours=1))
    assert await partitions.compress_old_events(kept, again) == 0
    assert [found async for found in verify(database)] == []
    assert await totals(database) == before
    await write(database, settled("late", utc("2026-02-03"), 7, payer="t9", merchant="shop"))
    await refresh_hinted(database)
    assert [found async for found in verify(database)] == []
    assert len(await totals(database)) > len(before)
    forgotten = await forget_payer(database, "shop", "t1")
    assert forgotten.events == {"payment_events": 8, "resource_accesses": 0, "payer_sightings": 8}
    assert [found async for found in verify(database) if not found.pending] == []


async def test_old_rows_of_the_ledger_go_and_unfinished_ones_stay(kept: JobContext) -> None:
    async with kept.database.acquire() as connection:
        await connection.execute(
            """
            INSERT INTO job_runs (job, subject, window_start, window_end, due_at, state, max_attempts, finished_at)
            SELECT 'refresh_aggregates', state || ended, at - length, at, at, state, 1, ended
            FROM unnest(ARRAY['done', 'dead', 'skipped', 'failed', 'waiting']) AS state,
                unnest(ARRAY[$1::timestamptz - interval '4 days', $1 - interval '2 days']) AS at,
                unnest(ARRAY[interval '1 minute', interval '1 hour']) AS length,
                unnest(ARRAY[$1 - interval '4 days', $1 - interval '1 hour']) AS ended
            """,
            NOW,
        )
    # Of the old ones of a minute, the three that are over since long; those of an hour are kept longer.
    assert await expiry.forget_old_runs(kept, await run_of(kept, JobName.FORGET_OLD_RUNS, NOW)) == 3

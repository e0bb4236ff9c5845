"""`kill -9` of a worker in each job, in each phase of it, and another worker after it: one effect per window."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs import ledger
from jobs.contract import JobName
from sql import Database
from sql.engine import Engine
from sql.maintenance import refresh, verify
from tests.factories import WireEvent, settled
from tests.gateway.ingest.conftest import create_merchants, event_of
from tests.jobs.conftest import runs
from tests.jobs.killing import NEVER, Case, kill_worker, rows_of, work

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Before the begin, after it, and so on to the end; where there are many statements, so many of them.
POINTS = 4

Prepare = Callable[[Database, int], Awaitable[None]]
Check = Callable[[Database, int], Awaitable[None]]
Windows = Callable[[int], tuple[datetime, datetime]]


def window(number: int) -> tuple[datetime, datetime]:
    """The window of a case: each has its own."""
    end = datetime(2026, 10, 1, tzinfo=UTC) + number * DAY
    return end - DAY, end


@pytest.fixture
async def case(database: Database, database_url: str, redis_url: str, tmp_path: Path) -> Case:
    await create_merchants(database, "shop")
    return Case(database_url, redis_url, tmp_path, JobName.WARM_CACHE, NEVER)


async def kill_in_each_phase(
    case: Case,
    database: Database,
    prepare: Prepare,
    check: Check,
    *,
    counting: bool = False,
    merchant_id: str = "",
    window: Windows = window,
    thorough: bool = True,
) -> None:
    """Let a worker do two windows undisturbed, then die in each phase of others, each done by another after it.

    Where it is not `thorough`: once it has begun, in the midst of it, and at its end.
    """

    async def one(number: int, dies_at: int) -> bool:
        await prepare(database, number)
        await ledger.request(database, case.job, *window(number), merchant_id=merchant_id, max_attempts=99)
        killed = await kill_worker(replace(case, dies_at=dies_at), counting=counting)
        if killed:
            await work(case, rows_of(case.job, counting=counting))
        await check(database, number)
        return killed

    assert not await one(0, NEVER)
    assert not await one(1, NEVER)  # what the first one finds is not what the others do
    steps = int(case.counted.read_text())
    assert steps >= 3, "begin, complete and the end at least"
    points = [1, steps // 2, steps - 2]
    if thorough:
        evenly = (round(n * (steps - 1) / (POINTS - 1)) for n in range(POINTS))
        points = sorted({*range(2), *evenly, steps - 2, steps - 1})
    killed = [await one(number, point) for number, point in enumerate(points, start=2)]
    assert sum(killed) >= len(points) - 2  # a heartbeat more or less moves the last points
    taken_over = await runs(database, "attempt > 1")
    assert len(taken_over) >= 1
    assert {row["state"] for row in await runs(database)} == {"done"}


async def write(database: Database, *events: WireEvent) -> None:
    from gateway.ingest.write import EventWriter

    outcomes = await EventWriter(database).write([event_of(event) for event in events])
    assert {str(outcome) for outcome in outcomes} == {"accepted"}


async def nothing(_: Database, __: int) -> None:
    return


async def test_an_effect_that_is_not_the_same_twice_happens_once(case: Case, database: Database) -> None:
    async with database.acquire() as connection:
        await connection.execute("CREATE TABLE z402.effects (window_end timestamptz)")

    async def once(database: Database, number: int) -> None:
        async with database.acquire() as connection:
            found = await connection.fetchval("SELECT count(*) FROM effects WHERE window_end = $1", window(number)[1])
        assert found == 1

    await kill_in_each_phase(case, database, nothing, once, counting=True)


async def test_refreshing_aggregates(case: Case, database: Database) -> None:
    async def events(database: Database, number: int) -> None:
        at = datetime(2026, 9, 1, tzinfo=UTC) + number * HOUR
        await write(database, *(settled(f"p{number}-{n}", at, 100 + n, payer="t1") for n in range(5)))

    async def true(database: Database, number: int) -> None:
        assert [found async for found in verify(database) if not found.pending] == []
        async with database.acquire() as connection:
            assert await connection.fetchval("SELECT sum(settled_count) FROM revenue_month") == 5 * (number + 1)

    await kill_in_each_phase(replace(case, job=JobName.REFRESH_AGGREGATES), database, events, true)


async def test_late_ranges(case: Case, database: Database, engine: Engine) -> None:
    await write(database, settled("old", datetime(2026, 8, 1, tzinfo=UTC), 1))
    await refresh(database)

    async def late(database: Database, number: int) -> None:
        await write(database, settled(f"p{number}", datetime(2026, 9, 1, tzinfo=UTC) + number * DAY, 100))

    async def seen(database: Database, number: int) -> None:
        assert [found async for found in verify(database)] == []
        if engine.continuous:
            async with database.acquire() as connection:
                assert await connection.fetchval("SELECT count(*) FROM refresh_hints") == 0

    await kill_in_each_phase(replace(case, job=JobName.REFRESH_LATE_RANGES), database, late, seen)


@pytest.mark.parametrize("job", [JobName.CLOSE_HOUR, JobName.CLOSE_DAY])
async def test_closing(case: Case, database: Database, job: JobName) -> None:
    async def events(database: Database, number: int) -> None:
        await write(database, settled(f"p{number}", window(number)[0] + timedelta(minutes=3), 500 + number))

    async def closed_once(database: Database, number: int) -> None:
        async with database.acquire() as connection:
            [row] = await connection.fetch("SELECT * FROM closings WHERE window_end = $1", window(number)[1])
        if job is JobName.CLOSE_HOUR:
            assert row["statistics"]["revenueZat"] == str(500 + number)
        else:
            told = row["statistics"]["trends"]["total"]["revenue"]["current"]["zatoshi"]
            assert told == str(500 + number)

    merchant_id = "shop" if job is JobName.CLOSE_DAY else ""
    await kill_in_each_phase(replace(case, job=job), database, events, closed_once, merchant_id=merchant_id)


@pytest.mark.parametrize(
    "job", [JobName.WARM_CACHE, JobName.ENSURE_PARTITIONS, JobName.COMPRESS_OLD_EVENTS, JobName.FORGET_OLD_RUNS]
)
async def test_what_is_the_same_when_it_happens_again(case: Case, database: Database, job: JobName) -> None:
    async def events(database: Database, number: int) -> None:
        await write(database, settled(f"p{number}", datetime(2026, 6, 1, tzinfo=UTC) + number * 7 * DAY, 100))

    async def all_there(database: Database, number: int) -> None:
        assert [found async for found in verify(database)] == []
        async with database.acquire() as connection:
            assert await connection.fetchval("SELECT count(*) FROM payment_events") == number + 1

    await kill_in_each_phase(replace(case, job=job), database, events, all_there)


async def test_dropping_old_events(case: Case, database: Database) -> None:
    def month(number: int) -> datetime:
        return datetime(2025 + number // 12, 1 + number % 12, 1, tzinfo=UTC)

    def window(number: int) -> tuple[datetime, datetime]:
        end = month(number + 14) + 4 * DAY  # thirteen months are kept: the case's own month is to go
        return end - DAY, end

    async def events(database: Database, number: int) -> None:
        await write(database, settled(f"p{number}", month(number) + DAY, 100))

    async def gone_and_added_up(database: Database, number: int) -> None:
        assert [found async for found in verify(database)] == []
        async with database.acquire() as connection:
            assert await connection.fetchval("SELECT raw_kept_from FROM installation") == month(number + 1)
            assert await connection.fetchval("SELECT sum(settled_count) FROM revenue_month") == number + 1
            # On TimescaleDB the chunk that holds the border stays until all of it is old.
            before = month(number + 1) - 7 * DAY
            assert await connection.fetchval("SELECT count(*) FROM payment_events WHERE occurred_at < $1", before) == 0

    case = replace(case, job=JobName.DROP_OLD_EVENTS)
    await kill_in_each_phase(case, database, events, gone_and_added_up, window=window, thorough=False)


async def test_sweeping_exports(case: Case, database: Database) -> None:
    folder = case.data_dir / "exports"
    folder.mkdir()

    async def files(database: Database, number: int) -> None:
        for name in (f"{number:032x}.1.csv", f"left-over-{number}"):
            (folder / name).write_text("x")
            os.utime(folder / name, (0, 0))
        async with database.acquire() as connection:
            await connection.execute(
                """
                INSERT INTO export_requests (
                    export_id, merchant_id, format, spec, requested_by, requested_at, state, stored_as, expires_at,
                    link_key
                )
                VALUES ($1, 'shop', 'csv', '{}', 'a test', now(), 'done', $1 || '.1.csv', now(), sha256('x'))
                """,
                f"{number:032x}",
            )

    async def nothing_left(database: Database, number: int) -> None:
        assert list(folder.iterdir()) == []
        async with database.acquire() as connection:
            left = await connection.fetch("SELECT DISTINCT state, stored_as FROM export_requests")
        assert [tuple(row) for row in left] == [("expired", None)]

    case = replace(case, job=JobName.SWEEP_EXPORTS)
    await kill_in_each_phase(case, database, files, nothing_left, thorough=False)

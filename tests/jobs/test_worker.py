"""Workers at work: order, one effect, failures, hangs, lost leases, shutdown, a lost Redis, pauses."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

from jobs import ledger
from jobs.context import GiveUp, JobContext, Run
from jobs.contract import JobName
from jobs.ledger import RunLost
from jobs.runner import Runner, pause
from sql import Q
from tests.jobs.conftest import NOW, TERMS, Clock, Diary, all_in, hourly, mark, runs, states, until, working

HOUR = timedelta(hours=1)
NOON = NOW.replace(minute=0, second=0)


async def test_three_days_without_a_worker_are_made_up_in_order(context: JobContext, redis_url: str) -> None:
    diary = Diary()
    await mark(context.database, JobName.CLOSE_HOUR, NOON - 72 * HOUR)
    async with working(context, redis_url, [hourly(diary)]):
        await until(all_in(context.database, "done", count=72))
    assert diary.ends() == [NOON - n * HOUR for n in reversed(range(72))]
    begun = await runs(context.database)
    assert [row["window_end"] for row in begun] == diary.ends()
    assert all(row["attempt"] == 1 and row["rows"] == 1 for row in begun)


async def test_several_workers_give_one_effect_a_window(context: JobContext, redis_url: str) -> None:
    async def slowly(_: JobContext, __: Run) -> int:
        await asyncio.sleep(0.01)
        return 1

    diary = Diary(then=slowly)
    await mark(context.database, JobName.CLOSE_HOUR, NOON - 24 * HOUR)
    row = hourly(diary)
    async with AsyncExitStack() as workers:
        for _ in range(3):
            await workers.enter_async_context(working(context, redis_url, [row]))
        await until(all_in(context.database, "done", count=24))
    assert diary.ends() == [NOON - n * HOUR for n in reversed(range(24))]


async def test_a_failure_is_tried_again_and_then_told(context: JobContext, redis_url: str) -> None:
    async def fail(_: JobContext, run: Run) -> int:
        raise ValueError(f"attempt {run.attempt}")

    diary = Diary(then=fail)
    async with working(context, redis_url, [hourly(diary, attempts=2)]):
        await until(all_in(context.database, "failed"))
        async with context.database.acquire() as connection:
            assert await connection.fetchval("SELECT free_at > now() + interval '3 seconds' FROM job_runs")
            await connection.execute("UPDATE job_runs SET free_at = now()")
        await until(all_in(context.database, "dead"))
    [row] = await runs(context.database)
    assert (row["error"], row["attempt"]) == ("ValueError: attempt 2", 2)


async def test_what_cannot_be_done_is_not_tried_again(context: JobContext, redis_url: str) -> None:
    async def give_up(_: JobContext, __: Run) -> int:
        raise GiveUp("There is no merchant shop.")

    async with working(context, redis_url, [hourly(Diary(then=give_up))]):
        await until(all_in(context.database, "dead"))
    [row] = await runs(context.database)
    assert (row["error"], row["attempt"]) == ("There is no merchant shop.", 1)


async def test_a_job_that_hangs_is_ended(context: JobContext, redis_url: str) -> None:
    ended = asyncio.Event()

    async def hang(_: JobContext, __: Run) -> int:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()
        return 0

    row = hourly(Diary(then=hang), timeout=timedelta(seconds=0.3), attempts=1)
    async with working(context, redis_url, [row]):
        await until(all_in(context.database, "dead"))
    assert ended.is_set()
    [found] = await runs(context.database)
    assert found["error"] == "It took longer than 0.3 s."


async def test_a_long_run_keeps_its_lease(context: JobContext, redis_url: str) -> None:
    async def longer_than_a_lease(_: JobContext, __: Run) -> int:
        await asyncio.sleep(2.5 * TERMS.lease.total_seconds())
        return 1

    diary = Diary(then=longer_than_a_lease)
    row = hourly(diary)
    async with working(context, redis_url, [row]), working(context, redis_url, [row]):
        await until(all_in(context.database, "done"))
    assert len(diary.runs) == 1


async def test_who_was_only_asleep_adds_no_second_effect(context: JobContext) -> None:
    async with context.database.acquire() as connection:
        await connection.execute("CREATE TABLE effects (who text)")
    await ledger.request(context.database, JobName.CLOSE_HOUR, NOON - HOUR, NOON)
    [queued] = await ledger.queue(context.database, 9, timedelta(0))
    asleep = await ledger.begin(context.database, queued.run_id, queued.token, "asleep", timedelta(0))
    assert asleep is not None
    [again] = await ledger.queue(context.database, 9, timedelta(0))
    assert (again.lost_worker, again.token) == ("asleep", queued.token + 1)
    taken_over = await ledger.begin(context.database, again.run_id, again.token, "second", timedelta(seconds=9))
    assert taken_over is not None
    assert taken_over.attempt == 2
    for run, who in ((taken_over, "second"), (asleep, "asleep")):
        try:
            async with context.completing(run) as doing:
                await doing.connection.execute("INSERT INTO effects VALUES ($1)", who)
        except RunLost:
            assert who == "asleep"
    assert await ledger.fail(context.database, asleep, "late", timedelta(0), final=True) is None
    async with context.database.acquire() as connection:
        assert await connection.fetchval("SELECT string_agg(who, ' ') FROM effects") == "second"
    assert await states(context.database) == ["done"]


async def test_what_kills_each_worker_is_given_up(context: JobContext) -> None:
    await ledger.request(context.database, JobName.CLOSE_HOUR, NOON - HOUR, NOON, max_attempts=2)
    for attempt in (1, 2):
        assert await ledger.bury(context.database) == []
        [queued] = await ledger.queue(context.database, 9, timedelta(0))
        run = await ledger.begin(context.database, queued.run_id, queued.token, f"worker {attempt}", timedelta(0))
        assert run is not None
    [dead] = await ledger.bury(context.database)
    assert dead.error == "The worker worker 2 died, and this was attempt 2 of 2."
    assert await ledger.queue(context.database, 9, timedelta(0)) == []


async def test_a_dead_run_is_let_be_once_a_later_window_made_up_for_it(context: JobContext) -> None:
    async def fail_first(_: JobContext, run: Run) -> int:
        if run.window_end <= NOON:
            raise ValueError("no")
        return 1

    diary = Diary(then=fail_first)
    rows = [
        hourly(diary, job=JobName.CLOSE_HOUR),  # each of its windows matters
        hourly(diary, job=JobName.WARM_CACHE, makes_up=None),
        hourly(diary, job=JobName.MAKE_EXPORT, makes_up=None, when=None),
    ]
    runner = Runner(context, {row.job: row for row in rows})
    for end in (NOON, NOON + HOUR):
        for row in rows:
            await context.request(row.job, end - HOUR, end, max_attempts=1)
        for queued in await ledger.queue(context.database, 9, HOUR):
            await runner.run(JobName(queued.job), queued.run_id, queued.token)
    found = {(row["job"], row["window_end"]): (row["state"], row["error"]) for row in await runs(context.database)}
    assert found == {
        ("close_hour", NOON): ("dead", "ValueError: no"),
        ("warm_cache", NOON): ("skipped", "ValueError: no"),
        ("make_export", NOON): ("dead", "ValueError: no"),
        **{(row.job.value, NOON + HOUR): ("done", None) for row in rows},
    }


async def test_a_shutdown_finishes_what_it_can_and_hands_back_the_rest(context: JobContext, redis_url: str) -> None:
    begun = asyncio.Event()

    async def short_or_long(_: JobContext, run: Run) -> int:
        begun.set()
        await asyncio.sleep(0.3 if run.job is JobName.CLOSE_HOUR else 3600)
        return 1

    diary = Diary(then=short_or_long)
    schedule = [hourly(diary), hourly(diary, job=JobName.WARM_CACHE, timeout=2 * HOUR)]
    async with working(context, redis_url, schedule, terms=replace(TERMS, grace=timedelta(seconds=1))):
        await begun.wait()
        await until(all_in(context.database, "running", count=2))
    by_job = {row["job"]: row for row in await runs(context.database)}
    assert by_job["close_hour"]["state"] == "done"
    assert (by_job["warm_cache"]["state"], by_job["warm_cache"]["attempt"]) == ("waiting", 0)


async def test_a_paused_job_does_not_begin(context: JobContext, redis_url: str) -> None:
    diary, clock = Diary(), Clock()
    await context.database.execute(Q.pause_job, job=JobName.CLOSE_HOUR.value, paused_by="me")
    await ledger.request(context.database, JobName.CLOSE_HOUR, NOON - HOUR, NOON)
    async with working(context, redis_url, [hourly(diary)], clock):
        await asyncio.sleep(0.5)
        assert diary.runs == []
        await context.database.execute(Q.resume_job, job=JobName.CLOSE_HOUR.value)
        await until(all_in(context.database, "done"))
    assert diary.ends() == [NOON]


async def test_slow_jobs_leave_places_for_quick_ones(context: JobContext, redis_url: str) -> None:
    released = asyncio.Event()

    async def wait(_: JobContext, __: Run) -> int:
        await released.wait()
        return 1

    slow, quick = Diary(then=wait), Diary()
    for number in range(3):
        await ledger.request(context.database, JobName.DROP_OLD_EVENTS, NOON - HOUR, NOON, subject=f"s{number}")
    schedule = [hourly(slow, job=JobName.DROP_OLD_EVENTS, slow=True, when=None), hourly(quick)]
    terms = replace(TERMS, max_runs=3, max_slow=2)
    async with working(context, redis_url, schedule, terms=terms):
        await until(lambda: _counts(quick, 1, slow, 2))
        await asyncio.sleep(0.5)
        assert len(slow.runs) == 2
        released.set()
        await until(all_in(context.database, "done", count=4))
    assert sorted(str(run.subject) for run in slow.runs) == ["s0", "s1", "s2"]


async def _counts(quick: Diary, quick_count: int, slow: Diary, slow_count: int) -> bool:
    return (len(quick.runs), len(slow.runs)) == (quick_count, slow_count)


async def test_runs_of_one_lane_never_overlap(context: JobContext) -> None:
    for hours in range(3):
        await ledger.request(context.database, JobName.CLOSE_HOUR, NOON - (hours + 1) * HOUR, NOON - hours * HOUR)
    [first] = await ledger.queue(context.database, 9, timedelta(seconds=9))
    assert await ledger.queue(context.database, 9, timedelta(seconds=9)) == []
    run = await ledger.begin(context.database, first.run_id, first.token, "worker", timedelta(seconds=9))
    assert run is not None
    assert run.window_end == NOON - 2 * HOUR
    assert await ledger.queue(context.database, 9, timedelta(seconds=9)) == []


async def test_a_run_on_request_is_one_however_often_it_is_asked_for(context: JobContext) -> None:
    ids = [await context.request(JobName.CLOSE_HOUR, NOON - HOUR, NOON, subject="a") for _ in range(3)]
    assert len(set(ids)) == 1
    assert await context.request(JobName.CLOSE_HOUR, NOON - HOUR, NOON, subject="b") not in ids


async def test_progress_is_told_and_refused_once_the_run_is_lost(context: JobContext) -> None:
    await context.request(JobName.CLOSE_HOUR, NOON - HOUR, NOON)
    [queued] = await ledger.queue(context.database, 9, timedelta(0))
    run = await ledger.begin(context.database, queued.run_id, queued.token, "worker", timedelta(0))
    assert run is not None
    await context.progress(run, 3, 4)
    [row] = await runs(context.database)
    assert (row["progress_done"], row["progress_total"]) == (3, 4)
    await ledger.queue(context.database, 9, timedelta(0))
    try:
        await context.progress(run, 4, 4)
    except RunLost:
        return
    raise AssertionError("progress of a lost run was taken")


async def test_what_is_queued_for_nobody_is_queued_again(context: JobContext, redis_url: str) -> None:
    # Taken for the queue by a worker that died before it was put there.
    await context.request(JobName.CLOSE_HOUR, NOON - HOUR, NOON)
    assert len(await ledger.queue(context.database, 9, timedelta(seconds=0.3))) == 1
    diary = Diary()
    async with working(context, redis_url, [hourly(diary, when=None)]):
        await until(all_in(context.database, "done"))
    assert len(diary.runs) == 1


async def test_a_stale_queue_entry_does_nothing(context: JobContext) -> None:
    diary = Diary()
    row = hourly(diary)
    await context.request(JobName.CLOSE_HOUR, NOON - HOUR, NOON)
    [stale] = await ledger.queue(context.database, 9, timedelta(0))
    [fresh] = await ledger.queue(context.database, 9, timedelta(0))
    runner = Runner(context, {row.job: row}, TERMS)
    await runner.run(row.job, stale.run_id, stale.token)
    assert diary.runs == []
    await runner.run(row.job, fresh.run_id, fresh.token)
    await runner.run(row.job, fresh.run_id, fresh.token)
    assert len(diary.runs) == 1


def test_pauses_grow_up_to_an_hour_and_differ() -> None:
    assert timedelta(seconds=3.7) < pause(1) <= timedelta(seconds=5)
    assert timedelta(seconds=15) <= pause(3) <= timedelta(seconds=20)
    assert timedelta(minutes=45) <= pause(99) <= timedelta(hours=1)
    assert len({pause(3) for _ in range(9)}) > 1

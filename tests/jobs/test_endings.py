"""A run that has nothing to do any more ends, and is no failure."""

from datetime import timedelta

from jobs.context import JobContext, NothingToDo, Run
from jobs.contract import JobName
from sql import Q
from tests.jobs.conftest import NOW, Diary, all_in, hourly, only, runs, until, working


async def test_a_run_with_nothing_to_do_is_skipped_and_says_why(context: JobContext, redis_url: str) -> None:
    async def nothing(_: JobContext, __: Run) -> int:
        raise NothingToDo("It was done elsewhere.")

    async with working(context, redis_url, [hourly(Diary(then=nothing))]):
        await until(all_in(context.database, "skipped"))
    [row] = await runs(context.database)
    assert (row["error"], row["attempt"], row["finished_at"] is not None) == ("It was done elsewhere.", 1, True)


async def test_the_local_windows_of_a_merchant_that_is_gone_end(context: JobContext, redis_url: str) -> None:
    jobs = (JobName.CLOSE_DAY, JobName.SUMMARISE_WEEK, JobName.REPORT_MONTH)
    for job in jobs:
        await context.request(job, NOW - timedelta(days=1), NOW, merchant_id="gone")
    async with working(context, redis_url, only(*jobs)):
        await until(all_in(context.database, "skipped", count=len(jobs)))
    assert {row["error"] for row in await runs(context.database)} == {"There is no merchant gone."}
    assert sum(state.dead_count for state in await context.database.fetch(Q.job_states)) == 0

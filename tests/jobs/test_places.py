"""What goes first when more is due than can be done: what all wait for, and slow jobs in turns."""

from dataclasses import replace
from datetime import timedelta

from jobs import ledger
from jobs.context import JobContext
from jobs.contract import JobName
from jobs.runner import Runner, pause
from jobs.schedule import BY_NAME
from tests.jobs.conftest import NOW, TERMS, Diary, hourly, states

HOUR = timedelta(hours=1)
NOON = NOW.replace(minute=0, second=0)


async def test_many_slow_runs_keep_no_quick_one_from_the_queue(context: JobContext) -> None:
    for number in range(40):
        await context.request(JobName.REPORT_MONTH, NOON - HOUR, NOON, merchant_id=f"m{number}")
    for number in range(40):
        await context.request(JobName.MAKE_EXPORT, NOON - HOUR, NOON, merchant_id="shop", subject=f"e{number}")
        await context.request(JobName.CLOSE_DAY, NOON - HOUR, NOON, merchant_id=f"m{number}")
    await context.request(JobName.REFRESH_AGGREGATES, NOON - HOUR, NOON)
    slow = [job for job, row in BY_NAME.items() if row.slow]

    async def taken(slow_limit: int) -> list[str]:
        queued = await ledger.queue(context.database, 4, HOUR, slow_jobs=slow, slow_limit=slow_limit)
        return [run.job for run in queued]

    # What all wait for first; of the slow ones not the oldest alone, but each job in its turn.
    assert await taken(2) == ["refresh_aggregates", *["close_day"] * 3, "report_month", "make_export"]
    assert await taken(2) == []
    await context.request(JobName.EVALUATE_ALERTS, NOON - HOUR, NOON)
    assert await taken(2) == ["evaluate_alerts"], "it has a place however many wait"
    assert await taken(3) == ["report_month"]
    assert await taken(4) == ["make_export"]


async def test_a_worker_without_a_place_for_a_slow_run_gives_it_back(context: JobContext) -> None:
    diary = Diary()
    row = hourly(diary, slow=True)
    await context.request(JobName.CLOSE_HOUR, NOON - HOUR, NOON)
    [queued] = await ledger.queue(context.database, 9, HOUR)
    runner = Runner(context, {row.job: row}, replace(TERMS, max_slow=0))
    await runner.run(row.job, queued.run_id, queued.token)
    assert (await states(context.database), diary.runs) == (["waiting"], [])
    assert len(await ledger.queue(context.database, 9, HOUR)) == 1


def test_reports_wait_for_a_mail_server_that_is_away_for_hours() -> None:
    for job in (JobName.REPORT_MONTH, JobName.SUMMARISE_WEEK):
        pauses = [0.75 * pause(attempt) for attempt in range(1, BY_NAME[job].attempts)]
        assert sum(pauses, timedelta()) > 9 * HOUR
        assert pauses[0] < timedelta(seconds=5)

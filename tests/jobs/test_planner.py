"""What is written into the ledger: each window once, missed ones oldest first and bounded, zones as they change."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from jobs.context import JobContext
from jobs.contract import JobName
from jobs.planner import Planner
from jobs.schedule import Scheduled
from jobs.windows import EveryLocal
from resolvers.periods import Period
from resolvers.zones import day_start, zone
from sql import Database, Q
from tests.jobs.conftest import NOW, Diary, hourly, mark, only, runs, states

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = NOW.replace(minute=0, second=0)
ZONES = ("Africa/Cairo", "America/Havana", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


async def merchant(database: Database, merchant_id: str, zone_name: str, created_at: datetime) -> None:
    async with database.acquire() as connection:
        await connection.execute(
            "INSERT INTO merchants (merchant_id, name, zone, created_at) VALUES ($1, $1, $2, $3)",
            merchant_id,
            zone_name,
            created_at,
        )


async def windows(database: Database, merchant_id: str = "") -> list[tuple[datetime, datetime]]:
    found = await runs(database, f"merchant_id = '{merchant_id}'")
    return sorted((row["window_start"], row["window_end"]) for row in found)


def daily(diary: Diary) -> Scheduled:
    return hourly(diary, job=JobName.CLOSE_DAY, when=EveryLocal(Period.DAY), makes_up=35 * DAY)


async def test_a_new_installation_begins_with_the_newest_window(context: JobContext) -> None:
    planner = Planner([hourly(Diary())])
    assert await planner.plan(context, NOW) == 1
    assert await planner.plan(context, NOW) == 0
    assert await windows(context.database) == [(NOON - HOUR, NOON)]


async def test_missed_windows_are_planned_as_far_back_as_the_job_says(context: JobContext) -> None:
    await mark(context.database, JobName.CLOSE_HOUR, NOON - 72 * HOUR)
    assert await Planner([hourly(Diary())]).plan(context, NOW) == 72
    assert [end for _, end in await windows(context.database)] == [NOON - n * HOUR for n in reversed(range(72))]


async def test_what_is_older_than_the_job_makes_up_is_left_out(context: JobContext) -> None:
    await mark(context.database, JobName.CLOSE_HOUR, NOON - 90 * DAY)
    assert await Planner([hourly(Diary(), makes_up=5 * HOUR)]).plan(context, NOW) == 5


async def test_where_the_newest_does_for_all_older_ones_are_skipped(context: JobContext) -> None:
    row = hourly(Diary(), makes_up=None)
    await mark(context.database, JobName.CLOSE_HOUR, NOON - 72 * HOUR)
    for hours in range(3):
        assert await Planner([row]).plan(context, NOW + hours * HOUR) == 1
    assert await states(context.database) == ["skipped", "skipped", "waiting"]


async def test_several_planners_plan_each_window_once(context: JobContext) -> None:
    await mark(context.database, JobName.CLOSE_HOUR, NOON - 5 * HOUR)
    counts = [await Planner([hourly(Diary())]).plan(context, NOW) for _ in range(3)]
    assert counts == [5, 0, 0]


async def test_a_paused_job_is_made_up_when_it_is_resumed(context: JobContext) -> None:
    planner = Planner([hourly(Diary())])
    await planner.plan(context, NOW)
    await context.database.execute(Q.pause_job, job=JobName.CLOSE_HOUR.value, paused_by="me")
    assert await planner.plan(context, NOW + 3 * HOUR) == 0
    await context.database.execute(Q.resume_job, job=JobName.CLOSE_HOUR.value)
    assert await planner.plan(context, NOW + 4 * HOUR) == 4


async def test_a_job_that_is_not_needed_is_not_planned(context: JobContext) -> None:
    needed = False

    async def asked(_: JobContext) -> bool:
        return needed

    planner = Planner([hourly(Diary(), only_if=asked)])
    assert await planner.plan(context, NOW) == 0
    needed = True
    assert await planner.plan(context, NOW + timedelta(minutes=2)) == 1


@pytest.mark.parametrize("seed", range(3))
async def test_a_year_of_local_days_is_planned_once_however_often_workers_look(context: JobContext, seed: int) -> None:
    first, last = datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2027, 1, 1, 12, tzinfo=UTC)
    for number, name in enumerate(ZONES):
        await merchant(context.database, f"m{number}", name, first)
    dice, planner = random.Random(seed), Planner([daily(Diary())])
    at = first
    while at < last:
        at = min(
            last, at + timedelta(seconds=dice.choice([61, 3600, 40_000, 86_400, 30 * 86_400]) * dice.uniform(0.9, 1))
        )
        if dice.random() < 0.2:
            planner = Planner([daily(Diary())])  # another process
        await planner.plan(context, at)
    for number, name in enumerate(ZONES):
        found = await windows(context.database, f"m{number}")
        tz = zone(name)
        assert found[0][0] <= first < found[0][1]
        assert all(one[1] == following[0] for one, following in pairwise(found))
        assert len({start.astimezone(tz).date() for start, _ in found}) == len(found) in (365, 366)
        assert found[-1][1] == max(day_start(tz, last.astimezone(tz).date() + n * DAY) for n in (-1, 0, 1)
                                   if day_start(tz, last.astimezone(tz).date() + n * DAY) <= last)  # fmt: skip


async def test_after_a_change_of_zone_windows_that_ran_keep_theirs(context: JobContext) -> None:
    database = context.database
    await merchant(database, "shop", "Europe/Berlin", datetime(2026, 11, 10, 12, tzinfo=UTC))
    planner = Planner([daily(Diary())])
    await planner.plan(context, datetime(2026, 11, 12, 12, tzinfo=UTC))
    before = await windows(database, "shop")
    assert [end for _, end in before] == [datetime(2026, 11, day, 23, tzinfo=UTC) for day in (10, 11)]
    async with database.acquire() as connection:
        await connection.execute("UPDATE merchants SET zone = 'America/New_York'")
    await planner.plan(context, datetime(2026, 11, 14, 12, tzinfo=UTC))
    after = await windows(database, "shop")
    assert after[:2] == before
    # Nothing of the past is planned anew; the first local day that ends after the last one that ran is the next.
    assert [end for _, end in after[2:]] == [datetime(2026, 11, day, 5, tzinfo=UTC) for day in (12, 13, 14)]


async def test_a_merchant_has_no_window_from_before_it_was_created(context: JobContext) -> None:
    await merchant(context.database, "new", "UTC", NOW - HOUR)
    assert await Planner([daily(Diary())]).plan(context, NOW) == 0
    assert await Planner([daily(Diary())]).plan(context, NOW + DAY) == 1


async def test_the_days_of_a_merchant_that_was_suspended_are_made_up_when_it_is_served_again(
    context: JobContext,
) -> None:
    await merchant(context.database, "shop", "UTC", NOW - 3 * DAY)
    for state, planned in (("suspended", 0), ("active", 3)):
        async with context.database.acquire() as connection:
            await connection.execute("UPDATE merchants SET state = $1", state)
        assert await Planner([daily(Diary())]).plan(context, NOW) == planned


async def test_the_gateway_is_told_when_each_job_is_next(context: JobContext) -> None:
    rows = only(*JobName.__members__.values())
    await merchant(context.database, "shop", "Asia/Kathmandu", NOW - DAY)
    await Planner(rows).plan(context, NOW)
    told = {state.job: state for state in await context.database.fetch(Q.job_states)}
    assert set(told) == {job.value for job in JobName}
    assert told["close_hour"].next_due_at == NOON + HOUR
    assert told["close_day"].next_due_at == datetime(2026, 11, 18, 18, 15, tzinfo=UTC)
    assert told["summarise_week"].next_due_at == datetime(2026, 11, 22, 18, 15, tzinfo=UTC)
    assert told["report_month"].next_due_at == datetime(2026, 11, 30, 19, 15, tzinfo=UTC)
    assert told["report_month"].schedule == "01:00 after each merchant's month"
    assert told["drop_old_events"].schedule == "every day, 3 hours past it"

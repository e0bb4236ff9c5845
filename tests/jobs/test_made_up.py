"""Three days without any worker: the program's own jobs make up each merchant's local days, in order."""

from datetime import datetime, timedelta

from jobs.context import JobContext
from jobs.contract import JobName
from resolvers.zones import day_start, local_day, zone
from tests.jobs.conftest import NOW, all_in, mark, only, runs, until, working

DAY = timedelta(days=1)
ZONES = {"east": "Asia/Kathmandu", "middle": "UTC", "west": "America/New_York"}


async def test_three_local_days_of_each_merchant_are_closed_in_order(context: JobContext, redis_url: str) -> None:
    expected: dict[str, list[datetime]] = {}
    async with context.database.acquire() as connection:
        for merchant_id, name in ZONES.items():
            await connection.execute(
                "INSERT INTO merchants (merchant_id, name, zone, created_at) VALUES ($1, $1, $2, $3)",
                merchant_id,
                name,
                NOW - 90 * DAY,
            )
            today = local_day(zone(name), NOW)
            expected[merchant_id] = [day_start(zone(name), today - n * DAY) for n in (2, 1, 0)]
    for merchant_id, ends in expected.items():
        await mark(context.database, JobName.CLOSE_DAY, ends[0] - DAY, merchant_id)
    async with working(context, redis_url, only(JobName.CLOSE_DAY)):
        await until(all_in(context.database, "done", count=9))
    begun = await runs(context.database)
    async with context.database.acquire() as connection:
        closed = await connection.fetch("SELECT merchant_id, window_end FROM closings ORDER BY closed_at")
    for merchant_id, ends in expected.items():
        assert [row["window_end"] for row in begun if row["merchant_id"] == merchant_id] == ends
        assert [row["window_end"] for row in closed if row["merchant_id"] == merchant_id] == ends
    assert len(closed) == 9

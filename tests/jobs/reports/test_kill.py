"""`kill -9` of a worker in the midst of a report, and another worker after it: one version, and no more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.contract import JobName
from jobs.reports.model import read
from sql import Database
from tests.factories import settled
from tests.jobs.killing import Case
from tests.jobs.test_kill import case as case  # noqa: PLC0414 a fixture
from tests.jobs.test_kill import kill_in_each_phase, window, write


@pytest.mark.parametrize("job", [JobName.SUMMARISE_WEEK, JobName.REPORT_MONTH])
async def test_a_report_whose_worker_is_killed_is_kept_once(case: Case, database: Database, job: JobName) -> None:
    async def events(database: Database, number: int) -> None:
        await write(database, settled(f"p{number}", window(number)[0] + timedelta(minutes=3), 500 + number))

    async def kept_once(database: Database, number: int) -> None:
        async with database.acquire() as connection:
            [row] = await connection.fetch("SELECT * FROM reports WHERE window_end = $1", window(number)[1])
        revenue = read(row["data"].encode()).trends.total.revenue.current
        assert revenue is not None
        assert revenue.zatoshi == 500 + number

    case = replace(case, job=job)
    await kill_in_each_phase(case, database, events, kept_once, merchant_id="shop", thorough=False)

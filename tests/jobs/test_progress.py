"""How far a run is, as it is told while it runs."""

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.job_health import measure
from gateway.telemetry import REGISTRY
from jobs import aggregation, context, expiry, partitions
from jobs.context import JobContext
from jobs.contract import JobName
from sql import Database, Q
from sql.engine import AGGREGATES
from sql.maintenance.refresh import PLACES
from tests.gateway.ingest.conftest import create_merchants
from tests.jobs.conftest import context_of, runs
from tests.jobs.test_kill import write
from tests.jobs.test_retention import NOW, history, run_of


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told is written each time."""
    monkeypatch.setattr(context, "TOLD_EVERY_SECONDS", 0)


@pytest.fixture
async def told(database: Database, tmp_path: Path) -> JobContext:
    await create_merchants(database, "shop")
    await write(database, *history())
    return context_of(database, tmp_path, Z402_RAW_RETENTION="6 months")


async def progress(database: Database) -> tuple[int | None, int | None]:
    """What the ledger has of the latest run."""
    row = (await runs(database))[-1]
    return row["progress_done"], row["progress_total"]


@pytest.mark.usefixtures("talkative")
async def test_a_refresh_tells_each_family_and_a_drop_each_that_was_recounted(told: JobContext) -> None:
    run = await run_of(told, JobName.REFRESH_AGGREGATES, NOW)
    await aggregation.refresh_aggregates(told, run)
    done, total = await progress(told.database)
    assert total == len(AGGREGATES) == len(PLACES)
    assert done in range(1, total + 1)
    await expiry.drop_old_events(told, await run_of(told, JobName.DROP_OLD_EVENTS, NOW))
    assert await progress(told.database) == (len(AGGREGATES), len(AGGREGATES))


@pytest.mark.timescale
@pytest.mark.usefixtures("talkative")
async def test_what_is_turned_into_columns_is_told_by_chunks(told: JobContext) -> None:
    chunks = await partitions.compress_old_events(told, await run_of(told, JobName.COMPRESS_OLD_EVENTS, NOW))
    assert chunks > 0
    assert await progress(told.database) == (chunks, chunks)


async def test_a_short_run_tells_nothing(told: JobContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "TOLD_EVERY_SECONDS", 3600)
    await aggregation.refresh_aggregates(told, await run_of(told, JobName.REFRESH_AGGREGATES, NOW))
    assert await progress(told.database) == (None, None)


async def test_the_metric_is_of_the_last_run_alone(told: JobContext) -> None:
    async def ratio() -> float | None:
        [state] = [each for each in await told.database.fetch(Q.job_states) if each.job == "close_hour"]
        [last] = await told.database.fetch(Q.last_job_runs, jobs=["close_hour"], run_limit=1)
        measure(state, last)
        return REGISTRY.get_sample_value("z402_job_progress_ratio", {"job": "close_hour"})

    await told.progress(await run_of(told, JobName.CLOSE_HOUR, NOW), 1, 4)
    assert await ratio() == 0.25
    await run_of(told, JobName.CLOSE_HOUR, NOW + timedelta(hours=1))
    assert await ratio() is None

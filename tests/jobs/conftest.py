"""Workers over a real database and a real Valkey, with short terms and a clock that is set by hand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asyncpg import Record

from gateway.settings import load
from jobs.context import JobContext, Run
from jobs.contract import JobName
from jobs.runner import Terms
from jobs.schedule import BY_NAME, Scheduled
from jobs.windows import Every
from jobs.worker import Worker
from resolvers.context import Services
from resolvers.executor import Executor
from sql import Database

NOW = datetime(2026, 11, 18, 12, 0, 30, tzinfo=UTC)  # a Wednesday
TERMS = Terms(
    lease=timedelta(seconds=2),
    tick=timedelta(seconds=0.1),
    poll=timedelta(seconds=0.05),
    queued_for=timedelta(seconds=3),
    grace=timedelta(seconds=2),
)
PATIENCE_SECONDS = 15


@dataclass
class Clock:
    """Stands still until it is set."""

    at: datetime = NOW

    async def __call__(self) -> datetime:
        return self.at


@dataclass
class Diary:
    """A job that notes the runs it was given, and does with each what it is told to."""

    runs: list[Run] = field(default_factory=list)
    then: Callable[[JobContext, Run], Awaitable[int]] | None = None

    async def work(self, context: JobContext, run: Run) -> int:
        self.runs.append(run)
        return await self.then(context, run) if self.then else 1

    def ends(self) -> list[datetime]:
        return [run.window_end for run in self.runs]


def hourly(diary: Diary, **changes: object) -> Scheduled:
    """A job of every hour, under the name of one that is."""
    given: dict[str, object] = {
        "job": JobName.CLOSE_HOUR,
        "when": Every(timedelta(hours=1)),
        "work": diary.work,
        "makes_up": timedelta(days=7),
        "timeout": timedelta(seconds=20),
    }
    return Scheduled(**(given | changes))  # type: ignore[arg-type]


def only(*names: JobName) -> list[Scheduled]:
    """The product's own rows of these jobs."""
    return [BY_NAME[name] for name in names]


@pytest.fixture
async def context(database: Database, tmp_path: Path) -> JobContext:
    return context_of(database, tmp_path)


def context_of(database: Database, data_dir: Path, **variables: str) -> JobContext:
    """What jobs share, with settings from these variables."""
    settings = load({"Z402_DATA_DIR": str(data_dir), **variables})
    return JobContext(database, Executor(Services(database)), settings)


@asynccontextmanager
async def working(
    context: JobContext,
    redis_url: str,
    schedule: Sequence[Scheduled],
    clock: Clock | None = None,
    terms: Terms = TERMS,
) -> AsyncIterator[Worker]:
    """A worker in this process; it is asked to stop at the end."""
    worker = Worker(context, redis_url, schedule, terms, clock or Clock())
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stopping.set()
        await asyncio.wait_for(task, PATIENCE_SECONDS)


async def until(condition: Callable[[], Awaitable[object]]) -> None:
    """Wait until something holds; fail where it takes too long."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await condition():  # noqa: ASYNC110 it is PostgreSQL that knows
            await asyncio.sleep(0.02)


async def runs(database: Database, where: str = "true") -> list[Record]:
    """Rows of the ledger in the order in which they were begun."""
    async with database.acquire() as connection:
        return await connection.fetch(f"SELECT * FROM job_runs WHERE {where} ORDER BY started_at, run_id")


async def states(database: Database) -> list[str]:
    """The states of all runs, the oldest window first."""
    async with database.acquire() as connection:
        rows = await connection.fetch("SELECT state FROM job_runs ORDER BY window_end, run_id")
    return [row["state"] for row in rows]


def all_in(database: Database, *wanted: str, count: int = 1) -> Callable[[], Awaitable[bool]]:
    """A condition: at least so many runs, each in one of these states."""

    async def hold() -> bool:
        found = await states(database)
        return len(found) >= count and set(found) <= set(wanted)

    return hold


async def mark(database: Database, job: JobName, planned_until: datetime, merchant_id: str = "") -> None:
    """Set up to where windows of a job were planned: since then no worker was there."""
    async with database.acquire() as connection:
        await connection.execute(
            "INSERT INTO job_marks (job, merchant_id, planned_until) VALUES ($1, $2, $3)",
            job.value,
            merchant_id,
            planned_until,
        )

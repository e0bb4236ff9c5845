"""A worker in a process of its own that is killed in the midst of a run: before its n-th statement, or at its end.

What is counted are the statements of the run and the one that begins it; nothing in the program knows of it.
"""

import asyncio
import multiprocessing
import os
import signal
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from jobs.context import JobContext, Run
from jobs.contract import JobName
from jobs.runner import Runner, Terms
from jobs.schedule import BY_NAME, Scheduled
from jobs.worker import Worker
from sql import Database, Q
from tests.jobs.conftest import all_in, context_of, until

TERMS = Terms(
    lease=timedelta(seconds=0.6),
    tick=timedelta(seconds=0.05),
    poll=timedelta(seconds=0.05),
    queued_for=timedelta(seconds=0.6),
    grace=timedelta(seconds=2),
)
NEVER = 10**9
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["tests.jobs.killing"])

in_run: ContextVar[bool] = ContextVar("in_run", default=False)


@dataclass(frozen=True, slots=True)
class Case:
    """Where a worker works, at which job, and before which of its statements it dies."""

    database_url: str
    redis_url: str
    data_dir: Path
    job: JobName
    dies_at: int

    @property
    def counted(self) -> Path:
        """Where an undisturbed worker says how many steps there were."""
        return self.data_dir / "steps"


async def counter_effect(context: JobContext, run: Run) -> int:
    """A job whose effect is not the same when it happens twice."""
    async with context.completing(run) as doing:
        await doing.connection.execute("INSERT INTO effects (window_end) VALUES ($1)", run.window_end)
        doing.rows = 1
    return 1


def on_request(job: JobName) -> Scheduled:
    """The product's own job, with no schedule; of the hour's close, one that counts."""
    return replace(BY_NAME[job], when=None, attempts=99)


COUNTING = replace(on_request(JobName.WARM_CACHE), work=counter_effect)


def rows_of(job: JobName, *, counting: bool) -> list[Scheduled]:
    return [COUNTING if counting else on_request(job)]


def run_and_die(case: Case, counting: bool) -> None:
    """In the child: count, and end without a word where the case says so; else work until all is done."""
    number = 0

    def step() -> None:
        nonlocal number
        if number == case.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        number += 1

    _count_statements(step)
    asyncio.run(work(case, rows_of(case.job, counting=counting)))
    case.counted.write_text(str(number))


def _count_statements(step: Any) -> None:
    connection: Any = asyncpg.Connection  # what prepared statements run through has no place in its types
    run_one, simple, prepared = Runner._run, connection.execute, connection._execute

    async def counted_run(self: Runner, run: Run) -> None:
        in_run.set(True)
        await run_one(self, run)
        step()  # all is done, but the queue does not know yet

    async def counted_execute(self: Any, query: str, *args: Any, **options: Any) -> Any:
        if in_run.get():
            step()
        return await simple(self, query, *args, **options)

    async def counted_prepared(self: Any, query: str, *args: Any, **options: Any) -> Any:
        if in_run.get() or query == Q.begin_job_run.text:
            step()
        return await prepared(self, query, *args, **options)

    Runner._run = counted_run  # type: ignore[method-assign]
    connection.execute = counted_execute
    connection._execute = counted_prepared


async def work(case: Case, schedule: list[Scheduled]) -> None:
    """Work until every run of the ledger is done."""

    async def clock() -> datetime:
        return datetime.now(UTC)

    database = Database(case.database_url, pool_size=4)
    try:
        worker = Worker(context_of(database, case.data_dir), case.redis_url, schedule, TERMS, clock)
        async with asyncio.TaskGroup() as group:
            group.create_task(worker.run())
            await until(all_in(database, "done"))
            worker.stopping.set()
    finally:
        await database.close()


async def kill_worker(case: Case, *, counting: bool = False) -> bool:
    """Run the case in a process; tell whether it was killed, else it came to its end."""
    child = CHILDREN.Process(target=run_and_die, args=(case, counting))
    child.start()
    await asyncio.to_thread(child.join, 60)
    assert child.exitcode in (0, -signal.SIGKILL), child.exitcode
    return child.exitcode == -signal.SIGKILL

"""What a job is given: its run, whose window is data, and what the process has.

A job is a coroutine function `async def work(context: JobContext, run: Run) -> int` that returns how many rows it
touched. It may be killed at any point and is then run again for the same window, so its effect has to be the same:
best is SQL inside `context.completing(run)`, which commits together with the ledger.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from gateway.settings import Settings
from jobs import ledger
from jobs.contract import JobName
from jobs.ledger import Run
from resolvers.executor import Executor
from sql import Database, StoreUnavailable
from sql.database import Connection
from sql.maintenance.telling import Tell

__all__ = ["Completing", "GiveUp", "JobContext", "NothingToDo", "Run", "Work"]

TOLD_EVERY_SECONDS: Final = 0.5


class GiveUp(Exception):
    """The job cannot be done, now or later: it is not tried again. The text is kept in the ledger."""


class NothingToDo(Exception):
    """There is nothing to do any more, as when a merchant was deleted: the run ends, and that is no failure.

    The text is kept in the ledger.
    """


@dataclass(slots=True)
class Completing:
    """A transaction that ends with the run: `rows` is what the ledger is told."""

    connection: Connection
    rows: int = 0


@dataclass(frozen=True, slots=True)
class JobContext:
    """What every job of a worker shares."""

    database: Database
    executor: Executor
    settings: Settings

    @asynccontextmanager
    async def completing(self, run: Run) -> AsyncIterator[Completing]:
        """Open a transaction whose commit is also the end of the run: all of it happens, once, or nothing does.

        Raises RunLost, and takes back what was done, where the run is no longer ours. The pool's limits hold: a
        statement that takes longer wants `Database.maintenance` and `ledger.complete`.
        """
        async with self.database.acquire() as connection, connection.transaction():
            doing = Completing(connection)
            yield doing
            await ledger.complete(connection, run, doing.rows)

    async def progress(self, run: Run, done: int, total: int | None) -> None:
        """Tell how far a run is, for whoever asks; raise RunLost where it is no longer ours."""
        await ledger.progress(self.database, run, done, total)

    def telling(self, run: Run) -> Tell:
        """Return what tells how far a run is, to be called after each step, however short these are.

        It writes once in half a second at most, so that a run that is shorter tells nothing.
        """
        told_at = time.monotonic()

        async def tell(done: int, total: int) -> None:
            nonlocal told_at
            if time.monotonic() - told_at < TOLD_EVERY_SECONDS:
                return
            told_at = time.monotonic()
            with suppress(StoreUnavailable):  # nobody can ask either
                await self.progress(run, done, total)

        return tell

    async def request(
        self,
        job: JobName,
        window_start: datetime,
        window_end: datetime,
        *,
        merchant_id: str = "",
        subject: str = "",
        max_attempts: int = 5,
    ) -> int:
        """Plan a run of a job on request, as resolvers do with the query `request_job_run`; return its id."""
        return await ledger.request(
            self.database, job, window_start, window_end, merchant_id=merchant_id, subject=subject,
            max_attempts=max_attempts,
        )  # fmt: skip


Work: TypeAlias = Callable[[JobContext, Run], Awaitable[int]]

"""The ledger of runs: the queue carries the work, PostgreSQL knows what is to be done and what was.

A run waits, is queued, runs and is done; it may fail and be tried again, or be dead. Whoever begins it holds a token
that nobody else has and a lease that has to be prolonged: a run whose lease ended is taken over, and from then on the
old token changes nothing, so that a worker that only seemed dead cannot add a second effect.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.contract import JobName
from jobs.windows import DueWindow
from sql import Database, Q
from sql.database import Connection
from sql.job_rows import BegunRun, DeadRun, QueuedRun

MAX_ERROR = 2000


class RunLost(Exception):
    """The run is no longer ours: it took longer than its lease, and somebody else has begun it."""


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt at one window: data, never the clock, so that a retry does the same work.

    `merchant_id` is None where the run is about all merchants; `subject` is what a run on request is about.
    """

    run_id: int
    token: int
    job: JobName
    merchant_id: str | None
    subject: str | None
    window_start: datetime
    window_end: datetime
    attempt: int


async def plan(database: Database, job: JobName, windows: Sequence[tuple[str, DueWindow]], *, max_attempts: int) -> int:
    """Write down (merchant, window) pairs that are due; return how many are new."""
    found = await database.fetch_one(
        Q.plan_job_runs,
        job=job.value,
        max_attempts=max_attempts,
        merchant_ids=[merchant_id for merchant_id, _ in windows],
        starts=[window.start for _, window in windows],
        ends=[window.end for _, window in windows],
        due_ats=[window.due_at for _, window in windows],
    )
    return int(found.row_count) if found else 0


async def request(
    database: Database,
    job: JobName,
    window_start: datetime,
    window_end: datetime,
    *,
    merchant_id: str = "",
    subject: str = "",
    max_attempts: int = 5,
) -> int:
    """Plan a run on request; the same again is the run that is there. Return its id."""
    found = await database.fetch_one(
        Q.request_job_run,
        job=job.value,
        merchant_id=merchant_id,
        subject=subject,
        window_start=window_start,
        window_end=window_end,
        max_attempts=max_attempts,
    )
    assert found is not None
    return int(found.run_id)


async def bury(database: Database) -> list[DeadRun]:
    """Give up the runs that killed each worker that began them."""
    return await database.fetch(Q.bury_job_runs)


async def queue(
    database: Database, limit: int, queued_for: timedelta, *, slow_jobs: Sequence[JobName] = (), slow_limit: int = 0
) -> list[QueuedRun]:
    """Take what is due, in the order in which it is to begin; what nobody begins within `queued_for` is taken again.

    `slow_limit` is how many runs of `slow_jobs` may be in the queue, `limit` how many others.
    """
    slow = [job.value for job in slow_jobs]
    found: list[QueuedRun] = await database.fetch(
        Q.queue_job_runs, run_limit=limit, queued_for=queued_for, slow_jobs=slow, slow_limit=slow_limit
    )
    return sorted(found, key=lambda run: (run.job in slow, run.place))


async def unqueue(database: Database, run_id: int, token: int) -> None:
    """Let a queued run wait for a worker that has a place for it."""
    await database.execute(Q.unqueue_job_run, run_id=run_id, token=token)


async def begin(database: Database, run_id: int, token: int, worker: str, lease: timedelta) -> Run | None:
    """Begin a queued run; None where somebody else has it or its job is paused."""
    row: BegunRun | None = await database.fetch_one(
        Q.begin_job_run, run_id=run_id, token=token, worker=worker, lease=lease
    )
    if row is None:
        return None
    return Run(
        run_id=row.run_id,
        token=row.token,
        job=JobName(row.job),
        merchant_id=row.merchant_id or None,
        subject=row.subject or None,
        window_start=row.window_start,
        window_end=row.window_end,
        attempt=row.attempt,
    )


async def hold(database: Database, run: Run, lease: timedelta) -> None:
    """Prolong a run's lease; raise RunLost."""
    if await database.fetch_one(Q.hold_job_run, run_id=run.run_id, token=run.token, lease=lease) is None:
        raise RunLost(run.job)


async def progress(database: Database, run: Run, done: int, total: int | None) -> None:
    """Tell how far a run is; raise RunLost."""
    told = {"progress_done": done, "progress_total": total}
    if await database.fetch_one(Q.progress_job_run, run_id=run.run_id, token=run.token, **told) is None:
        raise RunLost(run.job)


async def complete(connection: Connection, run: Run, rows: int) -> None:
    """End a run well, inside the caller's transaction where there is one; again, nothing changes.

    Raises RunLost where the run is no longer ours, so that the transaction rolls back.
    """
    if not await connection.fetch(Q.complete_job_run.text, run.run_id, run.token, rows):
        raise RunLost(run.job)


async def fail(database: Database, run: Run, error: str, pause: timedelta, *, final: bool) -> str | None:
    """Tell why a run failed; return `failed` or `dead`, None where it is no longer ours."""
    told = {"error": error[:MAX_ERROR], "pause": pause, "final": final}
    row = await database.fetch_one(Q.fail_job_run, run_id=run.run_id, token=run.token, **told)
    return None if row is None else str(row.state)


async def skip(database: Database, run: Run, why: str) -> None:
    """End a run that has nothing to do any more."""
    await database.execute(Q.skip_job_run, run_id=run.run_id, token=run.token, why=why[:MAX_ERROR])


async def make_up(database: Database, run: Run) -> None:
    """Leave be the dead runs of windows before one that is done and made up for them."""
    await database.execute(Q.skip_dead_job_runs, job=run.job.value, before=run.window_end)


async def hand_back(database: Database, run: Run) -> None:
    """Let somebody else do a run that a shutdown cut short."""
    await database.execute(Q.hand_back_job_run, run_id=run.run_id, token=run.token)

"""A job and its runs."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum

import strawberry

from jobs.contract import DESCRIPTIONS, JobName
from resolvers.describing import describe
from sql import job_rows

describe(JobName, "What runs with no client waiting.", **{job.name: text for job, text in DESCRIPTIONS.items()})


class JobRunState(Enum):
    """How a run stands."""

    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"
    SKIPPED = "skipped"


describe(
    JobRunState,
    "How a run stands.",
    WAITING="It is due, and not begun.",
    QUEUED="It is on its way to a worker.",
    RUNNING="A worker is at it; should that die, another takes over within half a minute.",
    DONE="Its effect is there.",
    FAILED="It failed, and is tried again after a pause.",
    DEAD="It failed for the last time; `retryJobRun` tries it again, `dismissJobRun` leaves it be.",
    SKIPPED="A later window did for it, there was nothing to do any more, or it was dismissed.",
)


@strawberry.type(description="The stretch of time that a run is about: data, so that a retry does the same work.")
class JobWindow:
    """Half-open."""

    start: datetime = strawberry.field(description="Its first instant.")
    end: datetime = strawberry.field(description="The first instant that no longer belongs to it.")
    due_at: datetime = strawberry.field(description="When the run should begin.")


@strawberry.type(description="One run of a job: unique by job, merchant, subject and window.")
class JobRun:
    """One row of the ledger."""

    id: strawberry.ID = strawberry.field(description="Its id.")
    merchant_id: strawberry.ID | None = strawberry.field(
        description="The merchant that it is about; null for all of them."
    )
    subject: str | None = strawberry.field(description="What a run on request is about, such as an export's id.")
    window: JobWindow = strawberry.field(description="What it is about, and when it was due.")
    state: JobRunState = strawberry.field(description="How it stands.")
    attempt: int = strawberry.field(description="How often it was begun.")
    max_attempts: int = strawberry.field(description="How often it is begun at most.")
    worker: str | None = strawberry.field(description="Who began it last: host, process and a number.")
    started_at: datetime | None = strawberry.field(description="When its last attempt began.")
    finished_at: datetime | None = strawberry.field(description="When its last attempt ended; null while it runs.")
    duration_ms: int | None = strawberry.field(description="How long its last attempt took, in milliseconds.")
    rows: float | None = strawberry.field(description="How many rows it touched, a whole number; null before its end.")
    progress: float | None = strawberry.field(description="How far it is, 0 to 1, where it tells.")
    error: str | None = strawberry.field(description="Why its last attempt failed, or had nothing to do.")


@strawberry.type(description="A job: what runs with no client waiting.")
class Job:
    """One job of the schedule."""

    name: JobName = strawberry.field(description="Which one.")
    description: str = strawberry.field(description="What it does.")
    schedule: str | None = strawberry.field(description="When it runs, in words; null before a worker ever ran.")
    next_window: JobWindow | None = strawberry.field(
        description="The next window, of the merchant whose is next; null on request, or where one is seconds away."
    )
    paused_at: datetime | None = strawberry.field(description="Since when it is paused; null where it is not.")
    paused_by: str | None = strawberry.field(description="Who paused it.")
    waiting_count: int = strawberry.field(description="Runs that are due and not begun.")
    running_count: int = strawberry.field(description="Runs that are going on.")
    failed_count: int = strawberry.field(description="Runs that failed and will be tried again.")
    dead_count: int = strawberry.field(description="Runs that failed for the last time.")
    lag_seconds: float = strawberry.field(description="Seconds since the oldest unfinished run was due; 0 without one.")
    last_success_at: datetime | None = strawberry.field(description="When a run last ended well.")
    runs: list[JobRun] = strawberry.field(description="Its latest runs, the newest first; at most `lastRuns`.")


def job_of(name: JobName, state: job_rows.JobState | None, runs: Sequence[job_rows.JobRun]) -> Job:
    """Return a job from its rows; one that no worker has told of has no schedule."""
    upcoming = None
    if state and state.next_start and state.next_end and state.next_due_at:
        upcoming = JobWindow(start=state.next_start, end=state.next_end, due_at=state.next_due_at)
    return Job(
        name=name,
        description=DESCRIPTIONS[name],
        schedule=state.schedule if state else None,
        next_window=upcoming,
        paused_at=state.paused_at if state else None,
        paused_by=state.paused_by if state else None,
        waiting_count=state.waiting_count if state else 0,
        running_count=state.running_count if state else 0,
        failed_count=state.failed_count if state else 0,
        dead_count=state.dead_count if state else 0,
        lag_seconds=state.lag_seconds if state else 0.0,
        last_success_at=state.last_done_at if state else None,
        runs=[run_of(run) for run in runs],
    )


def run_of(row: job_rows.JobRun) -> JobRun:
    """Return a run from its row."""
    took = row.finished_at - row.started_at if row.finished_at and row.started_at else None
    return JobRun(
        id=strawberry.ID(str(row.run_id)),
        merchant_id=None if row.merchant_id is None else strawberry.ID(row.merchant_id),
        subject=row.subject,
        window=JobWindow(start=row.window_start, end=row.window_end, due_at=row.due_at),
        state=JobRunState(row.state),
        attempt=row.attempt,
        max_attempts=row.max_attempts,
        worker=row.worker,
        started_at=row.started_at,
        finished_at=row.finished_at,
        duration_ms=None if took is None else round(took.total_seconds() * 1000),
        rows=row.row_count,
        progress=(row.progress_done or 0) / row.progress_total if row.progress_total else None,
        error=row.error,
    )

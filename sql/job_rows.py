"""The ledger of jobs: one frozen class per row shape. `merchant_id` is '' in the ledger where a run has none."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows a statement touched."""

    row_count: int


@dataclass(frozen=True, slots=True)
class Instant:
    """An instant of the database's clock."""

    at: datetime


@dataclass(frozen=True, slots=True)
class RequestedRun:
    """The run that stands for a request."""

    run_id: int


@dataclass(frozen=True, slots=True)
class QueuedRun:
    """A run that was taken for the queue, at its place in it; ``lost_worker`` had begun it, and died."""

    run_id: int
    job: str
    token: int
    place: int
    lost_worker: str | None


@dataclass(frozen=True, slots=True)
class BegunRun:
    """A run that a worker has begun, under a token that nobody else has."""

    run_id: int
    token: int
    job: str
    merchant_id: str
    subject: str
    window_start: datetime
    window_end: datetime
    attempt: int


@dataclass(frozen=True, slots=True)
class HeldRun:
    """That a run is still ours."""

    run_id: int


@dataclass(frozen=True, slots=True)
class FailedRun:
    """Whether a run that failed will be tried again: ``failed``, or ``dead`` where it will not."""

    state: str


@dataclass(frozen=True, slots=True)
class DeadRun:
    """A run that was given up, and why."""

    run_id: int
    job: str
    error: str


@dataclass(frozen=True, slots=True)
class MerchantCalendar:
    """What a merchant's local windows follow; none ends before it was created."""

    merchant_id: str
    zone: str
    week_start: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class JobMark:
    """Up to where a job's windows are planned."""

    job: str
    merchant_id: str
    planned_until: datetime


@dataclass(frozen=True, slots=True)
class PausedJob:
    """A job that is paused."""

    job: str
    paused_at: datetime


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as it stands; the lag is the time since the oldest unfinished run was due."""

    job: str
    schedule: str | None
    next_start: datetime | None
    next_end: datetime | None
    next_due_at: datetime | None
    paused_at: datetime | None
    paused_by: str | None
    waiting_count: int
    running_count: int
    failed_count: int
    dead_count: int
    lag_seconds: float
    last_done_at: datetime | None


@dataclass(frozen=True, slots=True)
class JobRun:
    """One row of the ledger."""

    run_id: int
    job: str
    merchant_id: str | None
    subject: str | None
    window_start: datetime
    window_end: datetime
    due_at: datetime
    state: str
    attempt: int
    max_attempts: int
    worker: str | None
    started_at: datetime | None
    finished_at: datetime | None
    row_count: int | None
    progress_done: int | None
    progress_total: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class ClosedHour:
    """What a merchant's hour held when it was closed; the amount is in zatoshi."""

    merchant_id: str
    settled_count: int
    revenue_zat: int


@dataclass(frozen=True, slots=True)
class ActiveMerchant:
    """A merchant with payments of late."""

    merchant_id: str

"""How the jobs are, for `/ready` and `/metrics`."""

from dataclasses import dataclass
from datetime import UTC, datetime

from gateway import telemetry
from jobs.contract import JobName
from sql.job_rows import JobRun, JobState

# A minute's job that has not succeeded for this long means that the worker is away or failing.
STALE_JOB_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Part:
    """The state of one part: ok, degraded (answers go on) or down (they do not), and why."""

    state: str
    detail: str | None = None


def worker_part(jobs: list[JobState]) -> Part:
    """Return how the worker is, judged by the job of every minute."""
    refresh = next((job for job in jobs if job.job == JobName.REFRESH_AGGREGATES), None)
    dead = [job.job for job in jobs if job.dead_count]
    if refresh is None or refresh.last_done_at is None:
        return Part("degraded", "no refresh has run yet")
    if refresh.paused_at is not None:
        return Part("degraded", f"{refresh.job} is paused")
    seconds = age(refresh.last_done_at)
    if seconds > STALE_JOB_SECONDS:
        return Part("degraded", f"the last refresh was {seconds:.0f} s ago")
    return Part("degraded", f"runs that failed for good: {', '.join(dead)}") if dead else Part("ok")


def last_refresh(jobs: list[JobState]) -> datetime | None:
    """Return when aggregates were last refreshed."""
    refreshers = (JobName.REFRESH_AGGREGATES, JobName.REFRESH_LATE_RANGES)
    return max((job.last_done_at for job in jobs if job.job in refreshers and job.last_done_at), default=None)


def age(at: datetime | None) -> float:
    """Return the seconds since an instant, infinite where there is none."""
    return (datetime.now(UTC) - at).total_seconds() if at else float("inf")


def told(job: JobState, last: JobRun | None) -> dict[str, object]:
    """Return what `/ready` says of a job: states, counts and times, since anybody may ask.

    An error's text and whose run it was are for the facilitator, who asks `jobs`.
    """
    return {
        "job": job.job,
        "schedule": job.schedule,
        "nextDueAt": _iso(job.next_due_at),
        "pausedAt": _iso(job.paused_at),
        "waiting": job.waiting_count,
        "running": job.running_count,
        "failed": job.failed_count,
        "dead": job.dead_count,
        "lagSeconds": round(job.lag_seconds, 3),
        "lastSuccessAt": _iso(job.last_done_at),
        "lastRun": last and {
            "state": last.state,
            "attempt": last.attempt,
            "windowStart": _iso(last.window_start),
            "windowEnd": _iso(last.window_end),
        },
    }  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def measure(job: JobState, last: JobRun | None) -> None:
    """Set what `/metrics` says of a job."""
    telemetry.JOB_AGE_SECONDS.labels(job=job.job).set(age(job.last_done_at))
    telemetry.JOB_LAG_SECONDS.labels(job=job.job).set(job.lag_seconds)
    telemetry.JOB_PAUSED.labels(job=job.job).set(job.paused_at is not None)
    counts = {
        "waiting": job.waiting_count,
        "running": job.running_count,
        "failed": job.failed_count,
        "dead": job.dead_count,
    }
    for state, count in counts.items():
        telemetry.JOB_RUNS.labels(job=job.job, state=state).set(count)
    if last and last.started_at:
        took = (last.finished_at or datetime.now(UTC)) - last.started_at
        telemetry.JOB_SECONDS.labels(job=job.job).set(took.total_seconds())
    if last and last.progress_total:
        telemetry.JOB_PROGRESS.labels(job=job.job).set((last.progress_done or 0) / last.progress_total)
    else:  # how far an earlier run was is not how far this one is
        telemetry.JOB_PROGRESS.remove(job.job)

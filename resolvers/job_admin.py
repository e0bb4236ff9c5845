"""The jobs as the facilitator sees and steers them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import strawberry

from jobs.contract import JobName
from resolvers.context import Context, Info
from resolvers.errors import AnalyticsError, BadInput, ErrorCode
from resolvers.fields import mutation, resolved
from resolvers.job_types import Job, JobRun, job_of, run_of
from sql import Q
from sql.job_rows import JobState

MAX_RUNS = 100
REFRESH_ATTEMPTS = 2
#: Done once more, they make a new version of what events have changed meanwhile.
RENEWED = (JobName.SUMMARISE_WEEK, JobName.REPORT_MONTH)


@strawberry.type(description="A refresh that was asked for.")
class RefreshAggregatesPayload:
    """The answer."""

    run_id: strawberry.ID = strawberry.field(description="The run that the worker will begin within seconds.")


@strawberry.type(description="A job that was paused or resumed.")
class JobPayload:
    """The answer."""

    job: Job = strawberry.field(description="The job as it stands.")


@strawberry.type(description="A run that is to be tried again.")
class RetryJobRunPayload:
    """The answer."""

    run: JobRun = strawberry.field(description="The run, which waits.")


@strawberry.type(description="A dead run that is left be.")
class DismissJobRunPayload:
    """The answer."""

    run: JobRun = strawberry.field(description="The run, which is skipped.")


@strawberry.type
class JobQueries:
    """The jobs."""

    @resolved("The jobs as they stand; needs the scope admin, with no merchant.")
    async def jobs(
        self,
        info: Info,
        names: Annotated[list[JobName] | None, strawberry.argument(description="Only these; all by default.")] = None,
        last_runs: Annotated[
            int, strawberry.argument(description=f"How many runs of each are listed, 0 to {MAX_RUNS}.")
        ] = 5,
    ) -> list[Job] | None:
        info.context.principal.require_platform()
        if not 0 <= last_runs <= MAX_RUNS:
            raise BadInput(f"lastRuns must lie between 0 and {MAX_RUNS}.")
        return await _jobs(info.context, list(JobName) if names is None else list(dict.fromkeys(names)), last_runs)


@strawberry.type
class JobMutations:
    """Mutations of jobs, for the facilitator alone."""

    @mutation(
        "Stops a job from beginning; what runs goes on. Its windows wait, and are made up when it is resumed. "
        "Needs the scope admin, with no merchant."
    )
    async def pause_job(
        self, info: Info, job: Annotated[JobName, strawberry.argument(description="Which one.")]
    ) -> JobPayload | None:
        principal = info.context.principal
        principal.require_platform()
        await info.context.services.database.execute(Q.pause_job, job=job.value, paused_by=principal.subject)
        return JobPayload(job=(await _jobs(info.context, [job], 5))[0])

    @mutation("Lets a paused job go on. Needs the scope admin, with no merchant.")
    async def resume_job(
        self, info: Info, job: Annotated[JobName, strawberry.argument(description="Which one.")]
    ) -> JobPayload | None:
        info.context.principal.require_platform()
        await info.context.services.database.execute(Q.resume_job, job=job.value)
        return JobPayload(job=(await _jobs(info.context, [job], 5))[0])

    @mutation(
        "Tries a run again that failed or is dead; one of SUMMARISE_WEEK and REPORT_MONTH also when it is done: where "
        "events came late, the report gets a new version. Needs the scope admin, with no merchant."
    )
    async def retry_job_run(
        self, info: Info, run_id: Annotated[strawberry.ID, strawberry.argument(name="id", description="The run's id.")]
    ) -> RetryJobRunPayload | None:
        info.context.principal.require_platform()
        renewed = [job.value for job in RENEWED]
        row = await info.context.services.database.fetch_one(
            Q.retry_job_run, run_id=_number(run_id), renewed_jobs=renewed
        )
        if row is None:
            raise AnalyticsError(ErrorCode.NOT_FOUND, "There is no run of this id that can be tried again.")
        return RetryJobRunPayload(run=run_of(row))

    @mutation(
        "Leaves a dead run be, so that it no longer counts as one: it becomes SKIPPED and keeps its error. Needs the "
        "scope admin, with no merchant."
    )
    async def dismiss_job_run(
        self, info: Info, run_id: Annotated[strawberry.ID, strawberry.argument(name="id", description="The run's id.")]
    ) -> DismissJobRunPayload | None:
        info.context.principal.require_platform()
        row = await info.context.services.database.fetch_one(Q.dismiss_job_run, run_id=_number(run_id))
        if row is None:
            raise AnalyticsError(ErrorCode.NOT_FOUND, "There is no dead run of this id.")
        return DismissJobRunPayload(run=run_of(row))

    @mutation(
        "Asks the worker to bring every aggregate up to date now; needs the scope admin, with no merchant. "
        "Answers are exact without it."
    )
    async def refresh_aggregates(self, info: Info) -> RefreshAggregatesPayload | None:
        info.context.principal.require_platform()
        now = info.context.now
        row = await info.context.services.database.fetch_one(
            Q.request_job_run,
            job=JobName.REFRESH_AGGREGATES.value,
            merchant_id="",
            subject="",
            window_start=now - timedelta(minutes=1),
            window_end=now,
            max_attempts=REFRESH_ATTEMPTS,
        )
        assert row is not None
        return RefreshAggregatesPayload(run_id=strawberry.ID(str(row.run_id)))


def _number(run_id: str) -> int:
    """Return a run's number, -1 for a text that is none."""
    return int(run_id) if run_id.isascii() and run_id.isdigit() and len(run_id) < 19 else -1


async def _jobs(context: Context, names: Sequence[JobName], last_runs: int) -> list[Job]:
    """Return jobs in the order asked for, in two statements."""
    database = context.services.database
    states: dict[str, JobState] = {row.job: row for row in await database.fetch(Q.job_states)}
    values = [name.value for name in names]
    runs = await database.fetch(Q.last_job_runs, jobs=values, run_limit=last_runs) if last_runs else []
    return [job_of(name, states.get(name.value), [run for run in runs if run.job == name.value]) for name in names]

"""The jobs in GraphQL: seen and steered by the facilitator alone."""

from datetime import UTC, datetime, timedelta

from gateway.health import check
from gateway.job_health import told
from jobs import ledger
from jobs.contract import JobName
from resolvers.context import ADMIN
from sql import Q
from tests.resolvers.conftest import NOW, Desk, merchant

HOUR = timedelta(hours=1)
JOBS = """
query ($names: [JobName!], $lastRuns: Int! = 5) {
  jobs(names: $names, lastRuns: $lastRuns) {
    name description schedule pausedAt pausedBy waitingCount runningCount failedCount deadCount lagSeconds lastSuccessAt
    nextWindow { start end dueAt }
    runs { id merchantId subject state attempt maxAttempts rows progress error window { start end } }
  }
}
"""


async def failed_run(desk: Desk, *, final: bool) -> str:
    """A run of the hour's close that failed."""
    run_id = await ledger.request(desk.database, JobName.CLOSE_HOUR, NOW - HOUR, NOW)
    [queued] = await ledger.queue(desk.database, 9, timedelta(0))
    run = await ledger.begin(desk.database, run_id, queued.token, "worker", timedelta(minutes=1))
    assert run is not None
    await ledger.progress(desk.database, run, 1, 4)
    await ledger.fail(desk.database, run, "ValueError: no", timedelta(hours=1), final=final)
    return str(run_id)


async def test_every_job_is_listed_before_a_worker_ever_ran(desk: Desk) -> None:
    data = await desk.data(JOBS)
    assert [job["name"] for job in data["jobs"]] == [job.name for job in JobName]
    assert all(job["description"] and job["schedule"] is None and job["runs"] == [] for job in data["jobs"])
    assert desk.statements == ["job_states", "last_job_runs"]


async def test_a_job_tells_its_runs_and_how_late_it_is(desk: Desk) -> None:
    run_id = await failed_run(desk, final=False)
    await desk.database.execute(
        Q.tell_schedule,
        job="close_hour",
        schedule="every hour",
        next_start=NOW,
        next_end=NOW + HOUR,
        next_due_at=NOW + HOUR,
    )
    [job] = (await desk.data(JOBS, names=["CLOSE_HOUR"]))["jobs"]
    assert job["schedule"] == "every hour"
    assert datetime.fromisoformat(job["nextWindow"]["dueAt"]) == NOW + HOUR
    assert (job["waitingCount"], job["failedCount"], job["deadCount"]) == (0, 1, 0)
    assert job["lagSeconds"] > 0
    [run] = job["runs"]
    assert (run["id"], run["state"], run["attempt"], run["progress"]) == (run_id, "FAILED", 1, 0.25)
    assert run["error"] == "ValueError: no"
    assert datetime.fromisoformat(run["window"]["end"]) == NOW


async def test_a_job_is_paused_and_resumed(desk: Desk) -> None:
    paused = await desk.data("mutation { pauseJob(job: WARM_CACHE) { job { name pausedAt pausedBy } } }")
    assert paused["pauseJob"]["job"]["pausedBy"] == "facilitator"
    first = paused["pauseJob"]["job"]["pausedAt"]
    again = await desk.data("mutation { pauseJob(job: WARM_CACHE) { job { pausedAt } } }")
    assert again["pauseJob"]["job"]["pausedAt"] == first
    resumed = await desk.data("mutation { resumeJob(job: WARM_CACHE) { job { name pausedAt pausedBy } } }")
    assert resumed["resumeJob"]["job"] == {"name": "WARM_CACHE", "pausedAt": None, "pausedBy": None}


async def test_a_dead_run_is_tried_again(desk: Desk) -> None:
    run_id = await failed_run(desk, final=True)
    retry = "mutation ($id: ID!) { retryJobRun(id: $id) { run { id state attempt } } }"
    data = await desk.data(retry, id=run_id)
    assert data["retryJobRun"]["run"] == {"id": run_id, "state": "WAITING", "attempt": 0}
    for nonsense in (run_id, "0", "-1", "x", "9" * 30, "¹"):
        assert (await desk.ask(retry, id=nonsense)).codes == ("NOT_FOUND",), nonsense


async def test_a_dead_run_is_dismissed_and_counts_no_more(desk: Desk) -> None:
    run_id = await failed_run(desk, final=True)
    await desk.database.execute(
        Q.tell_schedule, job="close_hour", schedule="", next_start=None, next_end=None, next_due_at=None
    )
    dismiss = "mutation ($id: ID!) { dismissJobRun(id: $id) { run { id state error } } }"
    data = await desk.data(dismiss, id=run_id)
    assert data["dismissJobRun"]["run"] == {"id": run_id, "state": "SKIPPED", "error": "ValueError: no"}
    [state] = await desk.database.fetch(Q.job_states)
    assert state.dead_count == 0
    for nonsense in (run_id, "0", "x"):
        assert (await desk.ask(dismiss, id=nonsense)).codes == ("NOT_FOUND",), nonsense


async def test_of_what_is_done_reports_alone_are_done_again(desk: Desk) -> None:
    retry = "mutation ($id: ID!) { retryJobRun(id: $id) { run { state } } }"
    for job, codes in ((JobName.REPORT_MONTH, ()), (JobName.SUMMARISE_WEEK, ()), (JobName.CLOSE_DAY, ("NOT_FOUND",))):
        run_id = await ledger.request(desk.database, job, NOW - HOUR, NOW, merchant_id="shop")
        async with desk.database.acquire() as connection:
            await connection.execute("UPDATE job_runs SET state = 'done' WHERE run_id = $1", run_id)
        assert (await desk.ask(retry, id=str(run_id))).codes == codes, job


async def test_readiness_tells_anybody_states_counts_and_times_alone(desk: Desk) -> None:
    await failed_run(desk, final=False)
    await desk.database.execute(
        Q.tell_schedule, job="close_hour", schedule="", next_start=None, next_end=None, next_due_at=None
    )
    found = await check(desk.database, None)
    [said] = [told(job, found.last_runs[job.job]) for job in found.jobs]
    assert said["lastRun"] == {
        "state": "failed",
        "attempt": 1,
        "windowStart": (NOW - HOUR).isoformat(),
        "windowEnd": NOW.isoformat(),
    }


async def test_a_refresh_is_asked_for_in_the_ledger(desk: Desk) -> None:
    data = await desk.data("mutation { refreshAggregates { runId } }")
    [queued] = await ledger.queue(desk.database, 9, timedelta(0))
    assert (str(queued.run_id), queued.job) == (data["refreshAggregates"]["runId"], "refresh_aggregates")
    again = await desk.data("mutation { refreshAggregates { runId } }")  # at the same instant
    assert again == data


async def test_jobs_are_for_the_facilitator_alone(desk: Desk) -> None:
    documents = (
        "{ jobs { name } }",
        "mutation { pauseJob(job: WARM_CACHE) { job { name } } }",
        "mutation { resumeJob(job: WARM_CACHE) { job { name } } }",
        'mutation { retryJobRun(id: "1") { run { id } } }',
        'mutation { dismissJobRun(id: "1") { run { id } } }',
    )
    for document in documents:
        assert (await desk.ask(document, merchant("shop", ADMIN))).codes == ("FORBIDDEN",)
        assert desk.statements == []
        assert (await desk.ask(document, None)).codes == ("UNAUTHENTICATED",)


async def test_last_runs_have_a_limit(desk: Desk) -> None:
    assert (await desk.ask(JOBS, lastRuns=101)).codes == ("BAD_USER_INPUT",)
    assert desk.statements == []


async def test_readiness_tells_of_dead_runs_and_of_a_paused_refresh(desk: Desk) -> None:
    async with desk.database.acquire() as connection:
        await connection.execute(
            "INSERT INTO job_runs (job, window_start, window_end, due_at, state, max_attempts, finished_at) "
            "VALUES ('refresh_aggregates', $1, $1, $1, 'done', 1, now())",
            datetime(2026, 1, 1, tzinfo=UTC),
        )
    await desk.database.execute(
        Q.tell_schedule, job="refresh_aggregates", schedule="", next_start=None, next_end=None, next_due_at=None
    )
    assert (await check(desk.database, None)).parts["worker"].state == "ok"
    await failed_run(desk, final=True)
    part = (await check(desk.database, None)).parts["worker"]
    assert (part.state, part.detail) == ("ok", None)  # no worker has told of that job
    await desk.database.execute(
        Q.tell_schedule, job="close_hour", schedule="", next_start=None, next_end=None, next_due_at=None
    )
    part = (await check(desk.database, None)).parts["worker"]
    assert (part.state, part.detail) == ("degraded", "runs that failed for good: close_hour")
    await desk.data("mutation { pauseJob(job: REFRESH_AGGREGATES) { job { name } } }")
    assert (await check(desk.database, None)).parts["worker"].detail == "refresh_aggregates is paused"

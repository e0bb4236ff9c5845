"""`/health` (are we alive?), `/ready` (can we answer, and what is slow or away?) and `/metrics`."""

import asyncio
from dataclasses import asdict, dataclass

import redis.asyncio
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway import telemetry
from gateway.job_health import Part, age, last_refresh, measure, told, worker_part
from gateway.jwks import IssuerKeys
from sql import Database, Q, StoreUnavailable
from sql.engine import detect
from sql.job_rows import JobRun, JobState
from sql.maintenance import lag

CHECK_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Readiness:
    """What `/ready` tells. Times are seconds."""

    state: str
    parts: dict[str, Part]
    engine: str | None
    waiting: int | None
    lag_seconds: float | None
    jobs: list[JobState]
    last_runs: dict[str, JobRun]


async def check(database: Database, cache: redis.asyncio.Redis | None, issuer: IssuerKeys | None = None) -> Readiness:
    """Ask every part, each within a limit."""
    parts = {"redis": await _redis(cache)}
    if issuer is not None:
        parts["issuer"] = await _issuer(issuer)
    engine, waiting, lag_seconds = None, None, None
    jobs: list[JobState] = []
    runs: list[JobRun] = []
    try:
        async with asyncio.timeout(CHECK_SECONDS), database.acquire() as connection:
            engine = str(await detect(connection))
            behind = await lag(connection)
            jobs = [JobState(*row) for row in await database.fetch_records(connection, Q.job_states)]
            names = [job.job for job in jobs]
            last = await database.fetch_records(connection, Q.last_job_runs, jobs=names, run_limit=1)
            runs = [JobRun(*row) for row in last]
        parts["database"] = Part("ok")
        parts["worker"] = worker_part(jobs)
        waiting = behind.waiting
        lag_seconds = age(behind.oldest_at or last_refresh(jobs))
    except (StoreUnavailable, TimeoutError) as error:
        parts["database"] = Part("down", type(error).__name__)
    states = {part.state for part in parts.values()}
    state = "down" if "down" in states else "degraded" if "degraded" in states else "ok"
    return Readiness(state, parts, engine, waiting, lag_seconds, jobs, {run.job: run for run in runs})


async def _redis(cache: redis.asyncio.Redis | None) -> Part:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            if cache is None or not await cache.ping():
                return Part("degraded", "not connected")
    except (RedisError, OSError, TimeoutError) as error:
        return Part("degraded", type(error).__name__)  # answers go on, uncached
    return Part("ok")


async def _issuer(issuer: IssuerKeys) -> Part:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            problem = await issuer.problem()
    except TimeoutError as error:
        problem = type(error).__name__
    # Tokens that are known, those of our own secret and API keys go on.
    return Part("degraded", f"its keys cannot be had: {problem}") if problem else Part("ok")


def _parts_of(request: Request) -> tuple[Database, redis.asyncio.Redis | None, IssuerKeys | None]:
    state = request.app.state
    return state.database, state.redis, state.issuer


async def health(_: Request) -> Response:
    """The process runs."""
    return JSONResponse({"state": "ok"})


async def ready(request: Request) -> Response:
    """Each part's state; 503 when questions cannot be answered."""
    found = await check(*_parts_of(request))
    body = {
        "state": found.state,
        "parts": {name: asdict(part) for name, part in found.parts.items()},
        "engine": found.engine,
        "aggregates": {"waiting": found.waiting, "lagSeconds": finite(found.lag_seconds)},
        "jobs": [told(job, found.last_runs.get(job.job)) for job in found.jobs],
    }
    return JSONResponse(body, status_code=503 if found.state == "down" else 200, headers={"cache-control": "no-store"})


async def metrics(request: Request) -> Response:
    """Prometheus' text format; the parts are asked as they are scraped."""
    found = await check(*_parts_of(request))
    for name, part in found.parts.items():
        telemetry.UP.labels(part=name).set(part.state == "ok")
    if found.waiting is not None:
        telemetry.WAITING.set(found.waiting)
    if found.lag_seconds is not None:
        telemetry.LAG_SECONDS.set(found.lag_seconds)
    for job in found.jobs:
        measure(job, found.last_runs.get(job.job))
    return Response(generate_latest(telemetry.REGISTRY), media_type=CONTENT_TYPE_LATEST)


def finite(seconds: float | None) -> float | None:
    """JSON knows no infinity."""
    return seconds if seconds is not None and seconds != float("inf") else None


ROUTES = [Route("/health", health), Route("/ready", ready), Route("/metrics", metrics)]

"""`/health` (are we alive?), `/ready` (can we answer, and what is slow or away?) and `/metrics`."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import redis.asyncio
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway import telemetry
from sql import Database, Q, StoreUnavailable
from sql.engine import detect
from sql.maintenance import lag
from sql.rows import JobRun

# A minute's job that has not succeeded for this long means that the worker is away or failing.
STALE_JOB_SECONDS = 180
CHECK_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Part:
    """The state of one part: ok, degraded (answers go on) or down (they do not), and why."""

    state: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """What `/ready` tells. Times are seconds."""

    state: str
    parts: dict[str, Part]
    engine: str | None
    waiting: int | None
    lag_seconds: float | None
    jobs: list[dict[str, object]]


async def check(database: Database, cache: redis.asyncio.Redis | None) -> Readiness:
    """Ask every part, each within a limit."""
    parts = {"redis": await _redis(cache)}
    engine, waiting, lag_seconds, jobs = None, None, None, []
    try:
        async with asyncio.timeout(CHECK_SECONDS), database.acquire() as connection:
            engine = str(await detect(connection))
            behind = await lag(connection)
            runs: list[JobRun] = [JobRun(*row) for row in await database.fetch_records(connection, Q.last_job_runs)]
        parts["database"] = Part("ok")
        parts["worker"] = _worker(runs)
        waiting = behind.waiting
        lag_seconds = _age(behind.oldest_at) if behind.oldest_at else _age(_last_refresh(runs))
        jobs = [_told(run) for run in runs]
    except (StoreUnavailable, TimeoutError) as error:
        parts["database"] = Part("down", type(error).__name__)
    states = {part.state for part in parts.values()}
    state = "down" if "down" in states else "degraded" if "degraded" in states else "ok"
    return Readiness(state, parts, engine, waiting, lag_seconds, jobs)


async def _redis(cache: redis.asyncio.Redis | None) -> Part:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            if cache is None or not await cache.ping():
                return Part("degraded", "not connected")
    except (RedisError, OSError, TimeoutError) as error:
        return Part("degraded", type(error).__name__)  # answers go on, uncached
    return Part("ok")


def _worker(runs: list[JobRun]) -> Part:
    last = _last_refresh(runs)
    if last is None:
        return Part("degraded", "no refresh has run yet")
    age = _age(last)
    return Part("ok") if age <= STALE_JOB_SECONDS else Part("degraded", f"the last refresh was {age:.0f} s ago")


def _last_refresh(runs: list[JobRun]) -> datetime | None:
    return max((run.last_done_at for run in runs if run.last_done_at), default=None)


def _age(at: datetime | None) -> float:
    return (datetime.now(UTC) - at).total_seconds() if at else float("inf")


def _told(run: JobRun) -> dict[str, object]:
    return {
        "job": run.job,
        "state": run.state,
        "attempt": run.attempt,
        "windowStart": run.window_start.isoformat(),
        "windowEnd": run.window_end.isoformat(),
        "lastSuccessAt": run.last_done_at.isoformat() if run.last_done_at else None,
        "error": run.error,
    }


async def health(_: Request) -> Response:
    """The process runs."""
    return JSONResponse({"state": "ok"})


async def ready(request: Request) -> Response:
    """Each part's state; 503 when questions cannot be answered."""
    found = await check(request.app.state.database, request.app.state.redis)
    body = {
        "state": found.state,
        "parts": {name: asdict(part) for name, part in found.parts.items()},
        "engine": found.engine,
        "aggregates": {"waiting": found.waiting, "lagSeconds": finite(found.lag_seconds)},
        "jobs": found.jobs,
    }
    return JSONResponse(body, status_code=503 if found.state == "down" else 200, headers={"cache-control": "no-store"})


async def metrics(request: Request) -> Response:
    """Prometheus' text format; the parts are asked as they are scraped."""
    found = await check(request.app.state.database, request.app.state.redis)
    for name, part in found.parts.items():
        telemetry.UP.labels(part=name).set(part.state == "ok")
    if found.waiting is not None:
        telemetry.WAITING.set(found.waiting)
    if found.lag_seconds is not None:
        telemetry.LAG_SECONDS.set(found.lag_seconds)
    for job in found.jobs:
        at = job["lastSuccessAt"]
        age = _age(datetime.fromisoformat(str(at))) if at else float("inf")
        telemetry.JOB_AGE_SECONDS.labels(job=job["job"]).set(age)
    return Response(generate_latest(telemetry.REGISTRY), media_type=CONTENT_TYPE_LATEST)


def finite(seconds: float | None) -> float | None:
    """JSON knows no infinity."""
    return seconds if seconds is not None and seconds != float("inf") else None


ROUTES = [Route("/health", health), Route("/ready", ready), Route("/metrics", metrics)]

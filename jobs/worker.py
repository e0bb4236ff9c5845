"""The worker: the one table of what runs when, and a process that outlives a lost Redis."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any, cast

import orjson
import structlog
from arq import cron, func
from arq.connections import RedisSettings
from arq.typing import WorkerCoroutine
from arq.worker import Worker
from redis.exceptions import RedisError

from jobs.aggregation import refresh_aggregates, refresh_late
from jobs.contract import HEALTH_KEY, QUEUE, REFRESH_AGGREGATES, REFRESH_LATE
from sql import Database

log = structlog.get_logger()


def _arq(job: Callable[[dict[str, Any]], Awaitable[object]]) -> WorkerCoroutine:
    """Our jobs take their context and nothing else; arq's type asks for any arguments."""
    return cast(WorkerCoroutine, job)


# A missed window is made up by the next run of the same job, so one try is enough; the ledger tells what failed.
SCHEDULE = [
    cron(_arq(refresh_aggregates), name=REFRESH_AGGREGATES, second=0, timeout=600, max_tries=1, run_at_startup=True),
    cron(_arq(refresh_late), name=REFRESH_LATE, second=set(range(0, 60, 2)), timeout=600, max_tries=1),
]
RECONNECT_SECONDS = (0.5, 1, 2, 5)
GRACE_SECONDS = 20


async def run(database: Database, redis_url: str) -> None:
    """Work until SIGINT or SIGTERM, then finish what runs, within a limit."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    try:
        await _work_until(stopping, database, redis_url)
    finally:
        await database.close()
        log.info("worker.stopped")


async def _work_until(stopping: asyncio.Event, database: Database, redis_url: str) -> None:
    losses = 0
    while not stopping.is_set():
        worker = create(database, redis_url)
        working = asyncio.create_task(worker.async_run())
        stop = asyncio.create_task(stopping.wait())
        started = loop_time()
        await asyncio.wait({working, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if stopping.is_set():
            await _finish(worker, working)
            return
        error = working.exception()
        if not isinstance(error, RedisError | OSError):
            raise error or RuntimeError("the worker ended by itself")
        losses = 0 if loop_time() - started > 60 else losses + 1
        pause = RECONNECT_SECONDS[min(losses, len(RECONNECT_SECONDS) - 1)]
        log.warning("worker.redis_lost", error=type(error).__name__, retry_in_seconds=pause)
        await _abandon(worker)
        try:
            await asyncio.wait_for(stopping.wait(), timeout=pause)
        except TimeoutError:
            continue


def create(database: Database, redis_url: str) -> Worker:
    """Return a worker that is not running yet; also the place to run one job in a test."""
    return Worker(
        functions=[
            func(_arq(refresh_aggregates), name=REFRESH_AGGREGATES),
            func(_arq(refresh_late), name=REFRESH_LATE),
        ],
        cron_jobs=SCHEDULE,
        redis_settings=RedisSettings.from_dsn(redis_url),
        queue_name=QUEUE,
        health_check_key=HEALTH_KEY,
        health_check_interval=10,
        ctx={"database": database},
        handle_signals=False,
        keep_result=0,
        max_jobs=4,
        max_tries=1,
        # Not the defaults: arq pickles, and takes the times of its schedule in the system's zone.
        job_serializer=orjson.dumps,
        job_deserializer=orjson.loads,
        timezone=UTC,
    )


async def _finish(worker: Worker, working: "asyncio.Task[None]") -> None:
    """Let jobs that run end; what does not end in time is cancelled, and its window is taken again later."""
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    running: set[asyncio.Task[Any]] = set(worker.tasks.values())
    if running:
        await asyncio.wait(running, timeout=GRACE_SECONDS)
    await _abandon(worker)


async def _abandon(worker: Worker) -> None:
    running: set[asyncio.Task[Any]] = set(worker.tasks.values())
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    try:
        await worker.close()
    except (RedisError, OSError) as error:
        log.info("worker.close_failed", error=type(error).__name__)


def loop_time() -> float:
    """The running loop's clock."""
    return asyncio.get_running_loop().time()

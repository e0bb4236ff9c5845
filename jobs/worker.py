"""The worker: a process that plans, queues and runs jobs, and outlives a lost Redis and a lost PostgreSQL."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from jobs import ledger, queue
from jobs.context import JobContext
from jobs.planner import Planner
from jobs.runner import Runner, Terms
from jobs.schedule import SCHEDULE, Scheduled
from sql import Q, StoreUnavailable

log = structlog.get_logger()

RECONNECT_SECONDS = (0.5, 1, 2, 5)
#: So many runs may wait in the queue for each that a worker can do at once.
QUEUED_PER_RUN = 4
CANCELLATIONS = 100
LAST_WORDS_SECONDS = 2

Clock = Callable[[], Awaitable[datetime]]


async def run(context: JobContext, redis_url: str) -> None:
    """Work until SIGINT or SIGTERM; then finish what runs, or hand it back."""
    worker = Worker(context, redis_url)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, worker.stopping.set)
    try:
        await worker.run()
    finally:
        await context.database.close()
        log.info("worker.stopped")


@dataclass(slots=True)
class Worker:
    """One worker; `clock` says what is due, by default the database's, which all workers share."""

    context: JobContext
    redis_url: str
    schedule: Sequence[Scheduled] = SCHEDULE
    terms: Terms = field(default_factory=Terms)
    clock: Clock | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Work until `stopping` is set."""
        runner = Runner(self.context, {row.job: row for row in self.schedule}, self.terms)
        redis = queue.connect(self.redis_url)
        ended = asyncio.Event()
        dispatching = asyncio.create_task(self._dispatch(runner, redis))
        carrying = asyncio.create_task(self._carry(runner, redis, ended))
        stop = asyncio.create_task(self.stopping.wait())
        try:
            done, _ = await asyncio.wait({dispatching, carrying, stop}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await cancel(stop, dispatching)
            await runner.stop()
            ended.set()
            await asyncio.gather(carrying, return_exceptions=True)
            with suppress(RedisError, OSError):
                await redis.aclose()

    async def _dispatch(self, runner: Runner, redis: ArqRedis) -> None:
        """Plan and queue, tick by tick, and when a run ended."""
        planner, trouble = Planner(self.schedule), ""
        while not self.stopping.is_set():
            try:
                await self.tick(planner, redis, runner)
                trouble = ""
            except (StoreUnavailable, RedisError, OSError, TimeoutError) as error:
                if trouble != type(error).__name__:  # said once, not each second
                    log.warning("worker.cannot_dispatch", error=type(error).__name__)
                trouble = type(error).__name__
            # Not wait_for, which loses a cancellation that comes together with the event (Python 3.11).
            with suppress(TimeoutError):
                async with asyncio.timeout(self.terms.tick.total_seconds()):
                    await runner.ended.wait()
            runner.ended.clear()

    async def tick(self, planner: Planner, redis: ArqRedis, runner: Runner) -> int:
        """Plan what is due, give up what kills workers, queue what can be done; return how many were queued.

        Slow runs are queued by a worker that has a place free for them: a place in the queue is none.
        """
        database = self.context.database
        await planner.plan(self.context, await self._now())
        for dead in await ledger.bury(database):
            log.error("job.dead", job=dead.job, run_id=dead.run_id, error=dead.error)
        await redis.ping()  # no run is taken for a queue that is away
        queued = await ledger.queue(
            database,
            QUEUED_PER_RUN * self.terms.max_runs,
            self.terms.queued_for,
            slow_jobs=[row.job for row in self.schedule if row.slow],
            slow_limit=runner.free_slow,
        )
        for each in queued:
            if each.lost_worker is not None:
                log.warning("job.taken_over", job=each.job, run_id=each.run_id, lost_worker=each.lost_worker)
            await queue.put(redis, each)
        return len(queued)

    async def _now(self) -> datetime:
        if self.clock is not None:
            return await self.clock()
        told = await self.context.database.fetch_one(Q.job_clock)
        assert told is not None
        at: datetime = told.at
        return at

    async def _carry(self, runner: Runner, redis: ArqRedis, ended: asyncio.Event) -> None:
        """Run arq's worker, and a new one where Redis was lost; what runs goes on meanwhile."""
        losses, loop = 0, asyncio.get_running_loop()
        left: set[asyncio.Task[Any]] = set()
        ending = asyncio.create_task(ended.wait())
        while not ended.is_set():
            started = loop.time()
            carrier = queue.carrier(runner, redis, self.schedule)
            main = asyncio.create_task(carrier.async_run())
            await asyncio.wait({main, ending}, return_when=asyncio.FIRST_COMPLETED)
            carrier.end()
            await asyncio.wait({main}, timeout=queue.SOCKET_SECONDS + 1)
            await cancel(main)
            left.update(_heeded(task) for task in carrier.tasks.values())
            error = None if main.cancelled() else main.exception()
            if not ended.is_set():
                if not isinstance(error, RedisError | OSError | TimeoutError):
                    raise error or RuntimeError("the worker ended by itself")
                losses = 0 if loop.time() - started > 60 else losses + 1
                pause = RECONNECT_SECONDS[min(losses, len(RECONNECT_SECONDS) - 1)]
                log.warning("worker.redis_lost", error=type(error).__name__, retry_in_seconds=pause)
                await asyncio.wait({ending}, timeout=pause)
        if left:  # they tell the queue what has ended
            await asyncio.wait(left, timeout=LAST_WORDS_SECONDS)
        await cancel(*left)


def _heeded(task: "asyncio.Task[Any]") -> "asyncio.Task[Any]":
    """Look at a task's failure: what arq could not tell Redis is of no matter."""
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task


async def cancel(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel tasks, and again until they hear it: some libraries lose a cancellation that comes with an answer."""
    left = {task for task in tasks if not task.done()}
    for _ in range(CANCELLATIONS):
        if not left:
            return
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=0.1)
    log.error("worker.tasks_left", tasks=len(left))

"""The worker: a process that plans, queues and runs jobs, and outlives a lost Redis and a lost PostgreSQL."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import arq.worker
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
        tasks = [asyncio.create_task(self._dispatch(runner, redis)), asyncio.create_task(self._carry(runner, redis))]
        stop = asyncio.create_task(self.stopping.wait())
        try:
            done, _ = await asyncio.wait({*tasks, stop}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            stop.cancel()
            tasks[0].cancel()
            await runner.stop()
            tasks[1].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with suppress(RedisError, OSError):
                await redis.aclose(close_connection_pool=True)

    async def _dispatch(self, runner: Runner, redis: ArqRedis) -> None:
        """Plan and queue, tick by tick, and when a run ended."""
        planner, trouble = Planner(self.schedule), ""
        while True:
            try:
                await self.tick(planner, redis)
                trouble = ""
            except (StoreUnavailable, RedisError, OSError, TimeoutError) as error:
                if trouble != type(error).__name__:  # said once, not each second
                    log.warning("worker.cannot_dispatch", error=type(error).__name__)
                trouble = type(error).__name__
            with suppress(TimeoutError):
                await asyncio.wait_for(runner.ended.wait(), self.terms.tick.total_seconds())
            runner.ended.clear()

    async def tick(self, planner: Planner, redis: ArqRedis) -> int:
        """Plan what is due, give up what kills workers, queue what can be done; return how many were queued."""
        database = self.context.database
        await planner.plan(self.context, await self._now())
        for dead in await ledger.bury(database):
            log.error("job.dead", job=dead.job, run_id=dead.run_id, error=dead.error)
        await redis.ping()  # no run is taken for a queue that is away
        queued = await ledger.queue(database, QUEUED_PER_RUN * self.terms.max_runs, self.terms.queued_for)
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

    async def _carry(self, runner: Runner, redis: ArqRedis) -> None:
        """Run arq's worker, and a new one where Redis was lost; what runs goes on meanwhile."""
        losses, loop = 0, asyncio.get_running_loop()
        while True:
            started = loop.time()
            working = queue.worker(runner, redis, self.schedule)
            try:
                await working.async_run()
                raise RuntimeError("the worker ended by itself")
            except (RedisError, OSError, TimeoutError) as error:
                losses = 0 if loop.time() - started > 60 else losses + 1
                pause = RECONNECT_SECONDS[min(losses, len(RECONNECT_SECONDS) - 1)]
                log.warning("worker.redis_lost", error=type(error).__name__, retry_in_seconds=pause)
            finally:
                await _let_go(working)
            await asyncio.sleep(pause)


async def _let_go(working: arq.worker.Worker) -> None:
    """Cancel arq's own tasks: those of its jobs are shielded from it."""
    main = [working.main_task] if working.main_task else []
    tasks = [*main, *working.tasks.values(), *working.job_tasks.values()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

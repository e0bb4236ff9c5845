"""Run what was queued: begin it in the ledger, hold its lease, bound its time, write down how it ended."""

import asyncio
import os
import random
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from jobs import ledger
from jobs.context import GiveUp, JobContext, NothingToDo, Run
from jobs.contract import JobName
from jobs.ledger import RunLost
from jobs.schedule import Scheduled
from sql import StoreUnavailable

log = structlog.get_logger()

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
CANCEL_SECONDS = 5


class TookTooLong(Exception):
    """An attempt came to the end of its time."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a worker goes about it. A lease has to be longer than a loop or a database may hang.

    Of its `max_runs` at once, `max_slow` may be slow ones, so that these never keep the quick ones waiting; which of
    the slow jobs goes next, the queue says.
    """

    lease: timedelta = timedelta(seconds=30)
    tick: timedelta = timedelta(seconds=1)
    poll: timedelta = timedelta(seconds=0.2)
    queued_for: timedelta = timedelta(seconds=10)
    grace: timedelta = timedelta(seconds=20)
    max_runs: int = 8
    max_slow: int = 2


@dataclass(slots=True)
class Runner:
    """Runs jobs of one worker. What runs is not the queue's task: it goes on where Redis is lost."""

    context: JobContext
    schedule: Mapping[JobName, Scheduled]
    terms: Terms = field(default_factory=Terms)
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{random.randbytes(3).hex()}")
    stopping: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)  # set after each run: the next of its lane may begin
    _running: dict[int, "asyncio.Task[None]"] = field(default_factory=dict)
    _slow: int = 0

    @property
    def free_slow(self) -> int:
        """How many more slow runs there is a place for."""
        return max(self.terms.max_slow - self._slow, 0)

    async def run(self, job: JobName, run_id: int, token: int) -> None:
        """Do a queued run to its end; nothing where it is another's.

        One that this worker has no place for, since it stops or has enough slow ones, is given back.
        """
        slow = self.schedule[job].slow
        if self.stopping or (slow and not self.free_slow):
            with suppress(StoreUnavailable):  # it is queued again, only later
                await ledger.unqueue(self.context.database, run_id, token)
            return
        self._slow += slow
        try:
            run = await ledger.begin(self.context.database, run_id, token, self.name, self.terms.lease)
            if run is not None:
                self._running[run_id] = asyncio.create_task(self._run(run))
                await asyncio.shield(self._running[run_id])
        except StoreUnavailable as error:
            log.warning("job.not_begun", job=job.value, error=str(error))
        except Exception:  # nobody waits for it
            log.exception("job.not_begun", job=job.value)
        finally:
            self._slow -= slow

    async def stop(self) -> None:
        """Begin nothing more, let what runs end within the grace, and hand back what does not."""
        self.stopping = True
        if self._running:
            log.info("worker.finishing", runs=len(self._running))
            await asyncio.wait(self._running.values(), timeout=self.terms.grace.total_seconds())
        left = list(self._running.values())
        for task in left:
            task.cancel()
        if left:  # what does not let itself be cancelled ends with the process, and its lease soon after
            await asyncio.wait(left, timeout=CANCEL_SECONDS)

    async def _run(self, run: Run) -> None:
        row = self.schedule[run.job]
        about = {"job": run.job.value, "merchant_id": run.merchant_id, "window_end": run.window_end.isoformat()}
        try:
            rows = await self._held(run, row)
        except asyncio.CancelledError:
            log.info("job.handed_back", **about)
            await asyncio.shield(ledger.hand_back(self.context.database, run))
            raise
        except RunLost:
            log.warning("job.lost", **about)
        except TookTooLong as error:
            await self._fail(run, str(error), about)
        except NothingToDo as error:
            await self._skip(run, str(error), about)
        except GiveUp as error:
            await self._fail(run, str(error), about, final=True)
        except Exception as error:
            log.exception("job.raised", **about)
            await self._fail(run, f"{type(error).__name__}: {error}", about)
        else:
            log.debug("job.done", rows=rows, attempt=run.attempt, **about)
            await self._make_up(run, row)
        finally:
            self._running.pop(run.run_id, None)
            self.ended.set()

    async def _held(self, run: Run, row: Scheduled) -> int:
        """Do the work while the lease is prolonged; raise RunLost where that fails, TookTooLong where it lasts."""
        work = asyncio.ensure_future(self._work(run, row))
        holding = asyncio.create_task(self._hold(run))
        try:
            await asyncio.wait({work, holding}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
                holding.result()
            return await work
        finally:
            for task in (work, holding):
                task.cancel()
            await asyncio.gather(work, holding, return_exceptions=True)

    async def _work(self, run: Run, row: Scheduled) -> int:
        limit = asyncio.timeout(row.timeout.total_seconds())
        try:
            async with limit:
                rows = await row.work(self.context, run)
        except TimeoutError:
            if limit.expired():
                raise TookTooLong(f"It took longer than {row.timeout.total_seconds():g} s.") from None
            raise
        # The work may have ended the run already, together with its effect.
        async with self.context.database.acquire() as connection:
            await ledger.complete(connection, run, rows)
        return rows

    async def _hold(self, run: Run) -> None:
        """Prolong the lease until it is lost; a database that is away is asked again until the lease has ended."""
        lease = self.terms.lease
        loop = asyncio.get_running_loop()
        until = loop.time() + lease.total_seconds()
        while True:
            await asyncio.sleep(lease.total_seconds() / 4)
            try:
                asked = loop.time()
                await ledger.hold(self.context.database, run, lease)
                until = asked + lease.total_seconds()
            except StoreUnavailable:
                if loop.time() >= until:
                    raise RunLost(run.job) from None

    async def _fail(self, run: Run, error: str, about: Mapping[str, object], *, final: bool = False) -> None:
        try:
            state = await ledger.fail(self.context.database, run, error, pause(run.attempt), final=final)
        except StoreUnavailable:
            state = None  # the lease ends, and somebody takes over
        log.error("job.failed", state=state, error=error, attempt=run.attempt, **about)

    async def _skip(self, run: Run, why: str, about: Mapping[str, object]) -> None:
        with suppress(StoreUnavailable):  # the lease ends, and somebody takes over
            await ledger.skip(self.context.database, run, why)
        log.info("job.nothing_to_do", why=why, attempt=run.attempt, **about)

    async def _make_up(self, run: Run, row: Scheduled) -> None:
        """Where the newest window does for all before it, none of those is missed any more."""
        if row.newest_does:
            with suppress(StoreUnavailable):  # the next one does it
                await ledger.make_up(self.context.database, run)


def pause(attempt: int) -> timedelta:
    """Return how long to wait after an attempt: twice as long each time, and never the same for all at once."""
    longest: timedelta = min(FIRST_PAUSE * 2 ** min(attempt - 1, 20), LONGEST_PAUSE)
    return longest * random.uniform(0.75, 1.0)

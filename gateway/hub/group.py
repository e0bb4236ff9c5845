"""One operation under one authority, and all who watch it: computed once, encoded once, the same bytes to each."""

import asyncio
import math
import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
import structlog

from gateway import telemetry
from gateway.hub.changes import Changes
from gateway.hub.member import Member, Update
from gateway.hub.operation import Operation
from resolvers.errors import ErrorCode
from resolvers.executor import Executor, Result, refused

log = structlog.get_logger()

#: A change is waited for this long; then the value is computed anew in any case. Spread, so that groups that began
#: together do not ask together for ever.
REFRESH_SECONDS: Final = (25.0, 30.0)
#: What is left of a second for computing and sending, so that an event is seen within a second of its commit.
RESERVE_SECONDS: Final = 0.05
RETRY_SECONDS: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
#: How often the database may be away before who has no value yet is told so.
FIRST_TRIES: Final = 4
#: How many members are served before other work gets its turn.
TURN: Final = 250
#: Failures that may pass: what was sent last stays, and its `asOf` tells its age.
PASSING: Final = frozenset({ErrorCode.STORE_UNAVAILABLE.value, ErrorCode.TIMEOUT.value})


@dataclass(frozen=True, slots=True)
class Means:
    """What groups work with; `turns` bounds how many compute at a time, so that queries find connections too."""

    executor: Executor
    changes: Changes
    turns: asyncio.Semaphore


class Group:
    """Computes while it has members; it is a `Watch` for the resolver of its subscription."""

    def __init__(self, operation: Operation, means: Means) -> None:
        self.members: dict[Member, None] = {}
        self.ended = False
        self._operation = operation
        self._means = means
        self._latest: Update | None = None
        self._lacking = math.inf  # how many parts of the latest failed for a while
        self._merchants: set[str] = set()
        self._streams: set[str] = set()
        self._changed = asyncio.Event()
        self._changed_at: float | None = None
        self._began_at = 0.0
        self._event_at = 0.0
        self._turn_at = 0.0
        self._pace = 1.0
        self._failures = 0
        self._last = False

    def join(self, member: Member) -> None:
        """Add a member; it gets the newest value at once, if there is one."""
        self.members[member] = None
        if self._latest is not None:
            member.deliver(self._latest)

    async def listen(self, merchant_id: str, streams: Collection[str]) -> None:
        """Hear of a merchant's events from now on."""
        self._streams.update(streams)
        if merchant_id not in self._merchants:
            self._merchants.add(merchant_id)
            await self._means.changes.listen(merchant_id, self._heard)

    def until(self, instant: datetime) -> None:
        """Compute anew at this instant."""
        left = (instant - self._means.executor.services.clock()).total_seconds()
        self._turn_at = min(self._turn_at, asyncio.get_running_loop().time() + max(left, 0.0))

    def over(self) -> None:
        """Send this value, and end."""
        self._last = True

    def pace(self, seconds: float) -> None:
        """Let events cause no two values closer than this, nor the clock one so close to the last."""
        self._pace = seconds - RESERVE_SECONDS

    async def run(self) -> None:
        """Compute and send until there is nothing more to watch; the last word is told to the members."""
        last: Result | None
        try:
            last = await self._keep_up()
        except Exception:
            log.exception("live.failed", operation=self._operation.name)
            last = refused(ErrorCode.INTERNAL, "Something went wrong on our side.")
        self.ended = True
        for member in tuple(self.members):
            member.finish(last)

    def close(self) -> None:
        """Listen no more."""
        self.ended = True
        for merchant_id in self._merchants:
            self._means.changes.leave(merchant_id, self._heard)

    async def _keep_up(self) -> Result | None:
        """Return the result that ends the group; None where its last value was sent."""
        while True:
            async with self._means.turns:
                since, self._changed_at = self._changed_at, None
                result = await self._look()
            telemetry.LIVE_LOOKS.labels(outcome=_outcome(result)).inc()
            if result.data is None and not self._may_pass(result):
                return result
            lacking = sum(code in PASSING for code in result.codes)
            if result.data is not None and lacking <= self._lacking:
                self._lacking = lacking
                await self._send(Update(orjson.dumps(result.payload())), since)
                if self._last:
                    return None
            # What is lacking is looked for again soon: nobody tells when it is there.
            self._failures = self._failures + 1 if lacking else 0
            await self._wait()

    def _may_pass(self, result: Result) -> bool:
        """Whether a failure is waited out in silence: not for ever where nothing was sent that stays."""
        if not result.codes or not PASSING.issuperset(result.codes):
            return False
        if self._latest is not None:
            return True
        # What takes too long at first would do so again, at the database's expense.
        return ErrorCode.TIMEOUT.value not in result.codes and self._failures < FIRST_TRIES

    async def _look(self) -> Result:
        loop = asyncio.get_running_loop()
        self._began_at = loop.time()
        self._turn_at = self._began_at + random.uniform(*REFRESH_SECONDS)
        # Before the statements: an event that comes in while they run counts for the next look.
        self._changed.clear()
        operation = self._operation
        return await self._means.executor.look(
            operation.document, orjson.loads(operation.variables), operation.name, operation.principal, self
        )

    async def _send(self, update: Update, changed_at: float | None) -> None:
        self._latest = update
        members = tuple(self.members)
        for number, member in enumerate(members, 1):
            if member in self.members:  # it may have left while others had their turn
                member.deliver(update)
            if number % TURN == 0:
                await asyncio.sleep(0)
        telemetry.LIVE_UPDATES.inc(len(members))
        if changed_at is not None:
            telemetry.LIVE_LAG_SECONDS.observe(asyncio.get_running_loop().time() - changed_at)

    async def _wait(self) -> None:
        """Return when the value may have changed, keeping the pace."""
        loop = asyncio.get_running_loop()
        if self._failures:
            # What fails late has kept the database at work so long: it rests as long.
            took = loop.time() - self._began_at
            await asyncio.sleep(max(took, RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS)) - 1]))
            return
        try:
            async with asyncio.timeout_at(max(self._turn_at, self._began_at + self._pace)):
                await self._changed.wait()
        except TimeoutError:
            return
        # The pace is that of when events were due to be looked for. A look that the clock asked for in between, or one
        # that a busy process began late, does not put off the next: of one event a second each would wait for most.
        self._event_at = max(self._changed_at or loop.time(), self._event_at + self._pace)
        await asyncio.sleep(self._event_at - loop.time())

    def _heard(self, streams: Collection[str] | None) -> None:
        if streams is not None and self._streams.isdisjoint(streams):
            return
        if not self._changed.is_set():
            self._changed.set()
            self._changed_at = asyncio.get_running_loop().time()


def _outcome(result: Result) -> str:
    return "failed" if result.data is None else "partial" if result.errors else "ok"

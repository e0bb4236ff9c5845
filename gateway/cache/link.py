"""One connection to Redis that a whole process shares, each caller's commands behind those of the one before.

Replies come in the order of the commands, so a caller that gives up takes nothing from its neighbours: its replies are
read and dropped. What is sent before something else is also done before it, which is how an acknowledged event is
seen by the next question of this process. A lost connection is made again by itself; until then nobody waits.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeAlias

import redis.asyncio
import structlog
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError, ResponseError

log = structlog.get_logger("z402.redis")

Command: TypeAlias = tuple[str | bytes | int, ...]

REPLY_SECONDS: Final = 0.5
CONNECT_SECONDS: Final = 2.0
#: Replies that came while the process was busy are still read, before their caller is told that there are none.
GRACE_SECONDS: Final = 0.02
PAUSES_SECONDS: Final = (0.05, 0.2, 0.5, 1.0, 2.0)


class Away(Exception):
    """Redis cannot be reached, or did not answer in time. Whether it did what it was told is not known."""


class Link:
    """The shared connection. On each new one `prelude` is sent and `on_connect` runs before anybody else may use it."""

    def __init__(self, url: str, prelude: Sequence[Command] = (), *, reply_seconds: float = REPLY_SECONDS) -> None:
        self.up = False
        self.on_connect: list[Callable[[], Awaitable[None]]] = []
        self._pool = redis.asyncio.ConnectionPool.from_url(url, socket_timeout=None, health_check_interval=0)
        self._prelude = prelude
        self._reply_seconds = reply_seconds
        self._calls: deque[_Call] = deque()
        self._unsent: list[bytes] = []
        self._something = asyncio.Event()
        self._opened = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._connected = False
        self._lost: asyncio.Future[None] | None = None

    async def open(self, seconds: float = CONNECT_SECONDS) -> bool:
        """Begin to connect, and wait for it so long; return whether the link is up."""
        self.start()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._opened.wait(), seconds)
        return self.up

    async def call(self, *commands: Command) -> list[Any]:
        """Send commands and return their replies; an error of Redis' own is one. Raises Away."""
        if not self.up:
            self.start()
            raise Away
        return await self.send(commands)

    def send(
        self, commands: Sequence[Command], on_lost: Callable[[], None] | None = None
    ) -> "asyncio.Future[list[Any]]":
        """Send commands now; their replies come later. `on_lost` runs before anything else if they never do."""
        result: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        result.add_done_callback(_seen)
        call = _Call(len(commands), result, on_lost)
        if not self._connected:
            call.fail()
            return call.result
        self._calls.append(call)
        self._unsent += [piece for command in commands for piece in self._pack(*command)]
        self._something.set()
        call.timer = asyncio.get_running_loop().call_later(self._reply_seconds, self._late, call, GRACE_SECONDS)
        return call.result

    async def close(self) -> None:
        """Let go of the connection."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None
        await self._pool.disconnect()

    def lose(self, why: str) -> None:
        """Give the connection up, for another one."""
        self._drop()
        if self._lost is not None and not self._lost.done():
            self._lost.set_exception(Away(why))

    def start(self) -> None:
        """Begin to connect, unless that has begun; nobody waits for it."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())

    async def _run(self) -> None:
        losses = 0
        while True:
            connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
            try:
                losses = 0 if await self._serve(connection) else losses + 1
            finally:
                self._drop()
                await connection.disconnect(nowait=True)
            await asyncio.sleep(PAUSES_SECONDS[min(losses, len(PAUSES_SECONDS) - 1)])

    async def _serve(self, connection: AbstractConnection) -> bool:
        """Connect and work until the connection is lost; return whether it ever was up."""
        self._lost = asyncio.get_running_loop().create_future()
        self._pack = connection.pack_command
        parts: list[asyncio.Future[Any]] = []
        was_up = False
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await connection.connect()  # type: ignore[no-untyped-call]
            self._connected = True
            parts = [asyncio.create_task(self._read(connection)), asyncio.create_task(self._write(connection))]
            if self._prelude:
                await self.send(self._prelude)
            for prepare in self.on_connect:
                await prepare()
            self.up = was_up = True
            self._opened.set()
            await asyncio.wait([*parts, self._lost], return_when=asyncio.FIRST_COMPLETED)
            log.warning("redis.lost", error=_why([*parts, self._lost]))
        except (RedisError, OSError, TimeoutError, Away) as error:
            log.warning("redis.away", error=type(error).__name__)
        finally:
            self._drop()
            self._lost = None
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
        return was_up

    async def _read(self, connection: AbstractConnection) -> None:
        while True:
            try:
                reply = await connection.read_response(disable_decoding=True)
            except ResponseError as error:
                reply = error
            if not self._calls:
                return  # given up, in the very moment in which the reply came
            call = self._calls[0]
            call.replies.append(reply)
            if len(call.replies) == call.count:
                self._calls.popleft()
                call.finish()

    async def _write(self, connection: AbstractConnection) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            pieces, self._unsent = self._unsent, []
            await connection.send_packed_command([b"".join(pieces)], check_health=False)

    def _late(self, call: "_Call", grace: float) -> None:
        if call.replied:
            return
        if grace:
            call.timer = asyncio.get_running_loop().call_later(grace, self._late, call, 0)
        else:
            self.lose("no reply")

    def _drop(self) -> None:
        """Tell everybody who waits."""
        self.up = self._connected = False
        self._opened.clear()
        calls, self._calls, self._unsent = self._calls, deque(), []
        for call in calls:
            call.fail()


class _Call:
    """Commands that were sent together, and their replies so far."""

    __slots__ = ("count", "on_lost", "replied", "replies", "result", "timer")

    def __init__(self, count: int, result: "asyncio.Future[list[Any]]", on_lost: Callable[[], None] | None) -> None:
        self.count = count
        self.result = result
        self.on_lost = on_lost
        self.replies: list[Any] = []
        self.replied = False
        self.timer: asyncio.TimerHandle | None = None

    def finish(self) -> None:
        self._end()
        if not self.result.done():
            self.result.set_result(self.replies)

    def fail(self) -> None:
        self._end()
        if self.on_lost is not None:
            self.on_lost()
        if not self.result.done():
            self.result.set_exception(Away())

    def _end(self) -> None:
        self.replied = True
        if self.timer is not None:
            self.timer.cancel()


def _seen(result: "asyncio.Future[Any]") -> None:
    """Nobody may wait any more: then a failure must not be reported as forgotten."""
    if not result.cancelled():
        result.exception()


def _why(ended: Sequence["asyncio.Future[Any]"]) -> str:
    errors = [part.exception() for part in ended if part.done() and not part.cancelled()]
    told = (str(error) if isinstance(error, Away) else type(error).__name__ for error in errors if error is not None)
    return next(told, "closed")

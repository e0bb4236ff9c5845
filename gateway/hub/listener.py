"""Hearing of changes by Redis: one connection per process, on it only the channels of merchants that are watched.

redis-py connects anew behind its caller's back, and what was published meanwhile is lost. So nothing is left to it:
a connection that fails is given up, and as the channels of the next one open, those who watch are told that
something may have been missed. A connection that says nothing for a while is asked whether it still lives.
"""

import asyncio
import time
from collections.abc import Collection, Mapping, Set
from contextlib import suppress
from typing import Any, Final, Protocol

import orjson
import structlog
from redis.asyncio import Connection, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import RedisError

from gateway.changes import CHANNEL

log = structlog.get_logger()

PREFIX: Final = CHANNEL
#: Nobody publishes here; it keeps the connection a listener's while no merchant is watched.
OWN: Final = "analytics:changed"
SILENCE_SECONDS: Final = 2.0
PAUSE_SECONDS: Final = 0.5
#: How long a channel outlives its last listener: a page that is loaded anew comes back at once.
KEPT_SECONDS: Final = 10.0


class Told(Protocol):
    """Who is told, and knows who is watched."""

    @property
    def watched(self) -> Set[str]: ...
    def tell(self, merchant_id: str, streams: Collection[str] | None) -> None: ...


class Listener:
    """Keeps the connection and its channels.

    One task reads and writes it: redis-py gives up a connection whose writer is cancelled, and whoever waits for a
    channel may be.
    """

    def __init__(self, redis_url: str, told: Told) -> None:
        self.connected = False
        self._url = redis_url
        self._told = told
        self._away = False
        self._asked: set[str] = set()  # channels
        self._open: set[str] = set()  # those that Redis confirmed
        self._opening: dict[str, asyncio.Event] = {}  # those that somebody waits for
        self._late: set[str] = set()  # those of whom something may have been missed before they opened
        self._unwatched: dict[str, float] = {}  # since when
        self._tidied = 0.0
        self._woken: asyncio.Future[None] | None = None

    async def open(self, merchant_id: str, timeout: float) -> None:
        """Return once the channel of a watched merchant is open; whoever cannot wait so long is told later."""
        channel = PREFIX + merchant_id
        self._unwatched.pop(channel, None)
        if self._away or channel in self._open:
            return
        opening = self._opening.setdefault(channel, asyncio.Event())
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)
        try:
            async with asyncio.timeout(timeout):
                await opening.wait()
        except TimeoutError:
            self._late.add(channel)

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            client = Redis.from_url(
                self._url, socket_timeout=5, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0), retry_on_error=[]
            )
            try:
                async with client.pubsub() as pubsub:
                    await self._connect(pubsub)
                    await self._read(pubsub)
            except (RedisError, OSError, TimeoutError) as error:
                if not self._away:
                    log.warning("changes.redis_lost", error=type(error).__name__)
            finally:
                self._lost()
                with suppress(RedisError, OSError):
                    await client.aclose()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _connect(self, pubsub: PubSub) -> None:
        await pubsub.subscribe(OWN)
        self._asked.add(OWN)
        self._take(await _message(pubsub))
        if OWN not in self._open:
            raise TimeoutError
        watched = self._watched()
        log.info("changes.redis_connected", channels=len(watched))
        # No word between these: whoever came before is told when its channel opens, whoever comes now waits for it.
        if self._away:
            self._late = watched
        self._away, self.connected = False, True

    async def _read(self, pubsub: PubSub) -> None:
        asked = False
        while True:
            message = await self._next(pubsub)
            if message is not None:
                asked = False
                self._take(message)
            elif asked:
                raise TimeoutError
            else:
                asked = True
                await _send(pubsub, "PING")
            await self._tidy(pubsub)

    async def _next(self, pubsub: PubSub) -> Mapping[str, Any] | None:
        """Return what comes, None where nothing does for a while; meanwhile ask for the channels of who comes."""
        reading = asyncio.create_task(_message(pubsub))
        try:
            while not reading.done():
                self._woken = asyncio.get_running_loop().create_future()
                await self._subscribe(pubsub)
                await asyncio.wait((reading, self._woken), return_when=asyncio.FIRST_COMPLETED)
            return await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _subscribe(self, pubsub: PubSub) -> None:
        missing = self._watched() - self._asked
        if missing:
            self._asked |= missing
            await _send(pubsub, "SUBSCRIBE", *missing)

    def _take(self, message: Mapping[str, Any] | None) -> None:
        if message is None:
            raise TimeoutError
        channel = bytes(message["channel"] or b"").decode()
        merchant_id = channel.removeprefix(PREFIX)
        if message["type"] == "subscribe":
            self._open.add(channel)
            if channel in self._opening:
                self._opening.pop(channel).set()
            if channel in self._late:
                self._late.remove(channel)
                self._told.tell(merchant_id, None)
        elif message["type"] == "message":
            self._told.tell(merchant_id, _streams(message["data"]))

    async def _tidy(self, pubsub: PubSub) -> None:
        """Close the channels that nobody has listened to for a while."""
        now = time.monotonic()
        if now - self._tidied < KEPT_SECONDS / 2:
            return
        self._tidied = now
        for channel in self._open - self._watched() - {OWN}:
            if now - self._unwatched.setdefault(channel, now) >= KEPT_SECONDS:
                del self._unwatched[channel]
                self._open.remove(channel)
                self._asked.remove(channel)
                await _send(pubsub, "UNSUBSCRIBE", channel)

    def _watched(self) -> set[str]:
        return {PREFIX + merchant_id for merchant_id in self._told.watched}

    def _lost(self) -> None:
        """Let go of who waits: they look at once, and are told when their channels open."""
        self.connected, self._away = False, True
        for opening in self._opening.values():
            opening.set()
        for kept in (self._asked, self._open, self._opening, self._unwatched):
            kept.clear()


async def _message(pubsub: PubSub) -> Mapping[str, Any] | None:
    _connection(pubsub)
    message: Mapping[str, Any] | None = await pubsub.get_message(timeout=SILENCE_SECONDS)
    return message


async def _send(pubsub: PubSub, *command: str) -> None:
    await _connection(pubsub).send_command(*command, check_health=False)


def _connection(pubsub: PubSub) -> Connection:
    """Return the connection; raise where redis-py would connect anew, which would hide a gap."""
    connection: Connection | None = pubsub.connection
    if connection is None or not connection.is_connected:
        raise NotConnected("the connection is gone")
    return connection


def _streams(data: bytes) -> Collection[str] | None:
    """Return the streams that a message names; None, for any, where the merchant changed or it cannot be read."""
    try:
        told = orjson.loads(data)
        streams = told["streams"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    return frozenset(streams) if isinstance(streams, dict) and "profile" not in told else None

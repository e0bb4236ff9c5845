"""Hearing of changes by Redis: one connection per process, on it only the channels of merchants that are watched.

redis-py connects anew behind its caller's back, and what was published meanwhile is lost. So nothing is left to it:
a connection that fails is given up, and when the next one stands everybody is told that something may have been
missed. A connection that says nothing for a while is asked whether it still lives.
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
    def tell_all(self) -> None: ...


class Listener:
    """Keeps the connection and its channels."""

    def __init__(self, redis_url: str, told: Told) -> None:
        self.connected = False
        self._url = redis_url
        self._told = told
        self._pubsub: PubSub | None = None
        self._channels: dict[str, asyncio.Event] = {}  # set once Redis confirmed the channel
        self._unwatched: dict[str, float] = {}  # since when
        self._tidied = 0.0
        self._tried = asyncio.Event()
        self._missed = False

    async def open(self, merchant_id: str, timeout: float) -> None:
        """Return once the merchant's channel is open; without a connection at once: whoever connects tells all."""
        channel = PREFIX + merchant_id
        self._unwatched.pop(channel, None)
        try:
            async with asyncio.timeout(timeout):
                await self._tried.wait()
                await self._subscribe(channel)
        except (RedisError, OSError, TimeoutError):
            self._missed = True  # the reader meets the same fault, and sees to it

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
                if self.connected or not self._tried.is_set():
                    log.warning("changes.redis_lost", error=type(error).__name__)
            finally:
                self._lost()
                with suppress(RedisError, OSError):
                    await client.aclose()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _connect(self, pubsub: PubSub) -> None:
        channels = [OWN, *(PREFIX + merchant_id for merchant_id in self._told.watched)]
        opening = {channel: asyncio.Event() for channel in channels}
        self._channels = opening.copy()
        await pubsub.subscribe(*channels)
        while not all(confirmed.is_set() for confirmed in opening.values()):
            self._take(await _message(pubsub))
        self._pubsub, self.connected = pubsub, True
        log.info("changes.redis_connected", channels=len(channels) - 1)
        if self._missed:
            self._told.tell_all()
        self._missed = False
        self._tried.set()

    async def _read(self, pubsub: PubSub) -> None:
        asked = False
        while True:
            message = await _message(pubsub)
            if message is not None:
                asked = False
                self._take(message)
            elif asked:
                raise TimeoutError
            else:
                asked = True
                await _send(pubsub, "PING")
            await self._tidy(pubsub)

    def _take(self, message: Mapping[str, Any] | None) -> None:
        if message is None:
            raise TimeoutError
        channel = bytes(message["channel"] or b"").decode()
        if message["type"] == "subscribe" and channel in self._channels:
            self._channels[channel].set()
        elif message["type"] == "message":
            self._told.tell(channel.removeprefix(PREFIX), _streams(message["data"]))

    async def _subscribe(self, channel: str) -> None:
        if self._pubsub is None:
            self._missed = True
            return
        confirmed = self._channels.get(channel)
        if confirmed is None:
            confirmed = self._channels[channel] = asyncio.Event()
            await _send(self._pubsub, "SUBSCRIBE", channel)
        await confirmed.wait()

    async def _tidy(self, pubsub: PubSub) -> None:
        """Close the channels that nobody has listened to for a while."""
        now = time.monotonic()
        if now - self._tidied < KEPT_SECONDS / 2:
            return
        self._tidied = now
        watched = {PREFIX + merchant_id for merchant_id in self._told.watched}
        for channel in self._channels.keys() - watched - {OWN}:
            if now - self._unwatched.setdefault(channel, now) >= KEPT_SECONDS and self._channels[channel].is_set():
                del self._unwatched[channel], self._channels[channel]
                await _send(pubsub, "UNSUBSCRIBE", channel)

    def _lost(self) -> None:
        self.connected, self._missed, self._pubsub = False, True, None
        self._channels.clear()
        self._unwatched.clear()
        self._tried.set()


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

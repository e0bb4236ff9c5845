"""Tells all processes what changed, merchant by merchant, over Redis.

On the channel `analytics:changed:<merchant_id>` goes one message for each merchant and batch, JSON such as

    {"streams": {"payment_events": ["2026-05-13T12:00:00+00:00", "2026-05-13T12:00:05+00:00"]},
     "firstDecidedAt": ["2026-05-13T11:59:58+00:00", "2026-05-13T12:00:05+00:00"]}

with the first and the last `occurred_at` of each stream, and when the payments were first decided whose state
changed. While Redis is away, changes wait here, those of a merchant as one, and no acknowledgement waits for them.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Final

import orjson
import redis.asyncio
import structlog
from redis.exceptions import RedisError

from gateway.ingest.changes import DECIDED, Change, merged

log = structlog.get_logger("z402.changes")

CHANNEL: Final = "analytics:changed:"
#: How long an acknowledgement waits at most for its message to be sent.
WAIT_SECONDS: Final = 0.1
PAUSES_SECONDS: Final = (0.1, 0.5, 1.0, 2.0)
CLOSE_SECONDS: Final = 2.0


class Publisher:
    """Sends changes in the order in which they came, each batch in one round trip; fits the ingest's Notify."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self._client = client
        self._waiting: dict[str, Change] = {}
        self._sending: asyncio.Task[None] | None = None
        self._away = False

    async def __call__(self, changes: Sequence[Change]) -> None:
        """Send changes, or leave them to be sent when Redis is back."""
        for change in changes:
            before = self._waiting.get(change.merchant_id)
            self._waiting[change.merchant_id] = joined(before, change) if before else change
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_all())
        if not self._away:
            await asyncio.wait([self._sending], timeout=WAIT_SECONDS)

    async def close(self) -> None:
        """Send what waits, for a moment; then let go of it."""
        if self._sending is not None:
            await asyncio.wait([self._sending], timeout=CLOSE_SECONDS)
            self._sending.cancel()

    async def _send_all(self) -> None:
        losses = 0
        while self._waiting:
            taken, self._waiting = self._waiting, {}
            try:
                await self._send(taken.values())
            except (RedisError, OSError, TimeoutError) as error:
                for merchant_id, change in taken.items():
                    after = self._waiting.get(merchant_id)
                    self._waiting[merchant_id] = joined(change, after) if after else change
                if not self._away:
                    log.warning("changes.redis_away", error=type(error).__name__)
                self._away = True
                await asyncio.sleep(PAUSES_SECONDS[min(losses, len(PAUSES_SECONDS) - 1)])
                losses += 1
            else:
                self._away, losses = False, 0

    async def _send(self, changes: Iterable[Change]) -> None:
        async with self._client.pipeline(transaction=False) as pipeline:
            for change in changes:
                pipeline.publish(CHANNEL + change.merchant_id, message(change))
            await pipeline.execute()


@asynccontextmanager
async def publishing(redis_url: str) -> AsyncIterator[Publisher]:
    """A publisher for one piece of work."""
    async with redis.asyncio.Redis.from_url(redis_url, socket_timeout=2) as client:
        publisher = Publisher(client)
        try:
            yield publisher
        finally:
            await publisher.close()


def message(change: Change) -> bytes:
    """The JSON of a change."""
    hulls = {stream: (spans[0][0], spans[-1][1]) for stream, spans in change.spans.items()}
    decided = hulls.pop(DECIDED, None)
    return orjson.dumps({"streams": hulls, **({"firstDecidedAt": decided} if decided else {})})


def joined(first: Change, second: Change) -> Change:
    """Two changes of one merchant as one."""
    streams = {*first.spans, *second.spans}
    spans = {each: merged([*first.spans.get(each, ()), *second.spans.get(each, ())]) for each in streams}
    return Change(first.merchant_id, spans)

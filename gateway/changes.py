"""Tells Redis what changed, merchant by merchant: what is kept about it is dropped, and all processes hear of it.

On the channel `analytics:changed:<merchant_id>` goes one message for each merchant and batch, JSON such as

    {"streams": {"payment_events": ["2026-05-13T12:00:00+00:00", "2026-05-13T12:00:05+00:00"]},
     "firstDecidedAt": ["2026-05-13T11:59:58+00:00", "2026-05-13T12:00:05+00:00"]}

with the first and the last `occurred_at` of each stream, and when the payments were first decided (deliveries first
attempted: `firstAttemptedAt`) whose state changed. While Redis is away, changes are owed, those of a merchant as one:
no acknowledgement waits for them, and nothing that is kept is read again before they were told.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson
import structlog

from gateway.cache.answers import Span, answers_link, invalidate
from gateway.cache.link import Command, Link
from gateway.ingest.changes import ALWAYS, ATTEMPTED, DECIDED, PROFILE, Change, merged
from resolvers.answers.contract import STREAM_BITS

log = structlog.get_logger("z402.changes")

CHANNEL: Final = "analytics:changed:"
#: How long an acknowledgement waits at most until other processes see the change too; this one does in any case.
WAIT_SECONDS: Final = 0.1
CLOSE_SECONDS: Final = 2.0
NAMES: Final = {DECIDED: "firstDecidedAt", ATTEMPTED: "firstAttemptedAt", PROFILE: "profile"}
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


class Publisher:
    """Tells changes in the order in which they came, each batch in one round trip; fits the ingest's Notify."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._owed: dict[str, Change] = {}
        link.on_connect.append(self._pay)

    async def __call__(self, changes: Sequence[Change]) -> None:
        """Tell changes, or owe them until Redis is back."""
        if not changes:
            return
        if not self._link.up:
            self._owe(changes)
            self._link.start()
            return
        await asyncio.wait([self._send(changes)], timeout=WAIT_SECONDS)

    async def profile_changed(self, merchant_id: str) -> None:
        """Tell that a merchant was created or changed."""
        await self([Change(merchant_id, {PROFILE: [ALWAYS]})])

    async def close(self) -> None:
        """Tell what is owed, if that can be done in a moment."""
        if self._owed and not await self._link.open(CLOSE_SECONDS):
            log.warning("changes.not_told", merchants=len(self._owed))

    def _send(self, changes: Sequence[Change]) -> "asyncio.Future[list[object]]":
        commands = [command for change in changes for command in commands_of(change)]
        return self._link.send(commands, on_lost=lambda: self._owe(changes))

    async def _pay(self) -> None:
        while self._owed:
            owed, self._owed = self._owed, {}
            await self._send(list(owed.values()))

    def _owe(self, changes: Sequence[Change]) -> None:
        for change in changes:
            before = self._owed.get(change.merchant_id)
            self._owed[change.merchant_id] = joined(before, change) if before else change


@asynccontextmanager
async def publishing(redis_url: str) -> AsyncIterator[Publisher]:
    """A publisher for one piece of work."""
    link = answers_link(redis_url)
    publisher = Publisher(link)
    try:
        await link.open(CLOSE_SECONDS)
        yield publisher
    finally:
        await publisher.close()
        await link.close()


def commands_of(change: Change) -> list[Command]:
    """What tells one change: first what is kept goes, so that whoever hears of it finds nothing old."""
    spans = [
        Span(STREAM_BITS[stream], _micros(first), _micros(last))
        for stream, found in change.spans.items()
        for first, last in found
    ]
    return [invalidate(change.merchant_id, spans), ("PUBLISH", CHANNEL + change.merchant_id, message(change))]


def message(change: Change) -> bytes:
    """The JSON of a change."""
    hulls = {stream: (spans[0][0], spans[-1][1]) for stream, spans in change.spans.items()}
    wholes = {name: hulls.pop(stream) for stream, name in NAMES.items() if stream in hulls}
    return orjson.dumps({"streams": hulls, **wholes})


def joined(first: Change, second: Change) -> Change:
    """Two changes of one merchant as one."""
    streams = {*first.spans, *second.spans}
    spans = {each: merged([*first.spans.get(each, ()), *second.spans.get(each, ())]) for each in streams}
    return Change(first.merchant_id, spans)


def _micros(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND

"""A file as the answer itself: made while it is sent, at the pace of whoever reads it.

It holds a connection and a snapshot of the database for as long as it lasts, so that only a few may run at once, and
none for ever; `requestExport` has neither bound. A failure after the first byte cuts the connection, so that nobody
takes a part for the whole.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.rest.answers import BUSY, failed
from jobs.exports.bookings import RangeGone
from jobs.exports.producing import MerchantGone, produce
from jobs.exports.spec import KINDS, ExportSpec
from resolvers.errors import ErrorCode
from sql import Database, StoreUnavailable

log = structlog.get_logger("z402.exports")

MOST_AT_ONCE: Final = 4
LONGEST_SECONDS: Final = 900.0
AWAY: Final = "The database does not answer; try again."


class BrokenOff(Exception):
    """An answer that ends in the middle, on purpose: the connection is to be cut."""


@dataclass(slots=True)
class Streams:
    """Those that run in this process."""

    database: Database
    most: int = MOST_AT_ONCE
    longest_seconds: float = LONGEST_SECONDS
    running: int = field(default=0, init=False)

    def of(self, merchant_id: str, spec: ExportSpec) -> "Streamed":
        """Return the answer that is a file."""
        return Streamed(self, merchant_id, spec)


class Streamed(Response):
    """One file on its way."""

    def __init__(self, streams: Streams, merchant_id: str, spec: ExportSpec) -> None:
        kind = KINDS[spec.format]
        name = quote(spec.file_name(merchant_id))
        disposition = f'attachment; filename="{name}"'
        super().__init__(
            media_type=kind.media_type, headers={"content-disposition": disposition, "cache-control": "no-store"}
        )
        del self.headers["content-length"]
        self._streams = streams
        self._merchant_id = merchant_id
        self._spec = spec
        self._started = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":
            await self._send(send, b"", more=False)
            return
        if self._streams.running >= self._streams.most:
            answer = failed(BUSY, "Too many files are on their way already; try again, or use requestExport.")
            answer.headers["retry-after"] = "5"
            await answer(scope, receive, send)
            return
        self._streams.running += 1
        try:
            refusal = await self._run(receive, send)
        finally:
            self._streams.running -= 1
        if refusal is not None:
            await refusal(scope, receive, send)

    async def _run(self, receive: Receive, send: Send) -> Response | None:
        """Send the file until its end, the client's, or the limit; return what to answer instead."""
        making = asyncio.ensure_future(self._make(send))
        leaving = asyncio.ensure_future(_until_gone(receive))
        try:
            await asyncio.wait(
                {making, leaving}, timeout=self._streams.longest_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if making.done():
                return making.result()
            if not leaving.done():
                log.warning("export.stream_too_slow", merchant_id=self._merchant_id)
                raise BrokenOff("the client reads too slowly")
            return None
        finally:
            for task in (making, leaving):
                task.cancel()
            await asyncio.gather(making, leaving, return_exceptions=True)

    async def _make(self, send: Send) -> Response | None:
        async def sink(data: bytes) -> None:
            await self._send(send, data, more=True)

        try:
            await produce(self._streams.database, self._merchant_id, self._spec, sink)
        except MerchantGone as error:
            return failed(ErrorCode.NOT_FOUND.value, str(error))
        except RangeGone as error:
            return failed(ErrorCode.RANGE_NOT_EXACT.value, str(error))
        except StoreUnavailable as error:
            if self._started:
                log.warning("export.stream_broken", merchant_id=self._merchant_id, reason=str(error))
                raise BrokenOff("the database went away") from error
            return failed(ErrorCode.STORE_UNAVAILABLE.value, AWAY)
        await self._send(send, b"", more=False)
        return None

    async def _send(self, send: Send, data: bytes, *, more: bool) -> None:
        if not self._started:
            self._started = True
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": data, "more_body": more})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

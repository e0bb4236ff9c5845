"""The body of a request as a stream: unpacked, within limits of size and time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from gateway.ingest.gunzip import BrokenGzip, Gunzip

IDLE_SECONDS: Final = 30.0


class BodyStopped(Exception):
    """The body did not come to its end in good order; what came before may still be written."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How much may come, unpacked, and how long it may take: between two pieces, and in all."""

    max_bytes: int
    idle_seconds: float = IDLE_SECONDS
    total_seconds: float = 3600.0


async def body_of(request: Request, limits: BodyLimits) -> AsyncIterator[bytes]:
    """Yield the body's bytes, unpacked. Raises BodyStopped."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    gunzip = Gunzip() if encoding in ("gzip", "x-gzip") else None
    if gunzip is None and encoding != "identity":
        raise BodyStopped(415, "UNSUPPORTED_ENCODING", "Content-Encoding may be gzip or left out")
    left = limits.max_bytes
    try:
        async for data in _received(request, limits):
            for piece in gunzip.feed(data) if gunzip else (data,):
                if len(piece) > left:
                    yield piece[:left]
                    raise BodyStopped(413, "BODY_TOO_LARGE", f"a body may have {limits.max_bytes} bytes, unpacked")
                left -= len(piece)
                yield piece
        if gunzip:
            gunzip.close()
    except BrokenGzip as error:
        raise BodyStopped(400, "BROKEN_GZIP", str(error)) from error


async def _received(request: Request, limits: BodyLimits) -> AsyncIterator[bytes]:
    clock = asyncio.get_running_loop().time
    end = clock() + limits.total_seconds
    more = True
    while more:
        seconds = min(limits.idle_seconds, end - clock())
        try:
            async with asyncio.timeout(seconds):
                message = await request.receive()
        except TimeoutError as error:
            text = f"nothing came for {max(seconds, 0):.0f} s, and the body has no end"
            raise BodyStopped(408, "BODY_TIMEOUT", text) from error
        if message["type"] == "http.disconnect":
            raise BodyStopped(400, "DISCONNECTED", "the client went away before the end of the body")
        if data := message.get("body", b""):
            yield data
        more = message.get("more_body", False)

"""A stream of bytes into the store: while one chunk is written, the next is parsed."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Final

from gateway.ingest.check import Terms
from gateway.ingest.codes import Refusal
from gateway.ingest.group_commit import Write
from gateway.ingest.parse import Chunk, Parser, pieces
from gateway.ingest.report import Report

FLUSH_SECONDS: Final = 1.0

Refused = Callable[[int, Refusal], None]


def tell_nobody(line: int, refusal: Refusal) -> None:
    """For where the report is enough."""


class BulkIngest:
    """One upload. Chunks are committed in order, so all lines up to ``report.lines`` are decided."""

    def __init__(
        self, write: Write, terms: Callable[[], Terms], report: Report, refused: Refused = tell_nobody
    ) -> None:
        self.report = report
        self._refused = refused
        self._write = write
        self._parser = Parser(terms)
        self._writing: asyncio.Task[None] | None = None
        self._begun = time.monotonic()

    async def feed(self, data: bytes) -> None:
        """Take some bytes; returns when there is room for more. Raises what the writing of earlier ones raised."""
        for piece in pieces(data):
            self._parser.feed(piece)
            waited = time.monotonic() - self._begun > FLUSH_SECONDS
            if self._parser.full or (waited and len(self._parser) and not self._busy):
                await self.put(self._parser.take())
            await asyncio.sleep(0)  # others are served meanwhile

    async def finish(self) -> Chunk:
        """Parse what is left and wait for all that was begun; return the last chunk, which is not yet written."""
        self._parser.close()
        await self._settle()
        return self._parser.take()

    async def write(self, chunk: Chunk) -> None:
        """Write a chunk and count it."""
        outcomes = await self._write(chunk.events) if chunk.events else []
        for line, refusal in self.report.add(chunk, outcomes):
            self._refused(line, refusal)

    async def abandon(self) -> None:
        """Wait for the chunk under way, whatever becomes of it."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    @property
    def _busy(self) -> bool:
        return self._writing is not None and not self._writing.done()

    async def put(self, chunk: Chunk) -> None:
        """Begin to write a chunk, once the one before it is written."""
        await self._settle()
        self._begun = time.monotonic()
        self._writing = asyncio.create_task(self.write(chunk))

    async def _settle(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            await writing


async def ingest_all(bulk: BulkIngest, body: AsyncIterator[bytes]) -> Chunk:
    """Feed a whole body; return the last chunk, not yet written. What stops the body stops it here too."""
    async for data in body:
        await bulk.feed(data)
    return await bulk.finish()

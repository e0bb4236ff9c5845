"""Files into the store, chunk by chunk. Repeating an import adds nothing, so one that was cut short is repeated."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from gateway.ingest.bulk import BulkIngest
from gateway.ingest.check import Terms
from gateway.ingest.codes import Code, Refusal
from gateway.ingest.decode import decode_row
from gateway.ingest.files import EventFile, Row, csv_rows
from gateway.ingest.gunzip import BrokenGzip
from gateway.ingest.parse import CHUNK_EVENTS, Chunk
from gateway.ingest.report import Report
from gateway.ingest.write import EventWriter

REFRESH_EVENTS: Final = 200_000

Refused = Callable[[Path, int, Refusal], None]
Progress = Callable[[float], None]  # how much of the file is done, from 0 to 1


@dataclass(slots=True)
class Importer:
    """Imports files one after the other into one report.

    ``refresh`` is called every so many new events: the aggregates stay near, and the tail that answers read small.
    """

    writer: EventWriter
    terms: Callable[[], Terms]
    refused: Refused
    refresh: Callable[[], Awaitable[None]]
    report: Report = field(default_factory=Report)
    _refreshed_at: int = 0

    async def run(self, file: EventFile, progress: Progress) -> None:
        """Import one file. Raises FileRefused, and StoreUnavailable."""
        if file.kind == ".parquet":
            from gateway.ingest.parquet import ParquetEvents

            events = ParquetEvents(file.path)
            await self._rows(file, events.rows(), lambda row: progress(row / max(events.row_count, 1)))
        else:
            size = max(file.path.stat().st_size, 1)
            with file.path.open("rb") as raw:
                if file.kind == ".csv":
                    await self._rows(
                        file, csv_rows(file.unpacked(raw), file.path), lambda _: progress(raw.tell() / size)
                    )
                else:
                    await self._lines(file, raw, lambda: progress(raw.tell() / size))
        progress(1.0)

    async def _lines(self, file: EventFile, raw: IO[bytes], told: Callable[[], None]) -> None:
        bulk = self._bulk(file)
        broken: BrokenGzip | None = None
        try:
            try:
                for piece in file.pieces(raw):
                    await bulk.feed(piece)
                    told()
                    await self._refresh()
            except BrokenGzip as error:
                broken = error
            last = await bulk.finish()
            if broken:
                last.add(last.last + 1, Refusal(Code.TRUNCATED, f"the rest of the file cannot be read: {broken}"))
            await bulk.write(last)
        finally:
            await bulk.abandon()

    async def _rows(self, file: EventFile, rows: Iterator[Row], told: Callable[[int], None]) -> None:
        bulk, chunk, terms = self._bulk(file), Chunk(), self.terms()
        try:
            for number, row in rows:
                chunk.add(number, row if isinstance(row, Refusal) else decode_row(row, terms))
                if len(chunk) >= CHUNK_EVENTS:
                    await bulk.put(chunk)
                    chunk, terms = Chunk(), self.terms()
                    told(number)
                    await asyncio.sleep(0)
                    await self._refresh()
            await bulk.finish()
            await bulk.write(chunk)
        finally:
            await bulk.abandon()

    def _bulk(self, file: EventFile) -> BulkIngest:
        return BulkIngest(
            self.writer.write, self.terms, self.report, lambda line, why: self.refused(file.path, line, why)
        )

    async def _refresh(self) -> None:
        if self.report.accepted - self._refreshed_at >= REFRESH_EVENTS:
            self._refreshed_at = self.report.accepted
            await self.refresh()

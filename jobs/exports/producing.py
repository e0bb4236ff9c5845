"""One way to a file's bytes, whoever wants them: the API's answer, the job's file, the command's file."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

import asyncpg

from jobs.exports.archive import NumberedFiles
from jobs.exports.bookings import Booking, bookings, by_day, entries, require_events
from jobs.exports.datev import DatevBatch
from jobs.exports.encoding import Encoder, JsonArray, Parquet, Plain
from jobs.exports.journals import NOTATIONS, Heading
from jobs.exports.payment_rows import Progress, TextForm, columns_of, write_payments
from jobs.exports.spec import JOURNALS, PAYMENT_FORMATS, ExportFormat, ExportSpec, Grouping
from jobs.exports.statements import STATEMENTS, Statement
from sql import Database, Q
from sql.copying import Sink, snapshot

CHUNK: Final = 64 << 10
TOLD_EVERY: Final = 2_000

TABLES: Final[dict[ExportFormat, Callable[[ExportSpec], Statement]]] = {**STATEMENTS, ExportFormat.DATEV: DatevBatch}


class MerchantGone(Exception):
    """There is no such merchant, or no longer."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a file holds: rows of payments, entries of a journal or lines; and events without a rate."""

    rows: int
    missing_rate_count: int = 0


async def no_progress(_: int) -> None:
    """Tell nobody."""


async def produce(
    database: Database, merchant_id: str, spec: ExportSpec, sink: Sink, progress: Progress = no_progress
) -> Made:
    """Send a file's bytes to a sink, as the store is at this moment.

    Raises MerchantGone and RangeGone before the first byte, StoreUnavailable at any time.
    """
    async with snapshot(database) as connection:
        found = await connection.fetch(Q.merchants_by_id.text, [merchant_id])
        if not found:
            raise MerchantGone(f"There is no merchant {merchant_id!r:.70}.")
        if spec.format in PAYMENT_FORMATS:
            return await _payments(connection, merchant_id, spec, sink, progress)
        await require_events(connection, spec)
        if spec.format in JOURNALS:
            return await _journal(connection, Heading(merchant_id, found[0]["name"], spec), sink, progress)
        return await _table(connection, merchant_id, spec, sink, progress)


async def count(database: Database, merchant_id: str, spec: ExportSpec) -> int:
    """Return about how much there is to do: payments, or settlements and refunds."""
    async with database.maintenance() as connection:
        if spec.format in PAYMENT_FORMATS:
            arguments = (merchant_id, spec.start, spec.end, list(spec.states) or None)
            return int(await connection.fetchval(Q.export_payments_count.text, *arguments))
        return int(await connection.fetchval(Q.export_entries_count.text, merchant_id, spec.start, spec.end))


async def _payments(
    connection: asyncpg.Connection, merchant_id: str, spec: ExportSpec, sink: Sink, progress: Progress
) -> Made:
    encoder: Encoder = Plain(sink)
    form = TextForm.SPREADSHEET if spec.format is ExportFormat.CSV else TextForm.JSON_LINES
    if spec.format is ExportFormat.JSON:
        encoder = JsonArray(sink)
    elif spec.format is ExportFormat.PARQUET:
        encoder, form = Parquet(columns_of(spec), sink), TextForm.EXACT
    rows = await write_payments(connection, merchant_id, spec, form, encoder.write, progress)
    await encoder.finish()
    return Made(rows)


async def _journal(connection: asyncpg.Connection, heading: Heading, sink: Sink, progress: Progress) -> Made:
    spec = heading.spec
    journal = NOTATIONS[spec.format](spec)
    text, rows, missing = [journal.head(heading)], 0, 0
    length = len(text[0])
    async for entry in entries(connection, heading.merchant_id, spec):
        text.append(journal.entry(entry))
        length += len(text[-1])
        rows += 1
        missing += spec.currency is not None and entry.rate is None
        if length >= CHUNK:
            await sink("".join(text).encode())
            text, length = [], 0
        if rows % TOLD_EVERY == 0:
            await progress(rows)
    text.append(journal.foot(rows, missing))
    await sink("".join(text).encode())
    return Made(rows, missing)


async def _table(
    connection: asyncpg.Connection, merchant_id: str, spec: ExportSpec, sink: Sink, progress: Progress
) -> Made:
    table = TABLES[spec.format](spec)
    out = _Lines(table, sink) if table.rows is None else NumberedFiles(spec.format.value, table, sink)
    events = missing = 0

    async def single() -> AsyncIterator[Booking]:
        nonlocal events, missing
        async for entry in entries(connection, merchant_id, spec):
            events += 1
            missing += spec.currency is not None and entry.rate is None
            for booking in bookings(entry):
                yield booking
            if events % TOLD_EVERY == 0:
                await progress(events)

    lines = by_day(single()) if spec.grouping is Grouping.DAY else single()
    async for booking in lines:
        row = table.row(booking)
        if row is not None:
            await out.write(row)
    await out.finish()
    return Made(events, missing)


class _Lines:
    """A table in one file."""

    def __init__(self, table: Statement, sink: Sink) -> None:
        self._held = bytearray(table.header)
        self._sink = sink

    async def write(self, row: bytes) -> None:
        self._held += row
        if len(self._held) >= CHUNK:
            await self.finish()

    async def finish(self) -> None:
        await self._sink(bytes(self._held))
        self._held.clear()

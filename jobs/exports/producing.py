"""One way to a file's bytes, whoever wants them: the API's answer, the job's file, the command's file."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import asyncpg

from jobs.exports.amounts import EXACT, cents
from jobs.exports.archive import NumberedFiles
from jobs.exports.bookings import Booking, Entry, bookings, by_day, entries, require_events
from jobs.exports.datev import DatevBatch, DatevUnbooked
from jobs.exports.encoding import Encoder, JsonArray, Parquet, Plain
from jobs.exports.journals import NOTATIONS, Heading
from jobs.exports.payment_rows import Progress, TextForm, columns_of, write_payments
from jobs.exports.spec import JOURNALS, PAYMENT_FORMATS, ExportFormat, ExportSpec, Grouping
from jobs.exports.statements import STATEMENTS, Statement
from sql import Database, Q
from sql.copying import Sink, snapshot

CHUNK: Final = 64 << 10
TOLD_EVERY: Final = 2_000

NOTHING: Final = Decimal("0.00")
#: What the files in an archive are called, where it is not by the format; DATEV asks for the prefix.
STEMS: Final = {ExportFormat.DATEV: "EXTF_Buchungsstapel"}
UNBOOKED: Final = "Nicht-gebucht"

TABLES: Final[dict[ExportFormat, Callable[[ExportSpec], Statement]]] = {**STATEMENTS, ExportFormat.DATEV: DatevBatch}


class MerchantGone(Exception):
    """There is no such merchant, or no longer."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a file holds: payments, or settlements and refunds; how many of these have no rate.

    Lines whose amounts round to nothing may be left out; `omitted_value` is what these come to, with two places.
    """

    rows: int
    missing_rate_count: int = 0
    omitted_count: int = 0
    omitted_value: Decimal = NOTHING


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
    events = missing = omitted = 0
    omitted_value = NOTHING

    async def counted() -> AsyncIterator[Entry]:
        nonlocal events, missing
        async for entry in entries(connection, merchant_id, spec):
            events += 1
            missing += spec.currency is not None and entry.rate is None
            yield entry
            if events % TOLD_EVERY == 0:
                await progress(events)

    out = _Lines(table, sink) if table.rows is None else NumberedFiles(_stem(spec.format), table, sink)
    async for booking in _grouped(counted(), spec.grouping):
        row = table.row(booking)
        if row is not None:
            await out.write(row)
        elif booking.value is not None:
            omitted += 1
            omitted_value = EXACT.add(omitted_value, booking.sign * booking.value)
    if isinstance(table, DatevBatch) and (missing or omitted):
        assert isinstance(out, NumberedFiles)
        unbooked = DatevUnbooked()
        out.go_on(UNBOOKED, unbooked)
        # Read again, and not held: there may be as many as there are events.
        async for booking in _grouped(entries(connection, merchant_id, spec), spec.grouping):
            row = unbooked.row(booking)
            if row is not None:
                await out.write(row)
    await out.finish()
    return Made(events, missing, omitted, cents(omitted_value))


def _stem(form: ExportFormat) -> str:
    return STEMS.get(form, form.value)


def _grouped(found: AsyncIterator[Entry], grouping: Grouping) -> AsyncIterator[Booking]:
    """Yield the lines of events, each by itself or by day."""

    async def single() -> AsyncIterator[Booking]:
        async for entry in found:
            for booking in bookings(entry):
                yield booking

    return by_day(single()) if grouping is Grouping.DAY else single()


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

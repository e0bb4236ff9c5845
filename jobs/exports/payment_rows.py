"""Rows of payments as text: CSV for spreadsheets, one JSON object a line, and CSV for us to make Parquet of."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, TypeAlias

import asyncpg

from jobs.exports.columns import COLUMNS, USUAL, ExportColumn, Kind
from jobs.exports.spec import ExportSpec
from jobs.exports.zone_changes import zone_changes
from sql import Q
from sql.copying import Sink, copy
from sql.export_rows import Extent

#: Told how many rows are written.
Progress: TypeAlias = Callable[[int], Awaitable[None]]

#: So many rows are read, sorted and sent in one statement, or about so many.
PIECE_ROWS: Final = 40_000
FIRST_PIECE: Final = timedelta(days=1)
SHORTEST_PIECE: Final = timedelta(seconds=1)
LARGEST_GROWTH: Final = 8


class TextForm(Enum):
    """How a row becomes text."""

    SPREADSHEET = "CSV whose texts are no formulas"
    EXACT = "CSV whose texts are as they are"
    JSON_LINES = "one JSON object a line"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a range that is read in one statement."""

    start: datetime
    end: datetime


def columns_of(spec: ExportSpec) -> tuple[ExportColumn, ...]:
    """Return the columns that are wanted."""
    return spec.columns or USUAL


async def write_payments(
    connection: asyncpg.Connection, merchant_id: str, spec: ExportSpec, form: TextForm, sink: Sink, progress: Progress
) -> int:
    """Send a merchant's payments of a range to a sink, in order of time; return their number.

    CSV begins with its header, also where nothing follows.
    """
    written = 0
    piece, first_at = await _extent(connection, merchant_id, spec)
    changes = zone_changes(spec.zone, spec.end).since(first_at)
    end, piece = piece.end, Piece(piece.start, min(piece.end, piece.start + FIRST_PIECE))
    header = form is not TextForm.JSON_LINES
    while header or piece.start < end:
        count = await copy(
            connection,
            Q.export_payments,
            expressions(columns_of(spec), form),
            sink,
            as_json=form is TextForm.JSON_LINES,
            header=header,
            merchant_id=merchant_id,
            lo=piece.start,
            hi=piece.end,
            states=list(spec.states) or None,
            starts=changes.starts,
            offsets=changes.offsets,
        )
        header = False
        written += count
        await progress(written)
        piece = _following(piece, count, end)
    return written


def expressions(columns: Sequence[ExportColumn], form: TextForm) -> list[str]:
    """Return what is selected for columns in a form."""
    return [_expression(column, COLUMNS[column].kind, form) for column in columns]


def _expression(column: ExportColumn, kind: Kind, form: TextForm) -> str:
    name = column.value
    if form is TextForm.SPREADSHEET and kind is Kind.FOREIGN:
        return f"safe_cell({name}) AS {name}"
    if form is TextForm.SPREADSHEET and kind is Kind.JSON:
        # A spreadsheet that splits lines at semicolons finds none, and JSON says the same.
        return f"replace({name}::text, ';', '\\u003b') AS {name}"
    # Amounts are text in JSON: a reader that knows floats alone would round them.
    if form is TextForm.JSON_LINES and kind in {Kind.ZEC, Kind.ZATOSHI}:
        return f"{name}::text AS {name}"
    return name


async def _extent(connection: asyncpg.Connection, merchant_id: str, spec: ExportSpec) -> tuple[Piece, datetime]:
    """Return the part of the range in which the merchant has payments, and when its first one began."""
    [record] = await connection.fetch(Q.export_extent.text, merchant_id)
    found = Extent(*record.values())
    if found.first_at is None or found.last_at is None:
        return Piece(spec.start, spec.start), spec.start
    start = max(spec.start, found.first_at)
    return Piece(start, max(start, min(spec.end, found.last_at + timedelta(microseconds=1)))), found.first_at


def _following(piece: Piece, count: int, end: datetime) -> Piece:
    """Return the piece after one, longer or shorter so as to have about the number of rows that is wanted."""
    growth = min(LARGEST_GROWTH, PIECE_ROWS / max(count, 1))
    length = max(SHORTEST_PIECE, (piece.end - piece.start) * growth)
    return Piece(piece.end, min(end, piece.end + length))

"""What stands between PostgreSQL's text and a file of another form: a JSON array, Parquet."""

import asyncio
import io
from collections.abc import Sequence
from typing import Final, Protocol

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from jobs.exports.columns import COLUMNS, ExportColumn, Kind
from jobs.exports.outlet import Outlet
from sql.copying import Sink

#: Of PostgreSQL's text, before it becomes a group of rows; it bounds what is held in memory.
GROUP_BYTES: Final = 16 << 20

ARROW: Final[dict[Kind, pa.DataType]] = {
    Kind.FOREIGN: pa.string(),
    Kind.WORD: pa.string(),
    Kind.WALL_TIME: pa.timestamp("us"),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
    Kind.ZEC: pa.decimal128(38, 8),
    Kind.ZATOSHI: pa.decimal128(38, 0),
    Kind.COUNT: pa.int32(),
    Kind.JSON: pa.string(),
}


class Encoder(Protocol):
    """Takes text as it comes, sends a file on, and has to be told of the end."""

    async def write(self, text: bytes) -> None: ...
    async def finish(self) -> None: ...


class Plain:
    """What comes is the file."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    async def write(self, text: bytes) -> None:
        """Send it on."""
        await self._sink(text)

    async def finish(self) -> None:
        """Nothing is held."""


class JsonArray:
    """One JSON object a line becomes an array of them, still one a line."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._between = b"[\n"

    async def write(self, text: bytes) -> None:
        """Take text that ends wherever it does; only a line's end that something follows gets its comma."""
        ended = text.endswith(b"\n")
        body = text[:-1] if ended else text
        await self._sink(self._between + body.replace(b"\n", b",\n"))
        self._between = b",\n" if ended else b""

    async def finish(self) -> None:
        """Close the array."""
        await self._sink(b"[]\n" if self._between == b"[\n" else b"\n]\n")


class Parquet:
    """CSV with a header becomes groups of rows, about so many bytes of text each."""

    def __init__(self, columns: Sequence[ExportColumn], sink: Sink) -> None:
        self._sink = sink
        self._types = {column.value: ARROW[COLUMNS[column].kind] for column in columns}
        self._held = bytearray()
        self._header: bytes | None = None
        self._out = Outlet()
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._out, "w"), pa.schema(list(self._types.items())), compression="zstd"
        )

    async def write(self, text: bytes) -> None:
        """Take text; each call ends with a whole row."""
        if self._header is None:
            header, _, text = text.partition(b"\n")
            self._header = header + b"\n"
        self._held += text
        if len(self._held) >= GROUP_BYTES:
            await self._send_group()

    async def finish(self) -> None:
        """Send the rest and the file's end."""
        if self._held:
            await self._send_group()
        await asyncio.to_thread(self._writer.close)
        await self._drain()

    async def _send_group(self) -> None:
        text = (self._header or b"") + bytes(self._held)
        self._held.clear()
        await asyncio.to_thread(self._write_group, text)
        await self._drain()

    def _write_group(self, text: bytes) -> None:
        table = pc.read_csv(
            io.BytesIO(text),
            # One block: a row may be longer than the usual ones, and none may lie across three.
            read_options=pc.ReadOptions(block_size=len(text)),
            parse_options=pc.ParseOptions(newlines_in_values=True),
            convert_options=pc.ConvertOptions(
                column_types=self._types,
                null_values=[""],
                # PostgreSQL writes "" for a text that is empty, and nothing at all for null.
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        self._writer.write_table(table, row_group_size=table.num_rows or None)

    async def _drain(self) -> None:
        made = self._out.take()
        if made:
            await self._sink(made)

"""Tables in files of at most so many rows, numbered, in one zip archive that is written as its rows come."""

import zipfile
from typing import Final, Protocol

from jobs.exports.outlet import Outlet
from sql.copying import Sink

#: Part of the file, and the same whenever it is made.
STAMP: Final = (1980, 1, 1, 0, 0, 0)
ENOUGH: Final = 256 << 10


class Table(Protocol):
    """What a file begins with, and how many rows may follow."""

    @property
    def header(self) -> bytes: ...
    @property
    def rows(self) -> int | None: ...


class NumberedFiles:
    """Begins a new file where one is full; a table without any row is one file, with the header alone."""

    def __init__(self, stem: str, table: Table, sink: Sink) -> None:
        self._stem = stem
        self._table = table
        self._sink = sink
        self._out = Outlet()
        self._archive = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED)
        self._number = 0
        self._rows = 0
        self._begin()

    def go_on(self, stem: str, table: Table) -> None:
        """End the last file, and begin one of another table."""
        self._file.close()
        self._stem, self._table, self._number = stem, table, 0
        self._begin()

    async def write(self, row: bytes) -> None:
        """Add a row."""
        if self._rows == self._table.rows:
            self._file.close()
            self._begin()
        self._file.write(row)
        self._rows += 1
        if self._out.held >= ENOUGH:
            await self._sink(self._out.take())

    async def finish(self) -> None:
        """End the last file and the archive."""
        self._file.close()
        self._archive.close()
        await self._sink(self._out.take())

    def _begin(self) -> None:
        self._number += 1
        self._rows = 0
        info = zipfile.ZipInfo(f"{self._stem}-{self._number:03}.csv", STAMP)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        self._file = self._archive.open(info, "w", force_zip64=False)
        self._file.write(self._table.header)

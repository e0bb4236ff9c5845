"""Files of events: which kind each is, and tables (CSV, Parquet) row by row as named values."""

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import IO, Final, cast

from gateway.ingest.codes import Code, Refusal
from gateway.ingest.events import DEFAULT_STREAM, STREAMS
from gateway.ingest.explain import FIELDS
from gateway.ingest.gunzip import Gunzip

LINES: Final = (".ndjson", ".jsonl", ".json")
KINDS: Final = (*LINES, ".csv", ".parquet")
COLUMNS: Final = tuple(dict.fromkeys(["stream", *(name for fields in FIELDS.values() for name in fields)]))
INTEGERS: Final = frozenset(
    name for fields in FIELDS.values() for name, field in fields.items() if field.bases == (int,)
)
BROKEN: Final = (EOFError, OSError, zlib.error)
READ_BYTES: Final = 256 * 1024
INTEGER: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)

Row = tuple[int, Mapping[str, object] | Refusal]


class FileRefused(Exception):
    """A file that cannot be read as events at all; the text says why, and what to change."""


@dataclass(frozen=True, slots=True)
class EventFile:
    """A file and what it is by its name: the kind, and whether it is packed with gzip."""

    path: Path
    kind: str
    packed: bool

    @classmethod
    def of(cls, path: Path) -> "EventFile":
        """Look at the name. Raises FileRefused."""
        packed = path.suffix == ".gz"
        kind = Path(path.stem).suffix if packed else path.suffix
        if kind not in KINDS or (packed and kind == ".parquet"):
            raise FileRefused(f"{path}: the name must end in {', '.join(KINDS)}; all but .parquet may be packed: .gz")
        if not path.is_file():
            raise FileRefused(f"{path}: there is no such file")
        return cls(path, kind, packed)

    def pieces(self, raw: IO[bytes]) -> Iterator[bytes]:
        """Yield the file's bytes, unpacked. Raises BrokenGzip, after all that came before."""
        gunzip = Gunzip() if self.packed else None
        while data := raw.read(READ_BYTES):
            yield from gunzip.feed(data) if gunzip else (data,)
        if gunzip:
            gunzip.close()

    def unpacked(self, raw: IO[bytes]) -> IO[bytes]:
        """The file as one that is not packed."""
        return cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if self.packed else raw


def csv_rows(plain: IO[bytes], path: Path) -> Iterator[Row]:
    """Yield each row of a CSV file by its line, or why it is refused. An empty cell is as good as none.

    Raises FileRefused for a header that is not ours, or that cannot be read.
    """
    with io.TextIOWrapper(plain, "utf-8-sig", errors="surrogateescape", newline="") as text:
        reader = csv.reader(text)
        try:
            header = [name.strip() for name in next(reader, [])]
        except csv.Error as error:
            raise FileRefused(f"{path}: not valid CSV: {error}") from error
        except BROKEN as error:
            raise FileRefused(f"{path}: the file cannot be read: {error}") from error
        check_columns(header, path)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield reader.line_num, Refusal(Code.MALFORMED, f"not valid CSV: {error}")
                continue
            except BROKEN as error:
                yield reader.line_num, Refusal(Code.TRUNCATED, f"the rest of the file cannot be read: {error}")
                return
            if cells:
                yield reader.line_num, _row(header, cells)


def _row(header: list[str], cells: list[str]) -> Mapping[str, object] | Refusal:
    if len(cells) != len(header):
        code = Code.TRUNCATED if len(cells) < len(header) else Code.MALFORMED
        return Refusal(code, f"the row has {len(cells)} cells, the header {len(header)}")
    return {name: _value(name, text) for name, text in zip(header, cells, strict=True) if text}


def _value(name: str, text: str) -> object:
    """What a cell's text stands for; what cannot be is left to be refused as it is."""
    if name in INTEGERS and INTEGER.fullmatch(text):
        return int(text)
    return json_of(text) if name == "metadata" else text


def json_of(text: str) -> object:
    """What JSON says, or the text itself where it is none."""
    try:
        given: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return given


def check_columns(names: list[str], path: Path) -> None:
    """Refuse a table that has a column we do not know, or has one twice, or lacks one that every event needs."""
    if not names:
        raise FileRefused(f"{path}: the file is empty; the first line must name the columns")
    for name in names:
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(COLUMNS)}"
            raise FileRefused(f"{path}: there is no column {name!r}; {hint}")
        if names.count(name) > 1:
            raise FileRefused(f"{path}: the column {name!r} is there twice")
    needed = (
        {"event_id"} if "stream" in names else {f.name for f in FIELDS[STREAMS[DEFAULT_STREAM]].values() if f.required}
    )
    missing = sorted(needed - set(names))
    if missing:
        raise FileRefused(f"{path}: the column {missing[0]!r} is missing")

"""Parquet files of events: the schema is checked first, then row groups are streamed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from gateway.ingest.codes import Code, Refusal
from gateway.ingest.events import MAX_ZATOSHI
from gateway.ingest.explain import AMOUNTS
from gateway.ingest.files import INTEGERS, FileRefused, Row, check_columns, json_of

BATCH_ROWS: Final = 6_000


class ParquetEvents:
    """One file, open. Raises FileRefused for what is no Parquet, was cut, or has a column of a wrong type."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise FileRefused(f"{path}: not a whole Parquet file ({_short(error)})") from error
        schema = self._file.schema_arrow
        check_columns(schema.names, path)
        for field in schema:
            problem = _problem(field.name, _plain(field.type))
            if problem:
                raise FileRefused(f"{path}: the column {field.name!r} has the type {field.type}; {problem}")
        self.row_count = self._file.metadata.num_rows

    def rows(self) -> Iterator[Row]:
        """Yield each row by its number, from 1; null is as good as left out."""
        number = 0
        try:
            for batch in self._file.iter_batches(BATCH_ROWS):
                for row in _micros(batch).to_pylist():
                    number += 1
                    if isinstance(row.get("metadata"), str):
                        row["metadata"] = json_of(row["metadata"])
                    yield number, row
        except (pa.ArrowInvalid, OSError) as error:
            yield number + 1, Refusal(Code.TRUNCATED, f"the rest of the file cannot be read: {_short(error)}")


def _plain(kind: pa.DataType) -> Any:
    return kind.value_type if isinstance(kind, pa.DictionaryType) else kind


def _problem(name: str, kind: Any) -> str | None:
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if pa.types.is_null(kind):
        return None
    if name in AMOUNTS:
        if pa.types.is_integer(kind) or is_text:
            return None
        return f"zatoshi are integers, or text of digits, up to {MAX_ZATOSHI}"
    if name in INTEGERS:
        return None if pa.types.is_integer(kind) else "integers are wanted"
    if name == "occurred_at":
        if pa.types.is_timestamp(kind):
            return None if kind.tz else "timestamps with a zone are wanted"
        return None if is_text else "timestamps with a zone, or text in ISO 8601, are wanted"
    if name == "metadata" and pa.types.is_struct(kind):
        return None
    return None if is_text else "text is wanted"


def _micros(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Bring timestamps to microseconds; finer ones cannot be told exactly and are an error."""
    for place, field in enumerate(batch.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
            column = batch.column(place).cast(pa.timestamp("us", field.type.tz))
            batch = batch.set_column(place, field.name, column)
    return batch


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200]

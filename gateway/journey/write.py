"""Events and merchants to files that `z402-analytics import` reads."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

Format = Literal["ndjson", "parquet", "csv"]
_BATCH: Final = 50_000


def write_events(events: pa.Table, path: Path, form: Format) -> None:
    """Writes the table in one of the three formats, times with their zone, amounts as digits."""
    if form == "parquet":
        pq.write_table(events, path, compression="zstd")
        return
    text = events.set_column(events.column_names.index("occurred_at"), "occurred_at", _iso(events["occurred_at"]))
    if form == "csv":
        pyarrow.csv.write_csv(text, path)
        return
    with path.open("wb") as file:
        _write_lines(text, file)


def write_merchants(stores: list[str], zone: str, path: Path) -> None:
    """One JSON object a line for each store."""
    lines = (
        {"merchant_id": store, "name": store.replace("store-", "Store "), "zone": zone, "week_start": 1}
        for store in stores
    )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def _write_lines(events: pa.Table, file: BinaryIO) -> None:
    for batch in events.to_batches(max_chunksize=_BATCH):
        parts: list[pa.Array[Any] | pa.StringScalar] = []
        for name, column in _json_columns(batch):
            parts += [pa.scalar(f'{"," if parts else "{"}"{name}":'), column]
        lines = pc.call_function("binary_join_element_wise", [*parts, pa.scalar("}\n"), pa.scalar("")])
        file.write("".join(lines.to_pylist()).encode())


def _json_columns(batch: pa.RecordBatch) -> "Iterator[tuple[str, pa.Array[Any]]]":
    """Each column as JSON values; a text is quoted once for each distinct one of the batch."""
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if pa.types.is_integer(column.type):
            yield name, column.cast(pa.string())
        else:
            coded = column.dictionary_encode()
            quoted = pa.array([json.dumps(text) for text in coded.dictionary.to_pylist()], pa.string())
            yield name, quoted.take(coded.indices)


def _iso(instants: "pa.ChunkedArray[Any]") -> "pa.ChunkedArray[Any]":
    texts = pc.call_function("strftime", [instants], pc.StrftimeOptions("%Y-%m-%dT%H:%M:%SZ"))
    return cast("pa.ChunkedArray[Any]", texts)

"""What stands between PostgreSQL's text and a file of another form."""

import io
import json
from collections.abc import Sequence

import pyarrow.parquet as pq
import pytest

from jobs.exports import payment_rows
from jobs.exports.columns import ExportColumn
from jobs.exports.encoding import GROUP_BYTES, JsonArray, Parquet
from jobs.exports.spec import ExportFormat
from tests.factories import settled
from tests.jobs.exports.conftest import Shop, may
from tests.jobs.exports.test_payment_rows import ODD


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
async def test_an_array_is_whole_wherever_its_text_is_cut(size: int) -> None:
    text = b'{"a":1}\n{"b":"x\\ny"}\n{"c":3}\n'
    parts: list[bytes] = []

    async def sink(data: bytes) -> None:
        parts.append(data)

    encoder = JsonArray(sink)
    for place in range(0, len(text), size):
        await encoder.write(text[place : place + size])
    await encoder.finish()
    assert json.loads(b"".join(parts)) == [{"a": 1}, {"b": "x\ny"}, {"c": 3}]


async def test_parquet_of_many_groups_holds_every_row_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await shop.tell(
        [settled(f"p{n:04}", f"2026-05-02T00:{n // 60:02}:{n % 60:02}", n, resource=ODD) for n in range(600)]
    )
    monkeypatch.setattr("jobs.exports.encoding.GROUP_BYTES", 10_000)
    monkeypatch.setattr(payment_rows, "PIECE_ROWS", 50)
    monkeypatch.setattr(
        payment_rows, "FIRST_PIECE", payment_rows.SHORTEST_PIECE
    )  # a busy server may send a whole piece
    file = pq.ParquetFile(io.BytesIO(await shop.file(may(ExportFormat.PARQUET))))
    assert file.num_row_groups > 1
    assert column(file, "payment_id") == [f"p{n:04}" for n in range(600)]
    assert set(column(file, "resource")) == {ODD}
    assert GROUP_BYTES >= 1 << 20


async def test_a_row_of_any_length_fits_parquet() -> None:
    parts: list[bytes] = []

    async def sink(data: bytes) -> None:
        parts.append(data)

    encoder = Parquet((ExportColumn.PAYMENT_ID, ExportColumn.METADATA), sink)
    texts = ["x" * (3 << 20), "y", "z" * (2 << 20)]
    for number, text in enumerate(texts):
        await encoder.write((b"" if number else b"payment_id,metadata\n") + f'p{number},"{text}"\n'.encode())
    await encoder.finish()
    file = pq.ParquetFile(io.BytesIO(b"".join(parts)))
    assert column(file, "metadata") == texts


def column(file: pq.ParquetFile, name: str) -> Sequence[object]:
    found: list[object] = file.read([name])[name].to_pylist()
    return found

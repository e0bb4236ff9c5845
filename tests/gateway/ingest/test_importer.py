"""Import: every kind of file says the same; what is wrong is named, the rest goes in, again adds nothing."""

import csv
import gzip
import io
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gateway.ingest.codes import Refusal
from gateway.ingest.files import EventFile, FileRefused
from gateway.ingest.importer import Importer
from gateway.ingest.write import EventWriter
from sql import Database
from tests.factories import WireEvent, access, created, settled, webhook
from tests.gateway.ingest.conftest import TERMS
from tests.gateway.ingest.state import rows, value

DAY = "2026-03-10T12:00:00"
EVENTS = [
    created("p1", DAY, metadata={"a": [1, "é"]}),
    settled("p1", DAY, 5, fee=1, payer="t1", latency_ms=40, country="DE"),
    settled("p2", "2026-03-10T12:00:00.000001+05:45", 2_100_000_000_000_000, resource='/a,"b"\n'),
    access("/a", DAY, payer="t1"),
    webhook("d1", DAY, attempt=2, http_status=500, outcome="failed"),
]
NAMES = list(dict.fromkeys(["stream", *(name for event in EVENTS for name in event)]))
STORED = "SELECT event_id, digest FROM event_keys ORDER BY event_id"

Import = Callable[..., Awaitable[tuple[tuple[int, int, int], list[tuple[int, str, str | None]]]]]


@pytest.fixture
def run(writer: EventWriter) -> Import:
    """Imports files; tells accepted, duplicate and rejected, and each refusal."""

    async def run(*paths: Path) -> tuple[tuple[int, int, int], list[tuple[int, str, str | None]]]:
        refused: list[tuple[int, str, str | None]] = []
        done: list[float] = []

        def note(_: Path, line: int, refusal: Refusal) -> None:
            refused.append((line, str(refusal.code), refusal.field))

        async def refresh() -> None:
            return None

        importer = Importer(writer, lambda: TERMS, note, refresh)
        for path in paths:
            await importer.run(EventFile.of(path), done.append)
            assert done[-1] == 1.0
        report = importer.report
        return (report.accepted, report.duplicate, report.rejected), refused

    return run


def ndjson(events: Sequence[WireEvent]) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def as_csv(events: Sequence[WireEvent]) -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(NAMES)
    for event in events:
        table.writerow([json.dumps(cell) if isinstance(cell := event.get(name), dict) else cell for name in NAMES])
    return text.getvalue().encode("utf-8-sig")


def write_parquet(path: Path, events: Sequence[WireEvent], **columns: "pa.DataType") -> Path:
    data = [{**event, "metadata": json.dumps(event["metadata"])} if "metadata" in event else event for event in events]
    cells: dict[str, Any] = {name: [event.get(name) for event in data] for name in NAMES}
    arrays: dict[str, Any] = {name: pa.array(cells[name], kind) for name, kind in columns.items()}
    pq.write_table(pa.table(cells | arrays), path)
    return path


async def test_every_kind_of_file_says_the_same(run: Import, database: Database, tmp_path: Path) -> None:
    files = {
        "a.ndjson": ndjson(EVENTS),
        "a.jsonl.gz": gzip.compress(ndjson(EVENTS)),
        "a.json": json.dumps(EVENTS, indent=2).encode(),
        "a.csv": as_csv(EVENTS),
        "a.csv.gz": gzip.compress(as_csv(EVENTS)),
    }
    paths = [tmp_path / name for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    assert await run(paths[0]) == ((5, 0, 0), [])
    stored = await rows(database, STORED)
    assert await run(*paths[1:]) == ((0, 20, 0), [])
    parquet = [
        write_parquet(tmp_path / "a.parquet", EVENTS),
        write_parquet(
            tmp_path / "b.parquet",
            [event | {"occurred_at": None} for event in EVENTS[:1]],
            occurred_at=pa.timestamp("ns", "Asia/Kathmandu"),
            payer=pa.dictionary(pa.int32(), pa.string()),
        ),
    ]
    assert await run(*parquet) == ((0, 5, 1), [(1, "MISSING_FIELD", "occurred_at")])
    assert await rows(database, STORED) == stored


async def test_bad_rows_are_named_by_line_and_the_rest_goes_in(run: Import, tmp_path: Path) -> None:
    lines = [
        "event_id,merchant_id,occurred_at,type,payment_id,amount,attempt,metadata",
        "e1,shop,2026-03-10T12:00:00Z,settled,p1,5,1,",
        'e2,shop,2026-03-10T12:00:00Z,settled,"p\n2",1.5,1,',
        "e3,shop,2026-03-10T12:00:00,created,p3,,,",
        "e4,shop,2026-03-10T12:00:00.1234567Z,created,p3,,,",
        "e5,shop,2026-03-10T12:00:00Z,created,p3,,two,",
        "e6,shop,2026-03-10T12:00:00Z,created,p3,,,{nonsense",
        "",
        "e7,shop,2026-03-10T12:00:00Z,created,p3,,,,,",
        "e8,nobody,2026-03-10T12:00:00Z,created,p3,,,",
        'e9,shop,2026-03-10T12:00:00Z,created,p9,7,2,"{""a"":1}"',
        "e10,shop,2026-03-1",
    ]
    path = tmp_path / "odd.csv"
    path.write_bytes("\n".join(lines).encode())
    assert await run(path) == (
        (2, 0, 8),
        [
            (4, "INVALID_AMOUNT", "amount"),
            (5, "TIME_WITHOUT_ZONE", "occurred_at"),
            (6, "INVALID_TIME", "occurred_at"),
            (7, "INVALID_TYPE", "attempt"),
            (8, "INVALID_TYPE", "metadata"),
            (10, "MALFORMED", None),
            (11, "UNKNOWN_MERCHANT", "merchant_id"),
            (13, "TRUNCATED", None),
        ],
    )
    path.write_bytes(b"event_id,merchant_id,occurred_at,type,payment_id\ne\xff,shop,2026-03-10T12:00:00Z,created,p\0\n")
    assert await run(path) == ((0, 0, 1), [(2, "INVALID_VALUE", "payment_id")])


async def test_a_file_cut_in_the_middle_keeps_what_came_before(run: Import, database: Database, tmp_path: Path) -> None:
    events = [settled(f"p{n}", DAY, n * 7919 % 100_000) for n in range(9_000)]
    cut = ndjson(events)[:-50]
    (tmp_path / "cut.ndjson").write_bytes(cut)
    assert await run(tmp_path / "cut.ndjson") == ((8999, 0, 1), [(9000, "TRUNCATED", None)])
    (tmp_path / "cut.json").write_bytes(json.dumps(events).encode()[:-50])
    assert await run(tmp_path / "cut.json") == ((0, 8999, 1), [(9000, "TRUNCATED", None)])
    (tmp_path / "cut.ndjson.gz").write_bytes(gzip.compress(ndjson(events))[:-2000])
    counts, refused = await run(tmp_path / "cut.ndjson.gz")
    assert counts[1] > 4_000
    assert [code for _, code, _ in refused][-1] == "TRUNCATED"
    (tmp_path / "whole.ndjson").write_bytes(ndjson(events))
    assert await run(tmp_path / "whole.ndjson") == ((1, 8999, 0), [])
    assert await value(database, "SELECT count(*) FROM payment_events") == 9_000


PACKED = gzip.compress(b"event_id\n", mtime=0)  # not another one each time: the tests are named by it


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"", "the name must end in .ndjson"),
        ("a.parquet.gz", b"", "the name must end in .ndjson"),
        ("a.csv", b"", "the file is empty; the first line must name the columns"),
        ("a.csv", b"event_id,paymentid\n", "there is no column 'paymentid'; did you mean payment_id?"),
        ("a.csv", b"event_id,zzz\n", "there is no column 'zzz'; known are stream,"),
        ("a.csv", b"event_id,type,payment_id,type\n", "the column 'type' is there twice"),
        ("a.csv", b"event_id,type\n", "the column 'payment_id' is missing"),
        ("a.csv", b"stream,type\n", "the column 'event_id' is missing"),
        ("a.csv", b"x" * 200_000, "not valid CSV: field larger than field limit"),
        ("a.csv.gz", PACKED[:7], "the file cannot be read: Compressed file ended before"),
        ("a.csv.gz", b"event_id\n", "the file cannot be read: Not a gzipped file"),
        ("a.csv.gz", PACKED[:10] + b"\xff" * 20, "the file cannot be read: Error -3"),
        ("a.parquet", b"PAR1 and then nothing", "not a whole Parquet file"),
    ],
)
async def test_a_file_that_cannot_be_meant_is_refused_whole(
    name: str, content: bytes, message: str, run: Import, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        await run(tmp_path / name)
    assert message in str(refused.value)
    assert name in str(refused.value)


async def test_a_missing_file_is_named(run: Import, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"missing\.csv: there is no such file"):
        await run(tmp_path / "missing.csv")


@pytest.mark.parametrize(
    ("column", "kind", "cells", "message"),
    [
        ("amount", pa.float64(), [1.0], "'amount' has the type double; zatoshi are integers"),
        ("occurred_at", pa.timestamp("us"), [0], "'occurred_at' has the type timestamp[us]; timestamps with a zone"),
        ("attempt", pa.string(), ["1"], "'attempt' has the type string; integers are wanted"),
        ("payer", pa.int64(), [1], "'payer' has the type int64; text is wanted"),
        ("colour", pa.string(), ["red"], "there is no column 'colour'"),
    ],
)
async def test_a_parquet_column_of_a_wrong_type_is_named(
    column: str, kind: "pa.DataType", cells: list[Any], message: str, run: Import, tmp_path: Path
) -> None:
    base: dict[str, Any] = {name: pa.array(["x"]) for name in ("event_id", "merchant_id", "type", "payment_id")}
    pq.write_table(pa.table({**base, column: pa.array(cells, kind)}), tmp_path / "a.parquet")
    with pytest.raises(FileRefused) as refused:
        await run(tmp_path / "a.parquet")
    assert message in str(refused.value)


async def test_times_finer_than_a_microsecond_are_not_rounded(run: Import, tmp_path: Path) -> None:
    event = created("p1", DAY)
    base = {name: pa.array([str(event[name])]) for name in ("event_id", "merchant_id", "type", "payment_id")}
    for nanos, counts in ((1_773_144_000_000_000_001, (0, 0, 1)), (1_773_144_000_000_001_000, (1, 0, 0))):
        table = pa.table({**base, "occurred_at": pa.array([nanos], pa.timestamp("ns", "UTC"))})
        pq.write_table(table, tmp_path / "a.parquet")
        assert (await run(tmp_path / "a.parquet"))[0] == counts

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.exports import payment_rows
from jobs.exports.columns import COLUMNS, USUAL, ExportColumn
from jobs.exports.producing import MerchantGone
from jobs.exports.spec import BadSpec, ExportFormat
from sql import Q
from tests.factories import created, expired, failed, refunded, settled, verifying
from tests.jobs.exports.conftest import Shop, may

ODD = '=HYPERLINK("http://evil.example";"Größe 😀")\nnext, line\r\n\ttab'


def rows_of(text: bytes) -> list[dict[str, str]]:
    """What an independent reader makes of CSV."""
    return list(csv.DictReader(io.StringIO(text.decode(), newline="")))


def ids(text: bytes) -> list[str]:
    return [row["payment_id"] for row in rows_of(text)]


async def test_a_settled_and_partly_refunded_payment_as_an_accountant_reads_it(shop: Shop) -> None:
    await shop.tell(
        [
            created("p1", "2026-05-13T12:00:00", amount=150_000_000, payer="t1abc", country="DE", resource="/a"),
            failed("p1", "2026-05-13T12:00:30.5", code="TIMEOUT"),
            settled("p1", "2026-05-13T22:30:00.25", 150_000_000, fee=1_500_000, attempt=2, method="transparent"),
            refunded("p1", "2026-06-02T00:00:00", 50_000_000, fee=500_000, event_id="r1"),
            refunded("p1", "2026-06-03T00:00:00", 10_000_001, fee=1, event_id="r2"),
        ]
    )
    text = await shop.file(may(zone="Europe/Berlin"))
    assert text.decode().splitlines() == [
        ",".join(column.value for column in USUAL),
        "p1,refunded,2026-05-14 00:30:00.25,2026-05-13 22:30:00.25+00,2026-05-13 14:00:30.5,2026-05-13 12:00:30.5+00,"
        "2026-05-13 14:00:00,2026-05-13 12:00:00+00,transparent,/a,t1abc,DE,"
        "1.50000000,1.50000000,0.01500000,0.60000001,0.00500001,0.89000000,"
        "150000000,150000000,1500000,60000001,500001,89000000,TIMEOUT,2",
    ]


async def test_each_payment_lies_where_it_settled_else_was_decided_else_began_and_in_that_order(shop: Shop) -> None:
    await shop.tell(
        [
            failed("settled-in-june", "2026-05-31T23:59:59"),
            settled("settled-in-june", "2026-06-01T00:00:00", 1, attempt=2),
            settled("at-the-first-instant", "2026-05-01T00:00:00", 1),
            settled("just-before", "2026-04-30T23:59:59.999999", 1),
            expired("expired", "2026-05-02T00:00:00"),
            created("open", "2026-05-03T00:00:00"),
            verifying("open", "2026-06-03T00:00:00"),
            refunded("refunded-early", "2026-05-04T00:00:00", 5),
            created("open-since-april", "2026-04-30T00:00:00"),
            failed("b", "2026-05-05T00:00:00"),
            failed("a", "2026-05-05T00:00:00"),
        ]
    )
    found = await shop.file(may())
    assert ids(found) == ["at-the-first-instant", "expired", "open", "refunded-early", "a", "b"]
    assert ids(await shop.file(may(states=("expired", "refunded")))) == ["expired", "refunded-early"]
    assert rows_of(found)[3]["net_zec"] == "-0.00000005"


async def test_no_cell_of_a_spreadsheet_is_a_formula_and_every_text_comes_back(shop: Shop) -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", ODD, "plain", "'quoted", 'a"b', "\\.", " =1"]
    await shop.tell(
        [
            settled(f"{text}|{number}", f"2026-05-02T00:00:{number:02}", 1, payer=text, resource=text)
            for number, text in enumerate(texts)
        ]
    )
    rows = rows_of(await shop.file(may()))
    for text, row in zip(texts, rows, strict=True):
        safe = text if text in {"plain", "'quoted", 'a"b', "\\.", " =1"} else f"'{text}"
        assert row["payer"] == row["resource"] == safe
        assert row["payment_id"].split("|")[0] == safe
    exact = [json.loads(line) for line in (await shop.file(may(ExportFormat.NDJSON))).decode().splitlines()]
    assert [row["payer"] for row in exact] == texts


CALL = "=1+cmd|' /C calc'!A1"


def cells_of_a_german_excel(text: str) -> list[str]:
    """What a program that splits lines at semicolons sees: quotes count only where they begin a cell."""
    return [cell for line in io.StringIO(text) for row in csv.reader([line], delimiter=";") for cell in row]


async def test_no_cell_is_a_formula_where_lines_are_split_at_semicolons(shop: Shop) -> None:
    texts = [f"/a;{CALL};", f'/b;"{CALL};', f"/c,\n{CALL}", f"/d\t{CALL}", "/e;＋1;@x", f"/f;;{CALL};b;-1;c;1", "a;b"]
    await shop.tell(
        [
            settled(f"p{number}", f"2026-05-02T00:00:{number:02}", 1, resource=text, metadata={"note": text, text: -1})
            for number, text in enumerate(texts)
        ]
    )
    columns = (ExportColumn.PAYMENT_ID, ExportColumn.RESOURCE, ExportColumn.METADATA)
    file = await shop.file(may(columns=columns))
    cells = cells_of_a_german_excel(file.decode())
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＋"))] == []
    for text, row in zip(texts, rows_of(file), strict=True):
        assert row["resource"].replace("'", "") == text.replace("'", "")
        assert json.loads(row["metadata"]) == {"note": text, text: -1}
    assert rows_of(file)[0]["resource"] == f"/a;'{CALL};"
    assert rows_of(file)[-1]["resource"] == "a;b"
    [first, *_] = json.loads(await shop.file(may(ExportFormat.JSON, columns=columns)))
    assert first["resource"] == texts[0]


async def test_metadata_are_those_of_all_events_with_the_later_ones_winning(shop: Shop) -> None:
    await shop.tell(
        [
            created("p1", "2026-05-02T00:00:00", metadata={"order": ODD, "step": 1}),
            settled("p1", "2026-05-02T00:01:00", 1, metadata={"step": 2, "nested": {"a": [1, None]}}),
            settled("p2", "2026-05-02T00:02:00", 1),
        ]
    )
    columns = (ExportColumn.PAYMENT_ID, ExportColumn.METADATA)
    rows = rows_of(await shop.file(may(columns=columns)))
    assert [list(row) for row in rows] == [["payment_id", "metadata"]] * 2
    assert json.loads(rows[0]["metadata"]) == {"order": ODD, "step": 2, "nested": {"a": [1, None]}}
    assert rows[1]["metadata"] == ""
    [first, second] = json.loads(await shop.file(may(ExportFormat.JSON, columns=columns)))
    assert first["metadata"] == {"order": ODD, "step": 2, "nested": {"a": [1, None]}}
    assert second == {"payment_id": "p2", "metadata": None}
    assert "metadata" not in rows_of(await shop.file(may()))[0]


async def test_all_forms_tell_the_same_and_parquet_is_exact(shop: Shop) -> None:
    await shop.tell(
        [
            settled("p1", "2026-05-02T00:00:00.000001", 2_100_000_000_000_000, fee=1, payer="", resource=ODD)
            | {"payer": "t1"},
            failed("p2", "2026-05-03T00:00:00", code="TIMEOUT", country="FR"),
        ]
    )
    zone = "Asia/Kolkata"
    texts = rows_of(await shop.file(may(zone=zone)))
    objects = json.loads(await shop.file(may(ExportFormat.JSON, zone=zone)))
    lines = [json.loads(line) for line in (await shop.file(may(ExportFormat.NDJSON, zone=zone))).splitlines()]
    table = pq.read_table(io.BytesIO(await shop.file(may(ExportFormat.PARQUET, zone=zone))))
    assert objects == lines
    assert [list(each) for each in objects] == [table.column_names] * 2 == [list(each) for each in texts]
    parquet: list[dict[str, Any]] = table.to_pylist()
    assert parquet[0]["gross_zec"] == Decimal("21000000.00000000")
    assert parquet[0]["gross_zatoshi"] == Decimal(2_100_000_000_000_000)
    assert parquet[0]["settled_at_utc"] == datetime(2026, 5, 2, 0, 0, 0, 1, tzinfo=UTC)
    assert parquet[0]["settled_at"] == datetime(2026, 5, 2, 5, 30, 0, 1)  # noqa: DTZ001 a wall clock
    assert objects[0]["settled_at"] == "2026-05-02T05:30:00.000001"
    assert objects[0]["settled_at_utc"] == "2026-05-02T00:00:00.000001+00:00"
    assert objects[0]["net_zec"] == texts[0]["net_zec"] == "20999999.99999999"
    assert objects[0]["net_zatoshi"] == "2099999999999999"
    assert parquet[0]["resource"] == objects[0]["resource"] == ODD
    assert parquet[1]["failure_code"] == "TIMEOUT"
    assert parquet[1]["settled_at"] is None
    assert table.schema.field("net_zec").type == pa.decimal128(38, 8)


async def test_a_range_without_payments_is_a_file_with_nothing_in_it(shop: Shop) -> None:
    for told in (False, True):
        if told:
            await shop.tell([settled("p1", "2026-07-01T00:00:00", 1)])
        assert (await shop.file(may())).decode() == ",".join(column.value for column in USUAL) + "\n"
        assert json.loads(await shop.file(may(ExportFormat.JSON))) == []
        assert await shop.file(may(ExportFormat.NDJSON)) == b""
        table = pq.read_table(io.BytesIO(await shop.file(may(ExportFormat.PARQUET))))
        assert (table.num_rows, table.column_names) == (0, [column.value for column in USUAL])


async def test_pieces_are_not_seen_in_the_file(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    events = [settled(f"p{n:03}", f"2026-05-{1 + n % 28:02}T{n % 24:02}:{n % 60:02}:00", n) for n in range(200)]
    await shop.tell(events)
    whole = {form: await shop.file(may(form)) for form in (ExportFormat.CSV, ExportFormat.JSON, ExportFormat.PARQUET)}
    monkeypatch.setattr(payment_rows, "PIECE_ROWS", 3)
    shop.desk.statements.clear()
    assert {form: await shop.file(may(form)) for form in whole} == whole
    assert len(rows_of(whole[ExportFormat.CSV])) == 200


async def test_a_file_is_one_moment_of_the_store(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await shop.tell([settled(f"p{n}", f"2026-05-{n:02}T00:00:00", 1) for n in range(1, 10)])
    monkeypatch.setattr(payment_rows, "PIECE_ROWS", 1)
    parts: list[bytes] = []

    async def sink(data: bytes) -> None:
        if not parts:
            await shop.tell([settled("late", "2026-05-09T00:00:00", 1), refunded("p9", "2026-05-10T00:00:00", 1)])
        parts.append(data)

    from jobs.exports.producing import produce

    await produce(shop.database, "shop", may(), sink)
    states = {row["payment_id"]: row["state"] for row in rows_of(b"".join(parts))}
    assert states == {f"p{n}": "settled" for n in range(1, 10)}
    assert "late" in ids(await shop.file(may()))


async def test_another_merchant_s_payments_are_in_no_file_and_no_merchant_has_none(shop: Shop) -> None:
    await shop.desk.merchants("other")
    await shop.tell(
        [settled("p1", "2026-05-02T00:00:00", 1), settled("p2", "2026-05-02T00:00:00", 1, merchant="other")]
    )
    assert ids(await shop.file(may())) == ["p1"]
    assert ids(await shop.file(may(), "other")) == ["p2"]
    with pytest.raises(MerchantGone, match="There is no merchant 'nobody'"):
        await shop.file(may(), "nobody")


async def test_columns_are_those_of_the_query_in_its_order(shop: Shop) -> None:
    async with shop.database.acquire() as connection:
        found = [each.name for each in (await connection.prepare(Q.export_payments.text)).get_attributes()]
    assert found == [column.value for column in ExportColumn]
    assert set(COLUMNS) == set(ExportColumn)
    asked = (ExportColumn.NET_ZEC, ExportColumn.PAYMENT_ID)
    await shop.tell([settled("p1", "2026-05-02T00:00:00", 7)])
    assert (await shop.file(may(columns=asked))).decode() == "net_zec,payment_id\n0.00000007,p1\n"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"start": datetime(2026, 6, 1, tzinfo=UTC)}, "the range ends before it begins"),
        ({"columns": (ExportColumn.PAYER, ExportColumn.PAYER)}, "a column is named twice"),
        ({"states": ("gone",)}, "there is no state 'gone'"),
        ({"currency": "EUR"}, "currency, accounts and grouping are for books"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(BadSpec, match=message):
        may(**changes)  # type: ignore[arg-type]

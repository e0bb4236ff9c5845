"""The Complete Journey's purchases as payments: exact amounts, nothing lost in silence, three formats alike."""

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from gateway.journey.__main__ import app
from gateway.journey.convert import JourneyError, convert, read
from gateway.journey.money import amounts

PRODUCTS = pa.table({"product_id": [11, 12, 13], "department": ["GROCERY", "ELECT &PLUMBING", 'SAY "CHEESE"']})


def lines(*rows: tuple[int, int, int, int, float | None, str]) -> pa.Table:
    """Rows of household, store, basket, product, dollars, time."""
    household, store, basket, product, dollars, at = zip(*rows, strict=True)
    return pa.table(
        {
            "household_id": household,
            "store_id": store,
            "basket_id": basket,
            "product_id": product,
            "sales_value": pa.array(dollars, pa.float64()),
            "transaction_timestamp": pa.array([datetime.fromisoformat(text) for text in at], pa.timestamp("ns")),
        }
    )


SAMPLE = lines(
    (900, 330, 31198570044, 11, 0.5, "2017-01-01T11:53:26"),
    (900, 330, 31198570044, 12, 1.1, "2017-01-01T11:53:26"),
    (7, 31, 31198655051, 13, 840.0, "2017-11-05T06:30:00"),
    (7, 31, 31198655051, 99, 0.0, "2018-01-01T04:01:20"),
    (8, 31, 31198655052, 11, 4.440892e-16, "2017-06-01T00:00:00"),
    (8, 31, 31198655053, 11, -2.0, "2017-06-01T00:00:00"),
    (8, 31, 31198655054, 11, None, "2017-06-01T00:00:00"),
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    pq.write_table(SAMPLE, folder / "transactions.parquet")
    pq.write_table(PRODUCTS, folder / "products.parquet")
    return folder


def test_a_line_becomes_a_settled_event() -> None:
    first, second, third, fourth, _ = convert(SAMPLE, PRODUCTS).events.to_pylist()
    assert first == {
        "event_id": "31198570044-11-settled",
        "merchant_id": "store-330",
        "occurred_at": datetime(2017, 1, 1, 11, 53, 26, tzinfo=UTC),
        "type": "settled",
        "payment_id": "31198570044-11",
        "amount": 50_000,
        "payer": "household-900",
        "method": "transparent",
        "resource": "GROCERY",
    }
    assert (second["amount"], second["resource"]) == (110_000, "ELECT &PLUMBING")
    assert (third["amount"], third["merchant_id"]) == (84_000_000, "store-31")
    assert (fourth["amount"], fourth["resource"]) == (0, "UNKNOWN")


def test_what_is_left_out_or_rounded_is_counted() -> None:
    journey = convert(SAMPLE, PRODUCTS)
    assert (journey.lines, journey.events.num_rows) == (7, 5)
    assert (journey.negative, journey.missing, journey.zero, journey.rounded) == (1, 1, 2, 1)
    assert journey.unknown_products == 1
    assert journey.stores == ["store-31", "store-330"]


def test_every_amount_of_whole_cents_is_exact() -> None:
    cents = range(200_000)
    found = amounts(pa.chunked_array([pa.array([float(Decimal(cent) / 100) for cent in cents])]))
    assert found.zatoshi.to_pylist() == [cent * 1000 for cent in cents]
    assert (found.rounded, found.zero) == (0, 1)


def test_a_product_twice_in_a_basket_is_refused() -> None:
    twice = lines(*[(1, 2, 3, 11, 1.0, "2017-06-01T00:00:00")] * 2)
    with pytest.raises(JourneyError, match="occurs twice"):
        convert(twice, PRODUCTS)


def test_missing_files_and_columns_are_named(data: Path) -> None:
    pq.write_table(PRODUCTS.drop_columns("department"), data / "products.parquet")
    with pytest.raises(JourneyError, match=r"products\.parquet has no column department"):
        read(data)
    (data / "transactions.parquet").unlink()
    with pytest.raises(JourneyError, match=r"cannot read .*transactions\.parquet"):
        read(data)


def written(data: Path, form: str) -> list[dict[str, Any]]:
    out = data.parent / "out"
    result = CliRunner().invoke(app, [str(out), "--format", form, "--data", str(data), "--zone", "America/New_York"])
    assert result.exit_code == 0, result.output
    assert "7 lines read, 5 settled events of 2 stores" in result.output
    assert "left out: 1 with a negative value, 1 without a value" in result.output
    path = out / f"events.{form}"
    if form == "ndjson":
        return [json.loads(line) for line in path.read_text().splitlines()]
    if form == "csv":
        with path.open(newline="") as file:
            return [{**row, "amount": int(row["amount"])} for row in csv.DictReader(file)]
    rows = pq.read_table(path).to_pylist()
    return [{**row, "occurred_at": row["occurred_at"].strftime("%Y-%m-%dT%H:%M:%SZ")} for row in rows]


def test_all_formats_say_the_same(data: Path) -> None:
    ndjson = written(data, "ndjson")
    assert ndjson == written(data, "csv") == written(data, "parquet")
    assert ndjson[2]["occurred_at"] == "2017-11-05T06:30:00Z"
    assert ndjson[2]["resource"] == 'SAY "CHEESE"'


def test_merchants_are_written_beside(data: Path) -> None:
    written(data, "parquet")
    merchants = [json.loads(line) for line in (data.parent / "out" / "merchants.ndjson").read_text().splitlines()]
    assert merchants == [
        {"merchant_id": "store-31", "name": "Store 31", "zone": "America/New_York", "week_start": 1},
        {"merchant_id": "store-330", "name": "Store 330", "zone": "America/New_York", "week_start": 1},
    ]


def test_an_unknown_zone_is_refused_before_anything_is_written(data: Path) -> None:
    result = CliRunner().invoke(app, [str(data.parent / "out"), "--data", str(data), "--zone", "Mars/Olympus"])
    assert result.exit_code == 1
    assert not (data.parent / "out").exists()

"""`z402-analytics merchant` and `import`, as one types them."""

import asyncio
import gzip
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sql import Database
from tests.factories import created, settled
from tests.gateway.ingest.state import differences, rows, value

DAY = "2026-03-10T12:00:00"

Type = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
def typed(database_url: str, tmp_path: Path) -> Type:
    """Runs a command on the test's own database; tells status, output and errors."""

    async def run(*arguments: str) -> tuple[int, str, str]:
        environment = {name: text for name, text in os.environ.items() if not name.startswith("Z402_")}
        environment |= {"Z402_DATABASE_URL": database_url, "Z402_REDIS_URL": "redis://127.0.0.1:1", "COLUMNS": "200"}
        environment |= {"Z402_RAW_RETENTION": "forever", "Z402_DATA_DIR": str(tmp_path / "data")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "gateway", *arguments),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()

    return run


async def test_merchants_are_created_changed_listed_and_imported(
    typed: Type, database: Database, tmp_path: Path
) -> None:
    assert await typed("merchant", "create", "shop", "--name", "Shop", "--zone", "Asia/Kathmandu") == (
        0,
        "Created shop\n",
        "",
    )
    status, _, err = await typed("merchant", "create", "shop", "--name", "Again")
    assert (status, err) == (1, "error: There is a merchant 'shop' already.\n")
    status, _, err = await typed("merchant", "update", "shop", "--zone", "Mars/Olympus")
    assert (status, err) == (1, "error: timezone must be an IANA name, such as Europe/Berlin.\n")
    assert (await typed("merchant", "update", "shop", "--week-start", "sunday", "--state", "suspended"))[0] == 0
    status, out, _ = await typed("merchant", "list")
    assert status == 0
    assert [cell in out for cell in ("shop", "Asia/Kathmandu", "SUNDAY", "SUSPENDED")] == [True] * 4
    path = tmp_path / "merchants.ndjson"
    lines = [
        {"merchant_id": "shop", "name": "New name", "week_start": 1, "state": "active"},
        {"merchant_id": "other", "name": "Other", "zone": "UTC", "state": "suspended"},
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    assert (await typed("merchant", "import", str(path)))[1] == "1 created, 1 changed\n"
    assert (await typed("merchant", "import", str(path)))[1] == "0 created, 2 changed\n"
    stored = "SELECT merchant_id, name, zone, week_start, state FROM merchants ORDER BY 1"
    assert await rows(database, stored) == [
        ("other", "Other", "UTC", 1, "suspended"),
        ("shop", "New name", "Asia/Kathmandu", 1, "active"),
    ]
    path.write_text('{"merchant_id": "third", "title": "x"}')
    status, _, err = await typed("merchant", "import", str(path))
    assert status == 1
    assert err.startswith(f"error: {path}:1: there is no field 'title'; known are merchant_id, name, zone")


async def test_an_import_tells_what_it_did_and_its_status_says_so(
    typed: Type, database: Database, tmp_path: Path
) -> None:
    await typed("merchant", "create", "shop", "--name", "Shop")
    path, errors = tmp_path / "events.ndjson", tmp_path / "errors.ndjson"
    good = [settled(f"p{number}", DAY, number) for number in range(50)]
    path.write_text("\n".join(map(json.dumps, good)))
    status, out, err = await typed("import", str(path))
    assert (status, out) == (0, "50 accepted, 0 duplicate, 0 rejected\n")
    assert "events.ndjson" in err
    with path.open("a") as file:
        file.write("\n" + "\n".join(map(json.dumps, [settled("p", DAY, -1), created("q", DAY, merchant="nobody")])))
    status, out, err = await typed("import", str(path), "--errors", str(errors))
    assert (status, out) == (1, "0 accepted, 50 duplicate, 2 rejected\n")
    assert f"{path}:51: INVALID_AMOUNT amount: amount must be zatoshi" in err
    told = [json.loads(line) for line in errors.read_text().splitlines()]
    assert [(line["file"], line["line"], line["code"]) for line in told] == [
        (str(path), 51, "INVALID_AMOUNT"),
        (str(path), 52, "UNKNOWN_MERCHANT"),
    ]
    assert await value(database, "SELECT count(*) FROM payment_events") == 50
    assert await value(database, "SELECT count(*) FROM revenue_month WHERE settled_count = 50") == 1
    assert await differences(database) == []


@pytest.mark.parametrize("content", [gzip.compress(b"event_id\n")[:7], b"event_id\n"], ids=["cut", "unpacked"])
async def test_a_packed_table_that_is_none_is_named_by_the_import(typed: Type, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "events.csv.gz"
    path.write_bytes(content)
    status, out, err = await typed("import", str(path))
    assert (status, out) == (1, "")
    assert err.splitlines()[-1].startswith(f"error: {path}: the file cannot be read: ")
    assert "Traceback" not in err


async def test_an_import_that_cannot_begin_says_why(typed: Type, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("event_id,paymentid\n")
    status, out, err = await typed("import", str(path))
    assert (status, out) == (1, "")
    assert err.splitlines()[-1] == f"error: {path}: there is no column 'paymentid'; did you mean payment_id?"

"""`export` and `rates` as processes of their own."""

import csv
from pathlib import Path

from jobs.exports.spec import ExportFormat, Grouping
from tests.factories import settled
from tests.gateway.commands.conftest import Run
from tests.jobs.exports.conftest import Shop, may
from tests.jobs.exports.conftest import shop as shop  # noqa: PLC0414 a fixture
from tests.jobs.exports.test_making import LONG, full_disk

RANGE = ("--from", "2026-05-01", "--to", "2026-05-31")


async def test_a_file_of_the_command_is_the_api_s(shop: Shop, run: Run, database_url: str, tmp_path: Path) -> None:
    await shop.tell([settled(f"p{n}", f"2026-05-{1 + n % 28:02}T00:00:00", n, fee=1) for n in range(50)])
    for form in (ExportFormat.CSV, ExportFormat.PARQUET, ExportFormat.BEANCOUNT, ExportFormat.XERO):
        path = tmp_path / f"file.{form.value}"
        books = form is ExportFormat.XERO
        options = ("--format", form.value, "-o", str(path), *(("--currency", "EUR") if books else ()))
        done = run("export", "shop", *RANGE, *options, Z402_DATABASE_URL=database_url)
        assert done.returncode == 0, done.stderr
        changes = {"currency": "EUR", "grouping": Grouping.DAY} if books else {}
        assert path.read_bytes() == await shop.file(may(form, **changes))
        assert done.stdout.startswith(f"{path}: 50 ")
    assert {path.name for path in tmp_path.iterdir()} == {"file.csv", "file.parquet", "file.beancount", "file.xero"}


async def test_columns_states_and_metadata_are_chosen(shop: Shop, run: Run, database_url: str, tmp_path: Path) -> None:
    await shop.tell([settled("p1", "2026-05-02T00:00:00", 5, metadata={"a": "=1"})])
    path = tmp_path / "file.csv"
    options = ("--column", "payment_id", "--column", "net_zatoshi", "--metadata", "--state", "settled", "-o", str(path))
    assert run("export", "shop", *RANGE, *options, Z402_DATABASE_URL=database_url).returncode == 0
    rows = list(csv.reader(path.read_text().splitlines()))
    assert rows == [["payment_id", "net_zatoshi", "metadata"], ["p1", "5", '{"a": "=1"}']]


async def test_what_cannot_be_done_leaves_no_file(shop: Shop, run: Run, database_url: str, tmp_path: Path) -> None:
    cases = [
        (("nobody", *RANGE), "there is no merchant 'nobody'"),
        (("shop", "--from", "2026-05-02", "--to", "2026-05-01"), "the range ends before it begins"),
        (("shop", "--from", "May", "--to", "2026-05-01"), "'May' is no time"),
        (("shop", *RANGE, "--format", "xlsx"), "'xlsx' is not one of"),
        (("shop", *RANGE, "--format", "datev"), "DATEV books in a currency"),
        (("shop", *RANGE, "--account", "fees"), "'fees': give asset, fees, sales, refunds=ACCOUNT"),
        (("shop", *RANGE, "-o", str(tmp_path / "no" / "file.csv")), "the file cannot be written"),
        (("shop", *RANGE, "-o", str(tmp_path)), "is no file"),
    ]
    for arguments, message in cases:
        done = run("export", *arguments, Z402_DATABASE_URL=database_url)
        assert done.returncode != 0, arguments
        assert message in done.stderr, (arguments, done.stderr)
    assert list(tmp_path.iterdir()) == []


async def test_a_full_disk_is_told_as_one_and_not_as_a_database_that_is_away(
    shop: Shop, run: Run, database_url: str, tmp_path: Path
) -> None:
    await shop.tell(LONG)
    path = tmp_path / "file.csv"
    with full_disk(200_000):
        done = run("export", "shop", *RANGE, "--metadata", "-o", str(path), Z402_DATABASE_URL=database_url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == "error: the file cannot be written: File too large"
    assert list(tmp_path.iterdir()) == []


async def test_rates_are_imported_and_used_and_what_lacks_one_is_told(
    shop: Shop, run: Run, database_url: str, tmp_path: Path
) -> None:
    await shop.tell([settled("p1", "2026-05-02T00:00:00", 10**8), settled("p2", "2026-05-20T00:00:00", 10**8)])
    rates, path = tmp_path / "rates.csv", tmp_path / "books"
    rates.write_text("at,currency,rate,source\n2026-05-01,EUR,31.5,ecb\n2026-05-01,EUR,30,ecb\n")
    done = run("rates", "import", str(rates), Z402_DATABASE_URL=database_url)
    assert (done.returncode, done.stdout) == (1, "1 added, 0 known already, 1 refused\n")
    assert f"{rates}:3: another rate, or another source, is known" in done.stderr
    assert "EUR" in run("rates", "list", Z402_DATABASE_URL=database_url).stdout
    options = ("--format", "ledger", "--currency", "EUR", "-o", str(path))
    done = run("export", "shop", *RANGE, *options, Z402_DATABASE_URL=database_url)
    assert "1 of them have no rate in EUR and have no value" in done.stderr
    assert "1.00000000 ZEC @ 31.5 EUR" in path.read_text()
    assert "left out" not in done.stderr
    options = ("--format", "quickbooks", "--currency", "EUR", "-o", str(path))
    await shop.tell([settled("tiny", "2026-05-03T00:00:00", 10_000)])
    done = run("export", "shop", *RANGE, *options, Z402_DATABASE_URL=database_url)
    assert "1 lines are left out, as their amounts round to 0.00: 0.00 EUR in all" in done.stderr
    rates.write_text("when,what\n")
    assert "the first line must be" in run("rates", "import", str(rates), Z402_DATABASE_URL=database_url).stderr

import hashlib
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.ingest.forget import forget_payer
from jobs.contract import JobName
from jobs.exports import making
from jobs.exports.columns import USUAL, ExportColumn
from jobs.exports.files import NotWritten
from jobs.exports.making import GIVEN_UP, Bench, ExportFailed, ExportLost, make, sweep_exports
from jobs.exports.producing import Made, produce
from jobs.exports.spec import ExportFormat, ExportSpec
from sql import Database, Q
from sql.export_rows import ExportRequest
from tests.factories import settled
from tests.jobs.conftest import all_in, context_of, only, runs, until, working
from tests.jobs.exports.conftest import Shop, may

LASTS = timedelta(days=7)
LONG = [settled(f"long-{n}", "2026-05-02T00:00:00", n, metadata={"note": "x" * 4_000}) for n in range(300)]


@dataclass
class Workshop:
    """A shop, and a folder."""

    shop: Shop
    folder: Path

    @property
    def bench(self) -> Bench:
        return Bench(self.shop.database, self.folder, LASTS)

    async def request(self, spec: ExportSpec | None = None, merchant_id: str = "shop") -> str:
        export_id = os.urandom(16).hex()
        spec = spec or may()
        assert await self.shop.database.fetch_one(
            Q.request_export,
            export_id=export_id,
            merchant_id=merchant_id,
            format=spec.format.value,
            spec=spec.to_json(),
            requested_by="test",
            at=datetime.now(UTC),
            link_key=os.urandom(32),
            job=JobName.MAKE_EXPORT.value,
            window_start=spec.start,
            window_end=spec.end,
            max_attempts=99,
            max_open=20,
        )
        return export_id

    async def row(self, export_id: str) -> ExportRequest:
        [row] = await self.shop.database.fetch(Q.exports_by_id, export_ids=[export_id])
        assert isinstance(row, ExportRequest)
        return row

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
async def workshop(shop: Shop, tmp_path: Path) -> Workshop:
    await shop.tell([settled(f"p{n}", f"2026-05-{1 + n % 28:02}T00:00:{n % 60:02}", 1_000 + n) for n in range(300)])
    return Workshop(shop, tmp_path / "exports")


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """No file of this process grows past so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_file_is_made_whole_told_of_and_private(workshop: Workshop) -> None:
    export_id = await workshop.request()
    assert await make(workshop.bench, export_id) == 300
    row = await workshop.row(export_id)
    text = (workshop.folder / (row.stored_as or "")).read_bytes()
    assert text == await workshop.shop.file(may())
    assert (row.state, row.rows_done, row.rows_total, row.size_bytes) == ("done", 300, 300, len(text))
    assert row.digest == hashlib.sha256(text).digest()
    assert row.finished_at is not None
    assert row.expires_at == row.finished_at + LASTS
    assert workshop.files() == [f"{export_id}.1.csv"]
    assert (workshop.folder / f"{export_id}.1.csv").stat().st_mode & 0o777 == 0o600
    assert await make(workshop.bench, export_id) == 0  # it is made already
    assert workshop.files() == [f"{export_id}.1.csv"]


async def test_what_is_left_out_of_a_file_is_written_down(workshop: Workshop) -> None:
    await workshop.shop.rates(*((f"2026-05-{day:02}", "10") for day in range(1, 32, 3)))
    export_id = await workshop.request(may(ExportFormat.QUICKBOOKS, currency="EUR"))
    await make(workshop.bench, export_id)
    row = await workshop.row(export_id)
    # 300 sales of 0.0001 and a bit
    assert (row.rows_done, row.missing_rate_count, row.omitted_count, row.omitted_value) == (300, 0, 300, "0.03")


async def test_the_file_of_a_merchant_that_is_gone_fails_and_says_so(workshop: Workshop) -> None:
    export_id = await workshop.request()
    await workshop.shop.execute("DELETE FROM merchants")
    with pytest.raises(ExportFailed, match="There is no merchant 'shop'"):
        await make(workshop.bench, export_id)
    row = await workshop.row(export_id)
    assert (row.state, row.error) == ("failed", "There is no merchant 'shop'.")
    assert workshop.files() == []


@pytest.mark.parametrize("long", [False, True], ids=["at the end", "while the database is read"])
async def test_a_full_disk_leaves_nothing_says_so_and_is_tried_again(workshop: Workshop, long: bool) -> None:
    if long:  # longer than what is held before it is written
        await workshop.shop.tell(LONG)
    export_id = await workshop.request(may(columns=(*USUAL, ExportColumn.METADATA)))
    with full_disk(20_000), pytest.raises(NotWritten, match="File too large"):
        await make(workshop.bench, export_id)
    row = await workshop.row(export_id)
    assert (row.state, row.error) == ("queued", "The file cannot be written (File too large); it is tried again.")
    assert workshop.files() == []
    assert await make(workshop.bench, export_id) == (600 if long else 300)
    assert ((await workshop.row(export_id)).error, workshop.files()) == (None, [f"{export_id}.2.csv"])


async def test_who_lost_an_export_leaves_no_file_and_changes_nothing(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = await workshop.request()

    async def slow(*arguments: Any) -> Any:
        made: Made = await produce(*arguments)
        if (await workshop.row(export_id)).attempt == 1:  # meanwhile somebody else makes it
            assert await make(workshop.bench, export_id) == 300
        return made

    monkeypatch.setattr(making, "produce", slow)
    with pytest.raises(ExportLost):
        await make(workshop.bench, export_id)
    row = await workshop.row(export_id)
    assert (row.state, row.attempt, row.stored_as) == ("done", 2, f"{export_id}.2.csv")
    assert workshop.files() == [f"{export_id}.2.csv"]


async def test_a_forgotten_payer_is_in_no_file_that_can_be_fetched(workshop: Workshop) -> None:
    await workshop.shop.tell([settled("named", "2026-05-02T00:00:00", 1, payer="t1-somebody")])
    export_id = await workshop.request()
    await make(workshop.bench, export_id)
    assert b"t1-somebody" in (workshop.folder / f"{export_id}.1.csv").read_bytes()
    await forget_payer(workshop.shop.database, "shop", "t1-somebody")
    assert (await workshop.row(export_id)).state == "expired"
    await sweep_exports(workshop.bench, JobName.MAKE_EXPORT.value)
    assert workshop.files() == []
    again = await workshop.request()
    await make(workshop.bench, again)
    assert b"t1-somebody" not in (workshop.folder / f"{again}.1.csv").read_bytes()


async def test_what_is_over_left_over_or_given_up_is_swept_and_nothing_else(workshop: Workshop) -> None:
    over, kept, dead = [await workshop.request(may(form)) for form in list(ExportFormat)[:3]]
    for export_id in (over, kept):
        await make(workshop.bench, export_id)
    for name in (f".{over}.1.csv.77.part", f"{kept}.0.json", "new.part"):
        (workshop.folder / name).write_text("x")
        if name != "new.part":
            os.utime(workshop.folder / name, (0, 0))
    os.utime(workshop.folder / f"{kept}.1.json", (0, 0))
    await workshop.shop.execute("UPDATE export_requests SET expires_at = now() WHERE export_id = $1", over)
    await workshop.shop.execute("UPDATE job_runs SET state = 'dead' WHERE subject = $1", dead)
    assert await sweep_exports(workshop.bench, JobName.MAKE_EXPORT.value) == 3
    assert workshop.files() == sorted([f"{kept}.1.json", "new.part"])
    assert [(await workshop.row(each)).state for each in (over, kept, dead)] == ["expired", "done", "failed"]
    assert (await workshop.row(dead)).error == GIVEN_UP
    assert await sweep_exports(workshop.bench, JobName.MAKE_EXPORT.value) == 0


async def test_what_was_given_up_says_why_and_is_made_when_its_run_is_retried(
    workshop: Workshop, redis_url: str, tmp_path: Path
) -> None:
    database: Database = workshop.shop.database
    export_id = await workshop.request()
    with full_disk(20_000), pytest.raises(NotWritten):
        await make(workshop.bench, export_id)
    await workshop.shop.execute("UPDATE job_runs SET state = 'dead'")
    await sweep_exports(workshop.bench, JobName.MAKE_EXPORT.value)
    row = await workshop.row(export_id)
    assert (row.state, row.error) == ("failed", "The file cannot be written (File too large); ask for it again.")
    [run] = await runs(database)
    await database.fetch(Q.retry_job_run, run_id=run["run_id"], renewed_jobs=[])
    await sweep_exports(workshop.bench, JobName.MAKE_EXPORT.value)
    async with working(context_of(database, tmp_path), redis_url, only(JobName.MAKE_EXPORT)):
        await until(all_in(database, "done"))
    row = await workshop.row(export_id)
    assert (row.state, row.error, row.rows_done) == ("done", None, 300)
    assert (tmp_path / "exports" / (row.stored_as or "")).read_bytes() == await workshop.shop.file(may())


async def test_a_worker_makes_what_was_asked_for(workshop: Workshop, redis_url: str, tmp_path: Path) -> None:
    database: Database = workshop.shop.database
    export_id = await workshop.request()
    context = context_of(database, tmp_path, Z402_REDIS_URL=redis_url)
    async with working(context, redis_url, only(JobName.MAKE_EXPORT)):
        await until(all_in(database, "done"))
    assert (tmp_path / "exports" / f"{export_id}.1.csv").read_bytes() == await workshop.shop.file(may())
    [run] = await runs(database)
    assert (run["job"], run["subject"], run["state"], run["rows"]) == ("make_export", export_id, "done", 300)


async def test_a_worker_gives_up_at_once_what_cannot_be_made(
    workshop: Workshop, redis_url: str, tmp_path: Path
) -> None:
    await workshop.shop.execute("UPDATE installation SET raw_kept_from = '2026-05-02T00:00:00Z'")
    export_id = await workshop.request(may(ExportFormat.BEANCOUNT))
    database: Database = workshop.shop.database
    async with working(context_of(database, tmp_path), redis_url, only(JobName.MAKE_EXPORT)):
        await until(all_in(database, "skipped"))
    [run] = await runs(database)
    assert run["attempt"] == 1
    assert "no longer kept" in run["error"]
    assert (await workshop.row(export_id)).state == "failed"

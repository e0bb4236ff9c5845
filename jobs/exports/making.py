"""The job that makes a file, and the one that takes files away whose time is over."""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog

from jobs.exports.bookings import RangeGone
from jobs.exports.files import NotWritten, Writing, on_disk, sweep, whole_file
from jobs.exports.producing import Made, MerchantGone, count, produce
from jobs.exports.spec import KINDS, ExportSpec
from sql import Database, Q
from sql.export_rows import BegunExport
from sql.maintenance.telling import Tell, untold

log = structlog.get_logger("z402.exports")

TOLD_EVERY_SECONDS: Final = 0.5
#: What no request knows and nobody wrote to for so long is left over.
LEFT_OVER: Final = timedelta(hours=6)
#: What the reason of a failed attempt ends with, and what takes its place after the last one.
TRIED_AGAIN: Final = "it is tried again."
ASK_AGAIN: Final = "ask for it again."
GIVEN_UP: Final = f"The file could not be made; {ASK_AGAIN}"


class ExportFailed(Exception):
    """The file cannot be made, now or later; the text is made for the client."""


class ExportLost(Exception):
    """Somebody else has taken the export, or what it held was forgotten."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where files are made: into which folder, and how long they last."""

    database: Database
    folder: Path
    lasts: timedelta


async def make(bench: Bench, export_id: str, tell: Tell = untold) -> int:
    """Make a file that was asked for; return its rows, 0 where it is made already.

    How far it is, is written down with the export; `tell` is told, too.
    Raises ExportFailed; ExportLost, NotWritten and StoreUnavailable where it is worth another try.
    """
    begun: BegunExport | None = await bench.database.fetch_one(Q.begin_export, export_id=export_id)
    if begun is None:
        return 0
    try:
        return await _Making(bench, begun, tell).run()
    except (MerchantGone, RangeGone) as error:
        await _fail(bench, begun, "failed", str(error))
        raise ExportFailed(str(error)) from error
    except NotWritten as error:
        log.warning("export.disk_failed", export_id=export_id, error=str(error))
        await _fail(bench, begun, "queued", f"The file cannot be written ({error}); {TRIED_AGAIN}")
        raise


class _Making:
    """One attempt at one file."""

    def __init__(self, bench: Bench, begun: BegunExport, tell: Tell) -> None:
        self._bench = bench
        self._begun = begun
        self._tell_run = tell
        self._spec = ExportSpec.of_json(begun.spec)
        self._total: int | None = None
        self._told_at = 0.0
        self._file: Writing | None = None

    async def run(self) -> int:
        bench, begun = self._bench, self._begun
        with on_disk():
            bench.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = bench.folder / f"{begun.export_id}.{begun.attempt}.{KINDS[self._spec.format].extension}"
        self._total = await count(bench.database, begun.merchant_id, self._spec)
        await self._tell(0)
        async with whole_file(path) as self._file:
            made = await produce(bench.database, begun.merchant_id, self._spec, self._file.write, self._progress)
            await self._tell(made.rows)
        if not await self._finish(made, path):
            path.unlink(missing_ok=True)
            raise ExportLost(begun.export_id)
        _remove_others(path, begun.export_id)
        log.info("export.made", export_id=begun.export_id, rows=made.rows, bytes=self._file.bytes)
        return made.rows

    async def _progress(self, rows: int) -> None:
        if time.monotonic() - self._told_at >= TOLD_EVERY_SECONDS:
            await self._tell(rows)

    async def _tell(self, rows: int) -> None:
        """Write down how far it is; raise ExportLost where the export is no longer ours."""
        self._told_at = time.monotonic()
        told = {"rows_done": rows, "rows_total": self._total, "size_bytes": self._file.bytes if self._file else 0}
        begun = self._begun
        if (
            await self._bench.database.fetch_one(
                Q.progress_export, export_id=begun.export_id, attempt=begun.attempt, **told
            )
            is None
        ):
            raise ExportLost(begun.export_id)
        if self._total:  # what came since it was counted is not in the snapshot
            await self._tell_run(min(rows, self._total), self._total)

    async def _finish(self, made: Made, path: Path) -> bool:
        assert self._file is not None
        return (
            await self._bench.database.fetch_one(
                Q.finish_export,
                export_id=self._begun.export_id,
                attempt=self._begun.attempt,
                row_count=made.rows,
                missing_rate_count=made.missing_rate_count,
                omitted_count=made.omitted_count,
                omitted_value=made.omitted_value,
                stored_as=path.name,
                size_bytes=self._file.bytes,
                digest=self._file.digest,
                lasts=self._bench.lasts,
            )
            is not None
        )


async def sweep_exports(bench: Bench, job: str) -> int:
    """End what is over and what will not be made, and remove the files that nobody may fetch; return how many."""
    await bench.database.fetch(Q.expire_exports)
    await bench.database.fetch(Q.fail_dead_exports, job=job, error=GIVEN_UP, promised=TRIED_AGAIN, advice=ASK_AGAIN)
    keep = {stored.stored_as for stored in await bench.database.fetch(Q.stored_exports)}
    now = time.time()
    removed = await asyncio.to_thread(sweep, bench.folder, keep, now - LEFT_OVER.total_seconds())
    return removed + await _remove_ended(bench)


async def _remove_ended(bench: Bench) -> int:
    removed = 0
    for ended in await bench.database.fetch(Q.ended_exports):
        (bench.folder / ended.stored_as).unlink(missing_ok=True)
        await bench.database.execute(Q.forget_stored_export, export_id=ended.export_id)
        removed += 1
    return removed


def _remove_others(path: Path, export_id: str) -> None:
    """Remove what earlier attempts left."""
    for other in (*path.parent.glob(f"{export_id}.*"), *path.parent.glob(f".{export_id}.*")):
        if other != path:
            other.unlink(missing_ok=True)


async def _fail(bench: Bench, begun: BegunExport, state: str, error: str) -> None:
    told = {"export_id": begun.export_id, "attempt": begun.attempt, "state": state, "error": error}
    await bench.database.fetch(Q.fail_export, **told)

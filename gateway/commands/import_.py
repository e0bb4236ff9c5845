"""`import`: files of events into the store."""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from gateway.changes import publishing
from gateway.commands.failures import CommandError
from gateway.ingest.check import Terms
from gateway.ingest.codes import Refusal
from gateway.ingest.files import EventFile, FileRefused
from gateway.ingest.importer import Importer
from gateway.ingest.report import Report, told_errors
from gateway.ingest.window import Window
from gateway.ingest.write import EventWriter
from gateway.provision import database_of, provisioned, redis_of
from gateway.settings import Settings, load
from resolvers.context import system_clock
from sql import Database
from sql.maintenance import refresh, refresh_hinted
from sql.migrate import migrate

SHOWN = 10
STATEMENT_TIMEOUT_MS = 20_000


def command(
    files: Annotated[
        list[Path], typer.Argument(help="NDJSON (.ndjson, .jsonl, .json), CSV or Parquet; all but Parquet also .gz.")
    ],
    errors: Annotated[Path | None, typer.Option(help="Write every refused event here, one JSON object a line.")] = None,
) -> None:
    """Load events from files; status 1 when an event was refused.

    Repeating an import counts nothing twice, so one that was cut short is simply repeated.
    """
    console = Console(stderr=True, highlight=False)
    try:
        found = [EventFile.of(path) for path in files]
        with provisioned(load()) as settings, _ErrorFile(errors) as refused:
            started = time.monotonic()
            report = asyncio.run(_import(settings, found, refused, console))
    except FileRefused as error:
        raise CommandError(str(error)) from None
    except KeyboardInterrupt:
        raise CommandError("stopped; repeat the import to go on, nothing is counted twice") from None
    _tell(console, report, refused.shown, time.monotonic() - started)
    if report.rejected:
        raise typer.Exit(1)


class _ErrorFile:
    """Keeps the first refusals to show, and writes all to a file where one is wanted."""

    def __init__(self, path: Path | None) -> None:
        self.shown: list[tuple[Path, int, Refusal]] = []
        self._path = path
        self._file: IO[bytes] | None = None

    def __enter__(self) -> "_ErrorFile":
        self._file = self._path.open("wb") if self._path else None
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def __call__(self, path: Path, line: int, refusal: Refusal) -> None:
        if len(self.shown) < SHOWN:
            self.shown.append((path, line, refusal))
        if self._file:
            for told in told_errors([(line, refusal)]):
                self._file.write(orjson.dumps({"file": str(path), **told}) + b"\n")


async def _import(settings: Settings, files: Sequence[EventFile], refused: _ErrorFile, console: Console) -> Report:
    url = database_of(settings)
    await migrate(url)
    database = Database(url, pool_size=2, statement_timeout_ms=STATEMENT_TIMEOUT_MS)

    async def bring_up_to_date() -> None:
        await refresh_hinted(database)
        await refresh(database)

    def terms() -> Terms:
        return Terms(Window.at(system_clock(), settings.raw_retention.months))

    try:
        async with publishing(redis_of(settings)) as changes:
            importer = Importer(EventWriter(database, notify=changes), terms, refused, bring_up_to_date)
            with _progress(console) as progress:
                for file in files:
                    await importer.run(file, _bar(progress, file, importer.report))
        if importer.report.accepted:
            with console.status("Bringing the aggregates up to date"):
                await bring_up_to_date()
    finally:
        await database.close()
    return importer.report


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[events]:,} events"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


def _bar(progress: Progress, file: EventFile, report: Report) -> Callable[[float], None]:
    before = report.total
    task = progress.add_task(file.path.name, total=1.0, events=0)
    return lambda done: progress.update(task, completed=done, events=report.total - before)


def _tell(console: Console, report: Report, shown: Sequence[tuple[Path, int, Refusal]], seconds: float) -> None:
    typer.echo(f"{report.accepted:,} accepted, {report.duplicate:,} duplicate, {report.rejected:,} rejected")
    console.print(f"in {seconds:.1f} s, {report.total / max(seconds, 1e-9):,.0f} events a second")
    for path, line, refusal in shown:
        what = f"{refusal.code} {refusal.field}" if refusal.field else str(refusal.code)
        console.print(f"{path}:{line}: {what}: {refusal.reason}", markup=False, soft_wrap=True)
    if report.rejected > len(shown):
        console.print(f"... and {report.rejected - len(shown):,} more; --errors FILE has them all")

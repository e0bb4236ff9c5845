"""What moves in the terminal; where there is none, a line for what has been done."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.status import Status

from gateway.demo.feed import Fed
from gateway.ingest.report import Report

REFRESH_SECONDS: Final = 1.0


@dataclass(slots=True)
class Filling:
    """The bar of a history that is being written; `report` is there at the end."""

    bar: Progress
    task: TaskID
    report: Report = field(default_factory=Report)

    def progress(self, share: float, added: int) -> None:
        """Shows how much of the whole is there."""
        self.bar.update(self.task, completed=share, events=f"{added:,} events")


@contextmanager
def filling(console: Console) -> Iterator[Filling]:
    """Shows a bar, and afterwards what was added."""
    columns = (
        TextColumn("  History"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[events]}"),
        TimeElapsedColumn(),
    )
    began = time.monotonic()
    with Progress(*columns, console=console, transient=True) as bar:
        screen = Filling(bar, bar.add_task("history", total=1.0, events="0 events"))
        yield screen
    report = screen.report
    console.print(f"  History is there: {report.accepted:,} events added in {time.monotonic() - began:.0f} s.")
    if report.rejected:
        reason = report.errors[0][1].reason
        console.print(f"  [yellow]{report.rejected:,} events were refused: {reason}[/yellow]")


@contextmanager
def feeding(console: Console, fed: Fed) -> Iterator[None]:
    """Shows how many live events went through, as long as this is open."""
    if not console.is_terminal:
        console.print("  Live events are coming in.")
        yield
        return
    with console.status("  Live", spinner="dots") as status:
        refreshing = asyncio.get_running_loop().create_task(_refresh(status, fed))
        try:
            yield
        finally:
            refreshing.cancel()


async def _refresh(status: Status, fed: Fed) -> None:
    while True:
        text = f"Live: {fed.accepted:,} events since the start"
        status.update(f"{text} [yellow]({fed.trouble})[/yellow]" if fed.trouble else text)
        await asyncio.sleep(REFRESH_SECONDS)

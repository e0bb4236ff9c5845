"""`rates`: what a ZEC was worth, for the values in books."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from gateway.commands.failures import CommandError
from gateway.provision import database_of, provisioned
from gateway.settings import load
from jobs.exports.rate_files import RateFileRefused, import_rates
from sql import Database, Q
from sql.export_rows import RatesKnown
from sql.migrate import migrate

T = TypeVar("T")

SHOWN = 10

commands = typer.Typer(no_args_is_help=True, help="What a ZEC was worth, for the values in books.")


@commands.command(name="import")
def import_file(
    path: Annotated[Path, typer.Argument(help="CSV with at, currency, rate, source.", exists=True, dir_okay=False)],
) -> None:
    """Add rates from a file; safe to repeat. Status 1 when a line was refused."""
    report = _run(lambda database: import_rates(database, path))
    typer.echo(f"{report.added:,} added, {report.known:,} known already, {len(report.refused):,} refused")
    for number, reason in report.refused[:SHOWN]:
        typer.echo(f"{path}:{number}: {reason}", err=True)
    if len(report.refused) > SHOWN:
        typer.echo(f"... and {len(report.refused) - SHOWN:,} more", err=True)
    if report.refused:
        raise typer.Exit(1)


@commands.command(name="list")
def list_known() -> None:
    """Show which rates are known."""

    async def fetch(database: Database) -> list[RatesKnown]:
        return await database.fetch(Q.rates_known)

    table = Table("currency", "rates", "from", "to")
    for known in _run(fetch):
        table.add_row(known.currency, f"{known.rate_count:,}", known.first_at.isoformat(), known.last_at.isoformat())
    Console().print(table)


def _run(work: Callable[[Database], Awaitable[T]]) -> T:
    async def run(url: str) -> T:
        await migrate(url)
        database = Database(url, pool_size=1)
        try:
            return await work(database)
        finally:
            await database.close()

    with provisioned(load()) as settings:
        try:
            return asyncio.run(run(database_of(settings)))
        except RateFileRefused as refused:
            raise CommandError(str(refused)) from None

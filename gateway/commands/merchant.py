"""`merchant`: create, change, list and import merchants."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gateway.changes import publishing
from gateway.commands.failures import CommandError
from gateway.ingest.merchants import MerchantBook, MerchantRefused, merchants_in
from gateway.provision import database_of, provisioned, redis_of
from gateway.settings import Settings, load
from sql import Database
from sql.migrate import migrate

commands = typer.Typer(no_args_is_help=True, help="Create, change, list and import merchants.")

Zone = Annotated[str | None, typer.Option(help="IANA name of its zone, such as Europe/Berlin.")]
WeekStart = Annotated[str | None, typer.Option(help="The day its weeks begin with, such as monday.")]
Timeout = Annotated[int | None, typer.Option(help="Minutes after which an open payment is stale.")]
Email = Annotated[str | None, typer.Option(help="Where its reports are sent.")]


@commands.command()
def create(
    merchant_id: Annotated[str, typer.Argument(help="Its id for ever.")],
    name: Annotated[str, typer.Option(help="What people call it.")],
    zone: Zone = None,
    week_start: WeekStart = None,
    pending_timeout_minutes: Timeout = None,
    email: Email = None,
) -> None:
    """Create a merchant."""
    fields = {"merchant_id": merchant_id, "name": name, "zone": zone, "week_start": week_start, "email": email}
    _run(lambda book: book.create({**fields, "pending_timeout_minutes": pending_timeout_minutes}))
    typer.echo(f"Created {merchant_id}")


@commands.command()
def update(
    merchant_id: Annotated[str, typer.Argument(help="Which merchant.")],
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    zone: Zone = None,
    week_start: WeekStart = None,
    pending_timeout_minutes: Timeout = None,
    email: Email = None,
    state: Annotated[str | None, typer.Option(help="active or suspended.")] = None,
) -> None:
    """Change a merchant; what is left out stays."""
    fields = {"merchant_id": merchant_id, "name": name, "zone": zone, "week_start": week_start, "email": email}
    _run(lambda book: book.update({**fields, "pending_timeout_minutes": pending_timeout_minutes, "state": state}))
    typer.echo(f"Changed {merchant_id}")


@commands.command(name="list")
def list_all() -> None:
    """List all merchants."""
    table = Table("id", "name", "zone", "week", "timeout", "e-mail", "state")

    async def fill(book: MerchantBook) -> None:
        async for merchant in book.all():
            names = ("id", "name", "timezone", "weekStart", "pendingTimeoutMinutes", "email", "state")
            table.add_row(*(str(merchant[name] or "") for name in names))

    _run(fill)
    Console().print(table)


@commands.command(name="import")
def import_file(
    path: Annotated[Path, typer.Argument(help="One JSON object a line: merchant_id, name, zone ...", exists=True)],
) -> None:
    """Create or change the merchants of a file; safe to repeat."""
    created = changed = 0

    async def put(book: MerchantBook) -> None:
        nonlocal created, changed
        for number, fields in merchants_in(path):
            try:
                is_new = await book.put(fields)
            except MerchantRefused as refused:
                raise MerchantRefused(f"{path}:{number}: {refused}") from refused
            created, changed = created + is_new, changed + (not is_new)

    _run(put)
    typer.echo(f"{created} created, {changed} changed")


def _run(work: Callable[[MerchantBook], Awaitable[None]]) -> None:
    async def run(settings: Settings) -> None:
        url = database_of(settings)
        await migrate(url)
        database = Database(url, pool_size=1)
        try:
            async with publishing(redis_of(settings)) as changes:
                await work(MerchantBook(database, changes.profile_changed))
        finally:
            await database.close()

    with provisioned(load()) as settings:
        try:
            asyncio.run(run(settings))
        except MerchantRefused as refused:
            raise CommandError(str(refused)) from None

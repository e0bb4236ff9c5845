"""`migrate`: brings the database to the current schema."""

import asyncio

import typer

from gateway.provision import database_of, provisioned
from gateway.settings import load
from sql.migrate import migrate


def command() -> None:
    """Bring the database to the current schema; safe to repeat."""
    with provisioned(load()) as settings:
        done = asyncio.run(migrate(database_of(settings)))
    typer.echo(f"Engine: {done.engine}")
    for name in done.applied:
        typer.echo(f"Applied {name}")
    typer.echo("The database is up to date.")

"""`key`: API keys, made, listed and ended."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from gateway.commands.failures import CommandError
from gateway.commands.scopes import ScopeOption, granted
from gateway.provision import database_of, provisioned
from gateway.settings import load
from resolvers.api_keys import new_key
from sql import Database, Q
from sql.rows import ApiKey

T = TypeVar("T")
PAGE: Final = 500

commands = typer.Typer(no_args_is_help=True, help="API keys: make, list and end them.")


@commands.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    merchant: Annotated[str | None, typer.Option(help="The merchant it is bound to; none for the facilitator.")] = None,
    scope: ScopeOption = None,
    days: Annotated[int | None, typer.Option(help="When it ends; never by default.", min=1, max=36_600)] = None,
) -> None:
    """Make a key and print it, this once: only its digest is stored."""
    scopes = granted(scope, merchant)
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    parts, text = new_key()

    async def make(database: Database) -> ApiKey | None:
        row: ApiKey | None = await database.fetch_one(
            Q.create_api_key,
            key_id=parts.key_id,
            digest=parts.digest,
            name=name,
            merchant_id=merchant,
            scopes=scopes,
            expires_at=expires_at,
        )
        return row

    if _with_database(make) is None:
        raise CommandError(f"there is no merchant {merchant}")
    typer.echo(text)


@commands.command("list")
def list_(
    merchant: Annotated[str | None, typer.Option(help="Only this merchant's.")] = None,
) -> None:
    """List the keys, ended ones too."""

    async def read(database: Database) -> list[ApiKey]:
        found: list[ApiKey] = []
        while page := await database.fetch(
            Q.api_keys_after, after=found[-1].key_id if found else "", page_size=PAGE, merchant_id=merchant
        ):
            found += page
        return found

    table = Table("id", "name", "merchant", "scopes", "state", box=None)
    for key in _with_database(read):
        table.add_row(key.key_id, key.name, key.merchant_id or "-", " ".join(key.scopes), _state(key))
    Console().print(table)


@commands.command()
def revoke(key_id: Annotated[str, typer.Argument(help="The key's id: its middle part.")]) -> None:
    """End a key; gateways refuse it within five seconds."""

    async def end(database: Database) -> ApiKey | None:
        row: ApiKey | None = await database.fetch_one(Q.revoke_api_key, key_id=key_id, merchant_id=None)
        return row

    key = _with_database(end)
    if key is None:
        raise CommandError(f"there is no key {key_id}")
    typer.echo(f"{key.key_id} ({key.name}) {_state(key)}")


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d %H:%M} UTC"
    if key.expires_at is None:
        return "valid"
    return f"{'valid until' if key.expires_at > datetime.now(UTC) else 'expired'} {key.expires_at:%Y-%m-%d %H:%M} UTC"


def _with_database(work: Callable[[Database], Awaitable[T]]) -> T:
    async def run(url: str) -> T:
        database = Database(url, pool_size=1)
        try:
            return await work(database)
        finally:
            await database.close()

    with provisioned(load()) as settings:
        return asyncio.run(run(database_of(settings)))

"""`verify`: compares every aggregate with a recount of the raw events."""

import asyncio
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from gateway.provision import database_of, provisioned
from gateway.settings import load
from gateway.times import instant
from sql import Database
from sql.engine import AGGREGATES
from sql.maintenance import Difference, verify

SHOWN = 20


def command(
    since: Annotated[str | None, typer.Option(help="From this instant on (ISO 8601 with a zone).")] = None,
    until: Annotated[str | None, typer.Option(help="Up to this instant, not included.")] = None,
    family: Annotated[list[str] | None, typer.Option(help="Only these aggregates; may be given again.")] = None,
) -> None:
    """Compare aggregates with the raw events; status 1 when a number differs."""
    families = known_families(family)
    with provisioned(load()) as settings:
        differences = asyncio.run(_verify(database_of(settings), families, instant(since), instant(until)))
    wrong = [found for found in differences if not found.pending]
    for found in wrong[:SHOWN]:
        typer.echo(_told(found))
    if len(wrong) > SHOWN:
        typer.echo(f"... and {len(wrong) - SHOWN} more")
    pending = len(differences) - len(wrong)
    if pending:
        typer.echo(f"{pending} rows wait for late events to be refreshed")
    typer.echo(f"{len(wrong)} differences in {len(families)} aggregates")
    if wrong:
        raise typer.Exit(1)


def known_families(asked: list[str] | None) -> tuple[str, ...]:
    """The families asked for, or all; refuses a name that is none."""
    for name in asked or ():
        if name not in AGGREGATES:
            raise typer.BadParameter(f"{name} is none of {', '.join(AGGREGATES)}", param_hint="--family")
    return tuple(asked or AGGREGATES)


async def _verify(
    url: str, families: tuple[str, ...], since: datetime | None, until: datetime | None
) -> list[Difference]:
    database = Database(url)
    found: list[Difference] = []
    with Console(stderr=True).status("Comparing") as status:
        for family in families:
            status.update(f"Comparing {family} with the raw events")
            found += [difference async for difference in verify(database, (family,), since, until)]
    return found


def _told(found: Difference) -> str:
    columns = AGGREGATES[found.relation.rpartition("_")[0]].merges
    where = f"{found.relation} {found.bucket:%Y-%m-%d %H:%M} {' '.join(found.key)}"
    if found.stored is None:
        return f"{where}: missing"
    if found.recounted is None:
        return f"{where}: has no events"
    pairs = zip(columns, found.stored, found.recounted, strict=True)
    return f"{where}: " + ", ".join(
        f"{name} is {is_}, should be {should}" for name, is_, should in pairs if is_ != should
    )

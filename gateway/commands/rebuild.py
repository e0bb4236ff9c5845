"""`rebuild`: computes a range of aggregates again from the raw events."""

import asyncio
from typing import Annotated

import typer

from gateway.commands.failures import CommandError
from gateway.commands.verify import known_families
from gateway.provision import database_of, provisioned
from gateway.settings import load
from gateway.times import instant
from sql import Database
from sql.maintenance import RangeGone, rebuild


def command(
    since: Annotated[str, typer.Argument(help="From this instant on (ISO 8601 with a zone).")],
    until: Annotated[str, typer.Argument(help="Up to this instant, not included.")],
    family: Annotated[list[str] | None, typer.Option(help="Only these aggregates; may be given again.")] = None,
) -> None:
    """Compute a range of aggregates again, beside writers and readers."""
    families = known_families(family)
    lo, hi = instant(since), instant(until)
    assert lo is not None
    assert hi is not None
    if lo >= hi:
        raise typer.BadParameter("the range ends before it begins")
    with provisioned(load()) as settings:
        try:
            asyncio.run(rebuild(Database(database_of(settings)), lo, hi, families))
        except RangeGone as error:
            raise CommandError(str(error)) from None
    typer.echo(f"Rebuilt {len(families)} aggregates from {lo.isoformat()} to {hi.isoformat()}.")

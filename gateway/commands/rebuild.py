"""`rebuild`: computes a range of aggregates again from the raw events."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer

from gateway.changes import publishing
from gateway.commands.failures import CommandError
from gateway.commands.verify import known_families
from gateway.ingest.changes import Change
from gateway.provision import database_of, provisioned, redis_of
from gateway.settings import load
from gateway.times import instant
from sql import Database, Q
from sql.engine import AGGREGATES
from sql.maintenance import RangeGone, rebuild

PAGE: Final = 100  # merchants told in one round trip
DAY: Final = timedelta(days=1)


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
            asyncio.run(rebuild_and_tell(database_of(settings), redis_of(settings), lo, hi, families))
        except RangeGone as error:
            raise CommandError(str(error)) from None
    typer.echo(f"Rebuilt {len(families)} aggregates from {lo.isoformat()} to {hi.isoformat()}.")


async def rebuild_and_tell(
    database_url: str, redis_url: str, lo: datetime, hi: datetime, families: Sequence[str]
) -> None:
    """Compute a range again, and have what was kept about it dropped, also where it fails half-way."""
    database = Database(database_url)
    try:
        async with publishing(redis_url) as changes:
            try:
                await rebuild(database, lo, hi, families)
            finally:
                async for page in _changes(database, lo, hi, families):
                    await changes(page)
    finally:
        await database.close()


async def _changes(
    database: Database, lo: datetime, hi: datetime, families: Sequence[str]
) -> AsyncIterator[list[Change]]:
    """All merchants, a page at a time: whole buckets are computed, and those of a base are days at most."""
    start = lo.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    spans = {AGGREGATES[family].source: [(start, hi.astimezone(UTC) + DAY)] for family in families}
    after = ""
    while page := await database.fetch(Q.merchants_after, after=after, page_size=PAGE):
        yield [Change(merchant.merchant_id, spans) for merchant in page]
        after = page[-1].merchant_id

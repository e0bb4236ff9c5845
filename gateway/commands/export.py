"""`export`: the files that the API gives, made here."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from gateway.commands.failures import CommandError
from gateway.provision import database_of, provisioned
from gateway.settings import load
from gateway.times import instant
from jobs.exports.bookings import RangeGone
from jobs.exports.columns import USUAL, ExportColumn
from jobs.exports.files import NotWritten, whole_file
from jobs.exports.producing import Made, MerchantGone, count, produce
from jobs.exports.spec import (
    DATEV_ACCOUNTS,
    JOURNAL_ACCOUNTS,
    PAYMENT_FORMATS,
    Accounts,
    BadSpec,
    Datev,
    ExportFormat,
    ExportSpec,
    Grouping,
    usual_grouping,
)
from resolvers.context import MERCHANT_ID
from resolvers.payment_enums import PaymentState
from resolvers.zones import DAY, day_start, zone
from sql import Database, Q
from sql.rows import Merchant

STATEMENT_TIMEOUT_MS = 60_000


def command(
    merchant: Annotated[str, typer.Argument(help="Whose payments.")],
    since: Annotated[str, typer.Option("--from", help="The first day (2026-05-01), or instant with a zone.")],
    until: Annotated[str, typer.Option("--to", help="The last day, or the first instant behind the range.")],
    form: Annotated[ExportFormat, typer.Option("--format", help="What the file is.")] = ExportFormat.CSV,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; named by itself if left out.")
    ] = None,
    column: Annotated[list[ExportColumn] | None, typer.Option(help="Only this column; may be given again.")] = None,
    metadata: Annotated[bool, typer.Option("--metadata", help="With the payments' metadata.")] = False,
    state: Annotated[list[PaymentState] | None, typer.Option(help="Only payments that stand so.")] = None,
    currency: Annotated[str | None, typer.Option(help="A currency for values in books, such as EUR.")] = None,
    grouping: Annotated[
        Grouping | None, typer.Option(help="What a line of a statement or a batch is; day if left out.")
    ] = None,
    account: Annotated[
        list[str] | None, typer.Option(help="Where something is booked: asset=, fees=, sales= or refunds=NAME.")
    ] = None,
    consultant: Annotated[int | None, typer.Option(help="DATEV's number of the consultant.")] = None,
    client: Annotated[int | None, typer.Option(help="DATEV's number of the client.")] = None,
    year_month: Annotated[int | None, typer.Option(help="The month that begins a fiscal year, for DATEV.")] = None,
) -> None:
    """Write a file of a merchant's payments, the same as the API gives."""
    columns = _columns(column, metadata, form)
    datev = _datev(consultant, client, year_month)
    with provisioned(load()) as settings:
        database = Database(database_of(settings), pool_size=2, statement_timeout_ms=STATEMENT_TIMEOUT_MS)

        async def run() -> None:
            try:
                found = await _merchant(database, merchant)
                spec = ExportSpec(
                    form, *_range(found, since, until), found.zone, columns, tuple(each.value for each in state or ()),
                    currency, grouping or usual_grouping(form), _accounts(form, account or []), datev,
                ).checked()  # fmt: skip
                await _write(database, merchant, spec, output or Path(spec.file_name(merchant)))
            finally:
                await database.close()

        try:
            asyncio.run(run())
        except BadSpec as error:
            raise typer.BadParameter(str(error)) from None
        except (MerchantGone, RangeGone) as error:
            raise CommandError(str(error)) from None
        except NotWritten as error:
            raise CommandError(f"the file cannot be written: {error}") from None


async def _write(database: Database, merchant_id: str, spec: ExportSpec, path: Path) -> None:
    if path.exists() and not path.is_file():  # a device would be replaced, not written to
        raise CommandError(f"{path} is no file")
    console = Console(stderr=True, highlight=False)
    total = await count(database, merchant_id, spec)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(path.name, total=max(total, 1))

        async def tell(rows: int) -> None:
            progress.update(task, completed=min(rows, total))

        async with whole_file(path) as file:
            made = await produce(database, merchant_id, spec, file.write, tell)
        progress.update(task, completed=max(total, 1))
    _tell(console, spec, made, file.bytes, path)


def _tell(console: Console, spec: ExportSpec, made: Made, length: int, path: Path) -> None:
    what = "payments" if spec.format in PAYMENT_FORMATS else "settlements and refunds"
    typer.echo(f"{path}: {made.rows:,} {what}, {length:,} bytes")
    if made.missing_rate_count:
        what = "are not booked" if spec.format is ExportFormat.DATEV else "have no value"
        console.print(f"{made.missing_rate_count:,} of them have no rate in {spec.currency} and {what}")
    if made.omitted_count:
        console.print(
            f"{made.omitted_count:,} lines are left out, as their amounts round to 0.00: "
            f"{made.omitted_value} {spec.currency} in all"
        )


async def _merchant(database: Database, merchant_id: str) -> Merchant:
    found: list[Merchant] = []
    if MERCHANT_ID.fullmatch(merchant_id):
        found = await database.fetch(Q.merchants_by_id, merchant_ids=[merchant_id])
    if not found:
        raise MerchantGone(f"there is no merchant {merchant_id!r}")
    return found[0]


def _range(merchant: Merchant, since: str, until: str) -> tuple[datetime, datetime]:
    """Days of the merchant's zone, both included, or instants."""
    tz = zone(merchant.zone)
    first, last = _moment(since), _moment(until)
    return (
        first if isinstance(first, datetime) else day_start(tz, first),
        last if isinstance(last, datetime) else day_start(tz, last + DAY),
    )


def _moment(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text)
    except ValueError:
        found = instant(text)
        assert found is not None
        return found


def _columns(asked: Sequence[ExportColumn] | None, metadata: bool, form: ExportFormat) -> tuple[ExportColumn, ...]:
    columns = tuple(asked or ())
    if not metadata or ExportColumn.METADATA in columns:
        return columns
    if form not in PAYMENT_FORMATS:
        raise typer.BadParameter("metadata is for rows of payments", param_hint="--metadata")
    return (*(columns or USUAL), ExportColumn.METADATA)


def _datev(consultant: int | None, client: int | None, year_month: int | None) -> Datev | None:
    if consultant is None and client is None and year_month is None:
        return None
    usual = Datev()
    return Datev(consultant or usual.consultant, client or usual.client, year_month or usual.year_month)


def _accounts(form: ExportFormat, asked: Sequence[str]) -> Accounts | None:
    if not asked:
        return None
    usual = DATEV_ACCOUNTS if form is ExportFormat.DATEV else JOURNAL_ACCOUNTS
    told = {"asset": usual.asset, "fees": usual.fees, "sales": usual.sales, "refunds": usual.refunds}
    for each in asked:
        name, _, account = each.partition("=")
        if name not in told or not account:
            _refuse(each)
        told[name] = account
    return Accounts(**told)


def _refuse(text: str) -> NoReturn:
    raise typer.BadParameter(
        f"{text!r}: give {', '.join(('asset', 'fees', 'sales', 'refunds'))}=ACCOUNT", param_hint="--account"
    )

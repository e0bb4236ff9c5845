"""`report`: a merchant's monthly report or weekly summary, as a file."""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gateway.commands.failures import CommandError
from gateway.provision import database_of, provisioned
from gateway.settings import load
from jobs.reports.collect import ReportFailed
from jobs.reports.kinds import Kind, NoSuchPeriod, Subject, require_begun, subject
from jobs.reports.offer import Form, NoSuchVersion, Offered, offer, renewed
from jobs.reports.pdf import PdfUnavailable
from resolvers.context import Services
from resolvers.executor import Executor
from sql import Database, Q
from sql.rows import Merchant


def command(
    merchant: Annotated[str, typer.Argument(help="The merchant's id.")],
    period: Annotated[str, typer.Argument(help="A month, as 2026-10, or the first day of a week, as 2026-10-26.")],
    form: Annotated[Form | None, typer.Option("--format", help="By default as the file is called, else html.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file; by its default name here.")] = None,
    version: Annotated[int | None, typer.Option(min=1, help="A version that was kept; the newest by default.")] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Make it from the data of now, and keep a new version.")] = False,
) -> None:
    """Write a report: as it was kept, or, where none was, made from the data of now."""
    if anew and version is not None:
        raise typer.BadParameter("a version that was kept is not made anew", param_hint="--anew")
    form = form or _form_of(output)
    target = output or Path(f"{merchant}-{period}.{form}")
    with provisioned(load()) as settings:
        written = asyncio.run(_written(database_of(settings), merchant, period, form, version, anew=anew))
    try:
        write_whole(target, written)
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror}") from None
    typer.echo(f"{target}: {len(written):,} bytes")


async def _written(url: str, merchant_id: str, period: str, form: Form, version: int | None, *, anew: bool) -> bytes:
    database = Database(url)
    steps = Console(stderr=True)
    try:
        with steps.status("Asking for the figures") as status:
            merchant = await _merchant(database, merchant_id)
            found = await _found(database, merchant, _subject(merchant, period), version, anew=anew)
            status.update(f"Writing {form.upper()}")
            return await found.write(form)
    except PdfUnavailable as error:
        raise typer.BadParameter(str(error), param_hint="--format") from None
    finally:
        await database.close()


async def _merchant(database: Database, merchant_id: str) -> Merchant:
    merchant: Merchant | None = await database.fetch_one(Q.merchants_by_id, merchant_ids=[merchant_id])
    if merchant is None:
        raise typer.BadParameter(f"there is no merchant {merchant_id}", param_hint="MERCHANT")
    return merchant


def _subject(merchant: Merchant, period: str) -> Subject:
    kind = Kind.MONTHLY if period.count("-") == 1 else Kind.WEEKLY
    try:
        return subject(merchant.merchant_id, kind, period, merchant.zone)
    except NoSuchPeriod as error:
        raise typer.BadParameter(str(error), param_hint="PERIOD") from None


async def _found(database: Database, merchant: Merchant, about: Subject, version: int | None, *, anew: bool) -> Offered:
    services = Services(database)
    if anew and services.clock() < about.end:
        raise typer.BadParameter("it is not over yet, and kept when it is", param_hint="PERIOD")
    try:
        if anew:
            require_begun(about, merchant.week_start, services.clock())
            return await renewed(database, Executor(services), about)
        return await offer(database, Executor(services), about, version, week_start=merchant.week_start)
    except NoSuchPeriod as error:
        raise typer.BadParameter(str(error), param_hint="PERIOD") from None
    except NoSuchVersion as error:
        raise typer.BadParameter(str(error), param_hint="--version") from None
    except ReportFailed as error:
        raise typer.BadParameter(f"the figures cannot be had: {error}", param_hint="PERIOD") from None


def _form_of(output: Path | None) -> Form:
    try:
        return Form(output.suffix[1:].lower()) if output else Form.HTML
    except ValueError:
        return Form.HTML


def write_whole(target: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    handle, name = tempfile.mkstemp(dir=target.absolute().parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

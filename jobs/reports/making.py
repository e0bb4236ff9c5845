"""The two jobs: make the report of a week or a month that is over, keep it, and mail a new one."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import structlog

from jobs.context import JobContext, NothingToDo, Run
from jobs.reports.collect import Collected, ReportFailed, collect
from jobs.reports.kinds import Kind, Subject
from jobs.reports.mail import Server, is_address, message, send
from jobs.reports.offer import keep
from jobs.reports.page import Version, page
from jobs.reports.pdf import PdfUnavailable, pdf
from sql import Q
from sql.report_rows import KeptReport
from sql.rows import Merchant

log = structlog.get_logger()

#: What is made up after a longer absence is kept, and mailed to nobody: last year's news is none.
MAILED_WITHIN = timedelta(days=10)


async def summarise_week(context: JobContext, run: Run) -> int:
    """Make a merchant's weekly summary."""
    return await make(context, run, Kind.WEEKLY)


async def report_month(context: JobContext, run: Run) -> int:
    """Make a merchant's monthly report."""
    return await make(context, run, Kind.MONTHLY)


async def make(context: JobContext, run: Run, kind: Kind) -> int:
    """Collect, keep and, where mail is set up, send; raise NothingToDo for a merchant that is gone, MailFailed.

    A run that died after its mail was handed in sends it again, with the same id.
    """
    assert run.merchant_id is not None
    merchant = await context.database.fetch_one(Q.merchants_by_id, merchant_ids=[run.merchant_id])
    if merchant is None:
        raise NothingToDo(f"There is no merchant {run.merchant_id}.")
    subject = Subject(run.merchant_id, kind, merchant.zone, run.window_start, run.window_end)
    try:
        collected = await collect(context.executor, subject)
    except ReportFailed as error:
        if "NOT_FOUND" in str(error):
            raise NothingToDo("The merchant was deleted meanwhile.") from error
        raise
    kept = await keep(context.database, collected)
    mail = await _mail(context, merchant, collected, kept)
    async with context.completing(run) as doing:
        if mail is not None:
            await doing.connection.execute(
                Q.keep_report_mail.text, subject.merchant_id, kind, subject.first_day, kept.version,
                mail["To"], mail["Message-ID"],
            )  # fmt: skip
        doing.rows = 1
    log.info("report.kept", merchant_id=subject.merchant_id, kind=kind, period=subject.period, version=kept.version)
    return 1


async def _mail(context: JobContext, merchant: Merchant, collected: Collected, kept: KeptReport) -> EmailMessage | None:
    """Mail a report that is new to whoever is to have it; return the mail, None where nobody is."""
    settings, to = context.settings, merchant.email
    late = datetime.now(UTC) - collected.subject.end > MAILED_WITHIN
    if settings.smtp_url is None or settings.mail_from is None or to is None or kept.mailed or late:
        return None
    if merchant.state != "active":
        return None
    if not is_address(to):
        log.warning("report.no_address", merchant_id=merchant.merchant_id)
        return None
    server = Server(settings.smtp_url, settings.mail_from)
    return await send(server, to, lambda: _written(collected, kept, server.sender, to))


async def _written(collected: Collected, kept: KeptReport, sender: str, to: str) -> EmailMessage:
    report, version = collected.report, Version(kept.version, collected.digest)
    html = page(report, version)
    try:
        attached = await pdf(html)
    except PdfUnavailable as error:
        log.warning("report.without_pdf", reason=str(error))
        attached = None
    return message(report, version, html, attached, sender, to)

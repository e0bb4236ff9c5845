"""A report in the form that somebody asks for: as it was kept, or, where none was, made from the data of now."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from jobs.reports.collect import Collected, collect
from jobs.reports.kinds import Subject, require_begun
from jobs.reports.model import read
from jobs.reports.page import Version, page
from jobs.reports.pdf import pdf
from resolvers.executor import Executor
from sql import Database, Q
from sql.report_rows import KeptReport, ReportAtSlot


class Form(StrEnum):
    """What a report is written as."""

    JSON = "json"
    HTML = "html"
    PDF = "pdf"


MEDIA_TYPES = {
    Form.JSON: "application/json",
    Form.HTML: "text/html; charset=utf-8",
    Form.PDF: "application/pdf",
}


class NoSuchVersion(LookupError):
    """A version that was not kept; it says which were."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A report's data; `version` is 0 where it was made just now and kept nowhere."""

    data: bytes
    version: Version

    def envelope(self) -> dict[str, Any]:
        """Return the data beside the version that they are; null where they were made just now."""
        head = {"version": self.version.number or None, "digest": self.version.digest}
        return {**head, **orjson.loads(self.data)}

    async def write(self, form: Form) -> bytes:
        """Return the file: the same bytes from the same data. Raises PdfUnavailable."""
        if form is Form.JSON:
            return self.data
        html = page(read(self.data), self.version)
        return html.encode() if form is Form.HTML else await pdf(html)


async def kept(database: Database, subject: Subject, version: int | None = None) -> Offered | None:
    """Return a report as it was kept, in its newest version or the one named; None where there is none."""
    rows: list[ReportAtSlot] = await database.fetch(
        Q.reports_by_merchant,
        slots=[0],
        merchant_ids=[subject.merchant_id],
        kinds=[subject.kind.value],
        first_days=[subject.first_day],
        versions=[version],
        limits=[1],
        with_data=True,
    )
    if not rows or rows[0].data is None:
        return None
    return Offered(rows[0].data.encode(), Version(rows[0].version, rows[0].digest))


async def offer(
    database: Database, executor: Executor, subject: Subject, version: int | None = None, *, week_start: int = 1
) -> Offered:
    """Return a report as it was kept, else as it would be made now, of a period that has begun.

    `week_start` is that of the merchant: what was kept of its weeks before they began with another day is told too.
    Raises NoSuchVersion, NoSuchPeriod, and ReportFailed where the merchant cannot be asked about.
    """
    found = await kept(database, subject, version)
    if found is not None:
        return found
    if version is not None:
        raise NoSuchVersion(_instead(subject, version, await kept(database, subject)))
    require_begun(subject, week_start, executor.services.clock())
    return made(await collect(executor, subject))


def _instead(subject: Subject, version: int, newest: Offered | None) -> str:
    if newest is None:
        return f"No version of {subject.period} was kept; leave version out to have it made now."
    there = "only version 1" if newest.version.number == 1 else f"versions 1 to {newest.version.number}"
    return f"There is no version {version} of {subject.period}; it has {there}."


async def keep(database: Database, collected: Collected) -> KeptReport:
    """Store a report as a new version, unless the newest was made from the same data."""
    subject = collected.subject
    kept: KeptReport | None = await database.fetch_one(
        Q.keep_report,
        merchant_id=subject.merchant_id,
        kind=subject.kind.value,
        first_day=subject.first_day,
        timezone=subject.timezone,
        window_start=subject.start,
        window_end=subject.end,
        digest=collected.digest,
        data=collected.data.decode(),
    )
    assert kept is not None
    return kept


async def renewed(database: Database, executor: Executor, subject: Subject) -> Offered:
    """Return a report as it is made now, kept as a new version where the newest was made from other data.

    Raises ReportFailed.
    """
    collected = await collect(executor, subject)
    newest = await keep(database, collected)
    return Offered(collected.data, Version(newest.version, collected.digest))


def made(collected: Collected) -> Offered:
    """Return a report that was made just now."""
    return Offered(collected.data, Version(0, collected.digest))

"""A report's data, asked for by the document that anyone may run."""

import hashlib
from dataclasses import dataclass

import orjson

from jobs.reports.kinds import Kind, Subject
from jobs.reports.kinds import subject as named
from jobs.reports.model import Report, read
from resolvers.executor import Executor


class ReportFailed(Exception):
    """The document did not answer; the text holds the codes of its errors."""


@dataclass(frozen=True, slots=True)
class Collected:
    """A report's data as canonical JSON, and the SHA-256 of it in hexadecimal, which names its version."""

    subject: Subject
    data: bytes
    digest: str

    @property
    def report(self) -> Report:
        """The data, typed."""
        return read(self.data)


async def collect(executor: Executor, subject: Subject) -> Collected:
    """Ask for a report's data; raise ReportFailed."""
    variables = {"merchantId": subject.merchant_id, "range": _range(subject), "timezone": subject.timezone}
    answer = await executor.run_named("report", variables)
    if answer.errors or answer.data is None or answer.data["merchant"] is None:
        raise ReportFailed(", ".join(dict.fromkeys(answer.codes)) or "NOT_FOUND")
    head = {"kind": subject.kind, "period": subject.period, "timezone": subject.timezone}
    data = orjson.dumps({**head, **answer.data["merchant"]}, option=orjson.OPT_SORT_KEYS)
    return Collected(subject, data, hashlib.sha256(data).hexdigest())


def _range(subject: Subject) -> dict[str, object]:
    """A month is compared with the month before; a week, or another zone's month, with as many days before."""
    if subject.kind is Kind.MONTHLY and subject == named(
        subject.merchant_id, subject.kind, subject.period, subject.timezone
    ):
        return {"month": subject.period}
    return {"between": {"start": subject.start.isoformat(), "end": subject.end.isoformat()}}

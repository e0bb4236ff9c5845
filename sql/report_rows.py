"""Reports: one frozen class per row shape."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ReportAtSlot:
    """A version of a report of the merchant asked for at `slot`.

    `data` is canonical JSON, None where it was not asked for; `digest` is its SHA-256 in hexadecimal.
    """

    slot: int
    kind: str
    first_day: date
    version: int
    timezone: str
    window_start: datetime
    window_end: datetime
    digest: str
    data: str | None
    created_at: datetime
    mailed_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeptReport:
    """The newest version of a report, and whether it was mailed in any version."""

    version: int
    mailed: bool

"""Rows of exports, of what accountants book, and of rates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows there are."""

    row_count: int


@dataclass(frozen=True, slots=True)
class Extent:
    """Between which instants, both inclusive, something lies; None where there is nothing."""

    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class RawKept:
    """From when on raw events are kept; None where none was ever dropped."""

    kept_from: datetime | None


@dataclass(frozen=True, slots=True)
class AccountingEvent:
    """A settlement or a refund; amounts are zatoshi, `rate` is decimal text: units of the currency for one ZEC."""

    event_id: str
    payment_id: str
    is_refund: bool
    occurred_at: datetime
    amount_zat: int
    fee_zat: int
    resource: str | None
    payer: str | None
    rate: str | None
    rate_source: str | None
    rate_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToldRate:
    """What became of one line: new, the same as known, or neither, which is a contradiction."""

    index: int
    is_new: bool
    is_same: bool


@dataclass(frozen=True, slots=True)
class RatesKnown:
    """The rates of a currency."""

    currency: str
    rate_count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A file that was asked for. `spec` is `jobs.exports.spec.ExportSpec` as JSON, `digest` SHA-256 of the file.

    `omitted_value` is decimal text: what the lines come to that were left out, as their amounts round to nothing.
    """

    export_id: str
    merchant_id: str
    format: str
    spec: dict[str, Any]
    requested_by: str
    requested_at: datetime
    state: str
    attempt: int
    started_at: datetime | None
    rows_done: int
    rows_total: int | None
    missing_rate_count: int
    omitted_count: int
    omitted_value: str
    error: str | None
    finished_at: datetime | None
    stored_as: str | None
    size_bytes: int | None
    digest: bytes | None
    expires_at: datetime | None
    link_key: bytes


@dataclass(frozen=True, slots=True)
class BegunExport:
    """A file that is to be made, by whoever holds the attempt."""

    export_id: str
    merchant_id: str
    spec: dict[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True)
class ChangedExport:
    """That a change found the export in the state it wants."""

    export_id: str


@dataclass(frozen=True, slots=True)
class StoredExport:
    """A file of a finished export."""

    export_id: str
    stored_as: str

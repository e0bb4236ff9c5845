"""Files of a merchant's payments: asked for, made by a worker, fetched from `/exports`."""

from collections.abc import Awaitable
from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from jobs.exports.columns import COLUMNS, ExportColumn
from jobs.exports.spec import ExportFormat, ExportSpec
from resolvers.context import EXPORTS, Context
from resolvers.describing import describe
from resolvers.errors import AnalyticsError, BadInput, ErrorCode
from resolvers.export_batches import ExportKey, ExportsKey
from resolvers.export_links import link
from resolvers.fields import after, resolved
from sql.export_rows import ExportRequest

MAX_EXPORTS = 100

FirstExports = Annotated[int, strawberry.argument(description=f"How many at most, 1 to {MAX_EXPORTS}.")]
ExportId = Annotated[strawberry.ID, strawberry.argument(name="id", description="The export's id.")]


class ExportState(Enum):
    """Where an export stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


describe(
    ExportState,
    "Where an export stands.",
    QUEUED="A worker will make it.",
    RUNNING="A worker makes it.",
    DONE="Its file can be fetched.",
    FAILED="It could not be made; `error` says why.",
    EXPIRED="Its file is gone; ask for it again.",
)
describe(
    ExportFormat,
    "What a file is.",
    CSV="Rows of payments for spreadsheets and programs (UTF-8); no cell can be a formula.",
    JSON="An array of payments; amounts are strings.",
    NDJSON="One payment a line, as JSON; amounts are strings.",
    PARQUET="Rows of payments in columns, with exact decimals.",
    HLEDGER="A double-entry journal for hledger.",
    LEDGER="A double-entry journal for ledger.",
    BEANCOUNT="A double-entry journal for beancount.",
    QUICKBOOKS="Bank statements for QuickBooks Online, of at most 1,000 lines each, in a zip archive.",
    XERO="Bank statements for Xero, of at most 1,000 lines each, in a zip archive.",
    DATEV="Batches of bookings for DATEV (EXTF 700, category 21, version 13), in a zip archive.",
    KOINLY="Koinly's CSV of what comes and goes.",
)
describe(
    ExportColumn,
    "A column of rows of payments; in files it has the same name in small letters.",
    **{column.name: told.description for column, told in COLUMNS.items()},
)


@strawberry.type(description="A file that was asked for.")
class Export:
    """As the table has it."""

    row: strawberry.Private[ExportRequest]
    now: strawberry.Private[datetime]

    id: strawberry.ID = strawberry.field(description="Its id.")
    format: ExportFormat = strawberry.field(description="What it is.")
    state: ExportState = strawberry.field(description="Where it stands.")
    start: datetime = strawberry.field(description="The first instant of its range.")
    end: datetime = strawberry.field(description="The first instant that no longer belongs to its range.")
    timezone: str = strawberry.field(description="IANA name of the zone that its days and wall times are of.")
    requested_at: datetime = strawberry.field(description="When it was asked for.")
    row_count: int = strawberry.field(
        description="How many payments, or settlements and refunds, are in it; while it is made, so far."
    )
    total_row_count: int | None = strawberry.field(description="How many there will be; null until that is known.")
    progress: float | None = strawberry.field(description="Which part is made, 0 to 1; null until that is known.")
    missing_rate_count: int = strawberry.field(
        description="How many settlements and refunds have no rate and so no value in the currency asked for."
    )
    omitted_count: int = strawberry.field(
        description="How many lines are left out, as their amounts round to 0.00 and cannot be booked so. By day there "
        "are few."
    )
    omitted_value: str = strawberry.field(
        description="What the lines that are left out come to, in the currency asked for: outgoing ones are negative."
    )
    size_bytes: str | None = strawberry.field(description="How long the file is, in bytes, as digits.")
    sha256: str | None = strawberry.field(description="The file's SHA-256 in hexadecimal digits, once it is made.")
    file_name: str = strawberry.field(description="What the file is called.")
    error: str | None = strawberry.field(description="Why it failed, or why it has to be tried again.")
    finished_at: datetime | None = strawberry.field(description="When it was made, or failed for good.")
    expires_at: datetime | None = strawberry.field(description="Until when its file can be fetched.")
    as_of: datetime = strawberry.field(description="The instant at which it was looked at: it stood so or further on.")

    @resolved(
        "Where to fetch the file with nothing but this address, from the server's root: it holds for a day, or as long "
        "as the file. Null unless the export is DONE. Whoever has the address has the file."
    )
    def download_url(self) -> str | None:
        row = self.row
        if self.state is not ExportState.DONE or row.expires_at is None:
            return None
        return link(row.export_id, row.link_key, self.now, row.expires_at)


def export_of(row: ExportRequest, now: datetime) -> Export:
    """Return a stored export as clients see it; one whose time is over has expired, swept or not."""
    spec = ExportSpec.of_json(row.spec)
    state = ExportState(row.state)
    if state is ExportState.DONE and row.expires_at is not None and row.expires_at <= now:
        state = ExportState.EXPIRED
    return Export(
        row=row,
        now=now,
        id=strawberry.ID(row.export_id),
        format=spec.format,
        state=state,
        start=spec.start,
        end=spec.end,
        timezone=spec.zone,
        requested_at=row.requested_at,
        row_count=row.rows_done,
        total_row_count=row.rows_total,
        progress=_progress(row, state),
        missing_rate_count=row.missing_rate_count,
        omitted_count=row.omitted_count,
        omitted_value=row.omitted_value,
        size_bytes=None if row.size_bytes is None else str(row.size_bytes),
        sha256=None if row.digest is None else row.digest.hex(),
        file_name=spec.file_name(row.merchant_id),
        error=row.error,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        as_of=now,
    )


def _progress(row: ExportRequest, state: ExportState) -> float | None:
    if state in {ExportState.DONE, ExportState.EXPIRED}:
        return 1.0
    if row.rows_total is None:
        return None
    # What comes in meanwhile is not in the snapshot, so there may be more than was counted.
    return min(1.0, row.rows_done / row.rows_total) if row.rows_total else 0.0


def load_exports(context: Context, merchant_id: str, first: int) -> Awaitable[list[Export]]:
    """Ask for a merchant's latest exports; raise BadInput and Forbidden."""
    context.principal.require(EXPORTS, merchant_id)
    if not 1 <= first <= MAX_EXPORTS:
        raise BadInput(f"first must lie between 1 and {MAX_EXPORTS}.")
    key = ExportsKey(merchant_id, first)
    return after(
        context.loaders.exports_by_merchant.load(key), lambda rows: [export_of(row, context.now) for row in rows]
    )


def load_export(context: Context, merchant_id: str, export_id: str) -> Awaitable[Export]:
    """Ask for one export of a merchant; raise Forbidden, and NOT_FOUND."""
    context.principal.require(EXPORTS, merchant_id)

    def existing(row: ExportRequest | None) -> Export:
        if row is None:
            raise AnalyticsError(ErrorCode.NOT_FOUND, f"There is no export {export_id!r:.70}.")
        return export_of(row, context.now)

    return after(context.loaders.exports_by_id.load(ExportKey(merchant_id, export_id)), existing)

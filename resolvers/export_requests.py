"""Asking for a file."""

import secrets
from typing import Annotated
from uuid import uuid4

import strawberry

from jobs.contract import JobName
from jobs.exports.columns import USUAL, ExportColumn
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
from resolvers.context import EXPORTS, MERCHANT_ID, Context, Info
from resolvers.describing import describe
from resolvers.errors import AnalyticsError, BadInput, ErrorCode
from resolvers.exports import Export, export_of
from resolvers.fields import mutation
from resolvers.lookup import meant, not_found
from resolvers.payment_enums import PaymentState
from resolvers.range_input import RangeInput, span_of
from resolvers.scope import scope
from sql import Q
from sql.export_rows import ExportRequest, RawKept
from sql.rows import Merchant

MAX_OPEN = 20
MAX_ATTEMPTS = 5

describe(
    Grouping,
    "How many bookings become one line of a bank statement or a DATEV batch.",
    name="ExportGrouping",
    PAYMENT="A line for each sale, fee, refund and returned fee.",
    DAY="A line for each of these and each local day: small amounts do not vanish by rounding one by one.",
)


@strawberry.input(description="Where things are booked: names in journals, numbers of 4 to 8 digits for DATEV.")
class ExportAccountsInput:
    """What is left out is the usual one."""

    asset: str | None = strawberry.field(
        default=None,
        description=f"What the merchant has; {JOURNAL_ACCOUNTS.asset}, or {DATEV_ACCOUNTS.asset} (SKR03).",
    )
    fees: str | None = strawberry.field(
        default=None,
        description=f"Fees of the facilitator; {JOURNAL_ACCOUNTS.fees}, or {DATEV_ACCOUNTS.fees} (SKR03).",
    )
    sales: str | None = strawberry.field(
        default=None, description=f"Sales; {JOURNAL_ACCOUNTS.sales}, or {DATEV_ACCOUNTS.sales} (SKR03)."
    )
    refunds: str | None = strawberry.field(
        default=None,
        description=f"What was given back; {JOURNAL_ACCOUNTS.refunds}, or {DATEV_ACCOUNTS.refunds} (SKR03).",
    )


@strawberry.input(description="The books that a DATEV batch is for.")
class ExportDatevInput:
    """As the tax adviser tells."""

    consultant: int = strawberry.field(default=1001, description="The consultant's number, 1,001 to 9,999,999.")
    client: int = strawberry.field(default=1, description="The client's number, 1 to 99,999.")
    year_month: int = strawberry.field(default=1, description="The month that begins a fiscal year, 1 to 12.")


@strawberry.input(description="What a file is to be.")
class RequestExportInput:
    """A file."""

    format: ExportFormat = strawberry.field(description="What it is.")
    range: RangeInput = strawberry.field(
        description="What time, in the merchant's zone. A payment lies where it settled, else where it was first "
        "decided, else where it began; a booking where its own event lies."
    )
    merchant_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose payments; the token's own merchant by default."
    )
    columns: list[ExportColumn] | None = strawberry.field(
        default=None, description="Which columns, in this order; all but METADATA by default. For rows of payments."
    )
    include_metadata: bool = strawberry.field(
        default=False, description="Whether METADATA follows the columns. For rows of payments."
    )
    states: list[PaymentState] | None = strawberry.field(
        default=None, description="Only payments that stand so; all by default. For rows of payments."
    )
    currency: str | None = strawberry.field(
        default=None,
        description="A currency for values beside the amounts in ZEC, such as EUR; QUICKBOOKS, XERO and DATEV need "
        "one. For books.",
    )
    grouping: Grouping | None = strawberry.field(
        default=None, description="What a line is; DAY by default. For QUICKBOOKS, XERO and DATEV."
    )
    accounts: ExportAccountsInput | None = strawberry.field(
        default=None, description="Where things are booked. For journals and DATEV."
    )
    datev: ExportDatevInput | None = strawberry.field(default=None, description="For DATEV.")


@strawberry.type(description="An export that was asked for.")
class RequestExportPayload:
    """The answer."""

    export: Export = strawberry.field(
        description="The export. Where the same file was asked for and is not made yet, it is that one."
    )


@strawberry.type
class ExportMutations:
    """Mutations of exports."""

    @mutation(
        "Asks for a file, which a worker makes; needs the scope exports:read. "
        f"A merchant can wait for {MAX_OPEN} at once."
    )
    async def request_export(
        self,
        info: Info,
        given: Annotated[RequestExportInput, strawberry.argument(name="input", description="The file.")],
    ) -> RequestExportPayload | None:
        context = info.context
        named = meant(context.principal, given.merchant_id)
        context.principal.require(EXPORTS, named)
        merchant = await _merchant(context, named)
        try:
            spec = spec_of(context, merchant, given)
        except BadSpec as error:
            raise BadInput(error.sentence) from None
        await _require_events(context, spec)
        row = await _request(context, named, spec)
        return RequestExportPayload(export=export_of(row, context.now))


def spec_of(context: Context, merchant: Merchant, given: RequestExportInput) -> ExportSpec:
    """Return what is asked for; raise BadInput for its range and BadSpec for the rest."""
    window = span_of(scope(context, merchant, None), given.range).whole.current
    columns = tuple(given.columns or ())
    if given.include_metadata and ExportColumn.METADATA not in columns:
        if given.format not in PAYMENT_FORMATS:
            raise BadSpec("metadata is for rows of payments")
        columns = (*(columns or USUAL), ExportColumn.METADATA)
    return ExportSpec(
        format=given.format,
        start=window.start,
        end=window.end,
        zone=merchant.zone,
        columns=columns,
        states=tuple(state.value for state in given.states or ()),
        currency=given.currency,
        grouping=given.grouping or usual_grouping(given.format),
        accounts=_accounts(given),
        datev=Datev(given.datev.consultant, given.datev.client, given.datev.year_month) if given.datev else None,
    ).checked()


def _accounts(given: RequestExportInput) -> Accounts | None:
    told = given.accounts
    if told is None:
        return None
    usual = DATEV_ACCOUNTS if given.format is ExportFormat.DATEV else JOURNAL_ACCOUNTS
    return Accounts(
        told.asset or usual.asset, told.fees or usual.fees, told.sales or usual.sales, told.refunds or usual.refunds
    )


async def _merchant(context: Context, merchant_id: str) -> Merchant:
    found: list[Merchant] = []
    if MERCHANT_ID.fullmatch(merchant_id):
        found = await context.services.database.fetch(Q.merchants_by_id, merchant_ids=[merchant_id])
    if not found:
        raise not_found(merchant_id)
    return found[0]


async def _require_events(context: Context, spec: ExportSpec) -> None:
    """Raise RANGE_NOT_EXACT for books of events that are gone, rather than let a worker find out."""
    if spec.format in PAYMENT_FORMATS:
        return
    kept: RawKept | None = await context.services.database.fetch_one(Q.raw_kept_from)
    reason = spec.gone_before(kept.kept_from if kept else None)
    if reason is not None:
        raise AnalyticsError(ErrorCode.RANGE_NOT_EXACT, reason)


async def _request(context: Context, merchant_id: str, spec: ExportSpec) -> ExportRequest:
    row: ExportRequest | None = await context.services.database.fetch_one(
        Q.request_export,
        export_id=uuid4().hex,
        merchant_id=merchant_id,
        format=spec.format.value,
        spec=spec.to_json(),
        requested_by=context.principal.subject,
        at=context.now,
        link_key=secrets.token_bytes(32),
        job=JobName.MAKE_EXPORT.value,
        window_start=spec.start,
        window_end=spec.end,
        max_attempts=MAX_ATTEMPTS,
        max_open=MAX_OPEN,
    )
    if row is None:
        raise AnalyticsError(
            ErrorCode.CONFLICT, f"{MAX_OPEN} exports wait already: fetch them, or wait until some are made."
        )
    return row

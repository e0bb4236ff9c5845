"""Merchants: who they are, and the way to their figures."""

from collections.abc import Awaitable
from datetime import datetime
from enum import Enum

import strawberry

from resolvers.alerts.types import Alert, alert_of
from resolvers.analytics import Analytics, At
from resolvers.context import Info
from resolvers.dashboard import Dashboard, load_dashboard
from resolvers.describing import describe
from resolvers.exports import Export, ExportId, FirstExports, load_export, load_exports
from resolvers.fields import after, loaded, resolved
from resolvers.pages import take
from resolvers.payment_pages import After, Before, Filter, First, Last, OrderBy, PaymentConnection, load_payments
from resolvers.payments import Payment, PaymentId, load_payment
from resolvers.realtime import Realtime
from resolvers.reports import HowMany, PeriodName, Report, VersionNumber, load_reports
from resolvers.reports import Kind as ReportKindArgument
from resolvers.scope import scope
from sql import rows


class Weekday(Enum):
    """ISO weekdays."""

    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6
    SUNDAY = 7


class MerchantState(Enum):
    """Whether a merchant is served."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


describe(
    Weekday,
    "A day of the week.",
    **{day.name: f"{day.name.capitalize()}, ISO weekday {day.value}." for day in Weekday},
)
describe(
    MerchantState,
    "Whether a merchant is served.",
    ACTIVE="It is.",
    SUSPENDED="It takes part in nothing that runs by itself; what it has can still be asked for.",
)


@strawberry.type(description="A merchant, and the way to its figures.")
class Merchant(Analytics):
    """Its profile is at hand; its figures are asked for where they are selected."""

    id: strawberry.ID = strawberry.field(description="The merchant's id, as its events name it.")
    name: str = strawberry.field(description="What people call it.")
    timezone: str = strawberry.field(
        description="IANA name of the zone in which its hours, days, weeks and months are counted."
    )
    week_start: Weekday = strawberry.field(description="The day its weeks begin with.")
    pending_timeout_minutes: int = strawberry.field(
        description="Minutes after which an open payment no longer counts as pending, but as stale."
    )
    email: str | None = strawberry.field(description="Where its reports are sent; null for nowhere.")
    state: MerchantState = strawberry.field(description="Whether it is served.")
    created_at: datetime = strawberry.field(description="When it was created here.")

    @loaded(list[Alert] | None, "Its alerts, the oldest first; at most 100.")
    def alerts(self, info: Info) -> Awaitable[list[Alert]]:
        loading = info.context.loaders.alerts_by_merchant.load(self.row.merchant_id)
        return after(loading, lambda rows: [alert_of(row) for row in rows])

    @resolved("The running hour and day, open payments, the latest payments.")
    def realtime(self, info: Info, at: At = None) -> Realtime | None:
        here = scope(info.context, self.row, at)
        return Realtime(scope=here, computed_at=info.context.services.clock())

    @loaded(Dashboard | None, "Today, this week and this month, each beside the period before.")
    def dashboard(self, info: Info, at: At = None) -> Awaitable[Dashboard]:
        return load_dashboard(scope(info.context, self.row, at), info)

    @loaded(PaymentConnection | None, "Its payments one by one, as they stand now.")
    def payments(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter_: Filter = None,
        order_by: OrderBy = None,
    ) -> Awaitable[PaymentConnection]:
        wanted = take(first, last)
        return load_payments(info.context, self.row.merchant_id, wanted, (after, before), filter_, order_by)

    @loaded(Payment | None, "One of its payments, as it stands now.")
    def payment(self, info: Info, payment_id: PaymentId) -> Awaitable[Payment]:
        return load_payment(info.context, self.row.merchant_id, payment_id)

    @loaded(list[Report] | None, "Its weekly summaries and monthly reports, newest first.")
    def reports(
        self,
        info: Info,
        kind: ReportKindArgument = None,
        period: PeriodName = None,
        version: VersionNumber = None,
        first: HowMany = 12,
    ) -> Awaitable[list[Report]]:
        return load_reports(info, self.row.merchant_id, kind, period, version, first)

    @loaded(list[Export] | None, "Its files that were asked for, the latest first; needs the scope exports:read.")
    def exports(self, info: Info, first: FirstExports = 20) -> Awaitable[list[Export]]:
        return load_exports(info.context, self.row.merchant_id, first)

    @loaded(Export | None, "One file that was asked for; needs the scope exports:read.")
    def export(self, info: Info, export_id: ExportId) -> Awaitable[Export]:
        return load_export(info.context, self.row.merchant_id, export_id)


def merchant_of(row: rows.Merchant) -> Merchant:
    """Return a stored merchant as clients see it."""
    return Merchant(
        row=row,
        id=strawberry.ID(row.merchant_id),
        name=row.name,
        timezone=row.zone,
        week_start=Weekday(row.week_start),
        pending_timeout_minutes=row.pending_timeout_minutes,
        email=row.email,
        state=MerchantState(row.state),
        created_at=row.created_at,
    )

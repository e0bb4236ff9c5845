"""The real-time view: the running hour and day, what is open, what settled last."""

from collections.abc import Awaitable
from datetime import datetime

import strawberry

from resolvers.context import Info
from resolvers.fields import after, loaded
from resolvers.money import Money, money, money_or_null
from resolvers.payment_enums import PaymentMethod, PaymentState
from resolvers.periods import Window
from resolvers.scalars import percent
from resolvers.scope import Scope
from resolvers.selection import names_below
from resolvers.today import Today, load_today
from resolvers.totals import Totals
from sql import rows


@strawberry.type(description="The merchant's running clock hour, up to `at`.")
class CurrentHour:
    """Totals of the hour."""

    window: Window = strawberry.field(description="From the full local hour up to `at`.")
    revenue: Money = strawberry.field(description="Sum of the amounts settled.")
    transaction_count: int = strawberry.field(description="Attempts decided: settled, failed and expired.")
    successful_count: int = strawberry.field(description="Payments settled.")
    failed_count: int = strawberry.field(description="Attempts failed.")
    expired_count: int = strawberry.field(description="Attempts expired.")
    success_rate: float | None = strawberry.field(
        description="Settled per decided attempt, in percent, to six decimals; null where nothing was decided."
    )
    average_value: Money | None = strawberry.field(
        description="Revenue per settled payment, rounded half-even to whole zatoshi; null without one."
    )


@strawberry.type(description="Payments that are open at `at`.")
class LivePayments:
    """Counts of open payments."""

    pending_transactions: int = strawberry.field(
        description="Created, verified or retried, and younger than the merchant's pending timeout."
    )
    active_verifications: int = strawberry.field(
        description="Being verified, and younger than the merchant's pending timeout."
    )
    stale_transactions: int = strawberry.field(description="Open for as long as the pending timeout or longer.")


@strawberry.type(description="A settled payment in the list of the latest.")
class RecentPayment:
    """One payment."""

    payment_id: strawberry.ID = strawberry.field(description="The payment's id, as its events name it.")
    amount: Money = strawberry.field(description="What was settled.")
    fee: Money = strawberry.field(description="The facilitator's fee on it.")
    settled_at: datetime = strawberry.field(description="When it settled.")
    payer: str | None = strawberry.field(description="Who paid; null where unknown or shielded.")
    method: PaymentMethod | None = strawberry.field(description="How it was paid; null where not told.")
    resource: str | None = strawberry.field(description="What was paid for; null where not told.")
    country: str | None = strawberry.field(description="ISO 3166 code of the payer's country; null if unknown.")
    state: PaymentState = strawberry.field(description="As it stood at `at`: settled, or refunded.")


@strawberry.type(
    description="A merchant's figures of the moment `at`. A part is null only beside the error that says why."
)
class Realtime:
    """Each part is asked for only where it is selected."""

    scope: strawberry.Private[Scope]
    computed_at: datetime = strawberry.field(description="When this answer was computed.")

    @loaded(datetime | None, "The instant up to which every acknowledged event is included.")
    def as_of(self) -> Awaitable[datetime]:
        return after(self.scope.live(), lambda live: self.scope.fresh(live.as_of))

    @loaded(datetime | None, "Time of the merchant's newest payment event before `at`; null without one.")
    def newest_event_at(self) -> Awaitable[datetime | None]:
        return after(self.scope.live(), lambda live: live.newest_event_at)

    @loaded(CurrentHour | None, "The running clock hour in the merchant's zone.")
    def current_hour(self) -> Awaitable[CurrentHour]:
        window = self.scope.hour()
        loading = self.scope.context.loaders.totals_by_window.load(self.scope.key(window))
        return after(loading, lambda totals: _current_hour(window, totals))

    @loaded(Today | None, "The running day in the merchant's zone.")
    def today(self, info: Info) -> Awaitable[Today]:
        return load_today(self.scope, names_below(info))

    @loaded(LivePayments | None, "Payments that are open.")
    def live(self) -> Awaitable[LivePayments]:
        return after(self.scope.live(), _live)

    @loaded(list[RecentPayment] | None, "The ten payments that settled last before `at`, the latest first.")
    def recent_payments(self) -> Awaitable[list[RecentPayment]]:
        loading = self.scope.context.loaders.recent_by_merchant.load(self.scope.instant)
        return after(loading, lambda found: [_recent(row) for row in found])


def _current_hour(window: Window, totals: Totals) -> CurrentHour:
    return CurrentHour(
        window=window,
        revenue=money(totals.revenue_zat),
        transaction_count=totals.transaction_count,
        successful_count=totals.settled_count,
        failed_count=totals.failed_count,
        expired_count=totals.expired_count,
        success_rate=percent(totals.success_rate),
        average_value=money_or_null(totals.average_zat),
    )


def _live(row: rows.LivePayments) -> LivePayments:
    return LivePayments(
        pending_transactions=row.pending_count,
        active_verifications=row.active_count,
        stale_transactions=row.stale_count,
    )


def _recent(row: rows.RecentPayment) -> RecentPayment:
    return RecentPayment(
        payment_id=strawberry.ID(row.payment_id),
        amount=money(row.amount_zat),
        fee=money(row.fee_zat),
        settled_at=row.settled_at,
        payer=row.payer,
        method=None if row.method is None else PaymentMethod(row.method),
        resource=row.resource,
        country=row.country,
        state=PaymentState(row.state),
    )

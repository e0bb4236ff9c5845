"""Payments, one by one: pages of them, and each with its events."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON

from resolvers.context import Context
from resolvers.errors import AnalyticsError, ErrorCode
from resolvers.failure_codes import FailureCode, failure_code
from resolvers.fields import after, loaded
from resolvers.money import Money, money, money_or_null
from resolvers.payment_batches import MAX_EVENTS, PaymentKey
from resolvers.payment_enums import PaymentMethod, PaymentState
from resolvers.payment_events import PaymentEvent, payment_event
from sql import payment_rows


@strawberry.type(description="A payment as it stands now, put together from its events that count.")
class Payment:
    """Its columns are at hand; its events are asked for where they are selected."""

    context: strawberry.Private[Context]
    key: strawberry.Private[PaymentKey]
    id: strawberry.ID = strawberry.field(
        description="An id that no other payment of any merchant has: the merchant's id, a slash, the payment's id."
    )
    payment_id: strawberry.ID = strawberry.field(description="The payment's id, as its events name it.")
    state: PaymentState = strawberry.field(description="How it stands.")
    amount: Money | None = strawberry.field(description="What was asked or paid; null where no event told.")
    settled_amount: Money = strawberry.field(description="What was settled.")
    fee: Money = strawberry.field(description="The facilitator's fee on it.")
    refunded: Money = strawberry.field(description="What was given back.")
    fee_returned: Money = strawberry.field(description="The fee returned with refunds.")
    over_refunded: bool = strawberry.field(description="Whether more was given back than was settled.")
    payer: str | None = strawberry.field(description="Who paid; null where unknown or shielded.")
    method: PaymentMethod | None = strawberry.field(description="How it was paid; null where not told.")
    resource: str | None = strawberry.field(description="What was paid for; null where not told.")
    country: str | None = strawberry.field(description="ISO 3166 code of the payer's country; null if unknown.")
    attempt_count: int = strawberry.field(description="The highest attempt that an event told of, 1 for one try.")
    created_at: datetime = strawberry.field(description="When its first event happened.")
    updated_at: datetime = strawberry.field(description="When its latest event happened.")
    decided_at: datetime | None = strawberry.field(
        description="When an attempt was decided for the first time; null while none is."
    )
    settled_at: datetime | None = strawberry.field(description="When it settled; null unless it did.")
    first_failure_code: FailureCode | None = strawberry.field(
        description="Why it failed at first; null if it never did."
    )
    last_failure_code: FailureCode | None = strawberry.field(description="Why it failed last; null if it never did.")

    @loaded(
        list[PaymentEvent] | None,
        f"Its events in order of time, those taken back too, as far as raw events are kept; at most {MAX_EVENTS}.",
    )
    def events(self) -> Awaitable[list[PaymentEvent]]:
        loading = self.context.loaders.payment_events_by_payment.load(self.key)
        return after(loading, lambda rows: [payment_event(row) for row in rows])

    @loaded(
        JSON | None,
        "The metadata of its events that count, key by key, the later event's word before the earlier's; "
        "null without any.",
    )
    def metadata(self) -> Awaitable[dict[str, Any] | None]:
        return after(self.context.loaders.payment_events_by_payment.load(self.key), _metadata)


PaymentId = Annotated[
    strawberry.ID, strawberry.argument(name="id", description="The payment's id, as its events name it.")
]


def load_payment(context: Context, merchant_id: str, payment_id: str) -> Awaitable[Payment]:
    """Ask for one payment; raise NOT_FOUND for an id that no payment of the merchant has."""
    if "\0" in payment_id:  # no text in the database has it
        raise _not_found(payment_id)

    def built(row: payment_rows.Payment | None) -> Payment:
        if row is None:
            raise _not_found(payment_id)
        return payment(context, row)

    return after(context.loaders.payments_by_id.load(PaymentKey(merchant_id, payment_id)), built)


def payment(context: Context, row: payment_rows.Payment) -> Payment:
    """Return a stored payment as clients see it."""
    return Payment(
        context=context,
        key=PaymentKey(row.merchant_id, row.payment_id),
        id=strawberry.ID(f"{row.merchant_id}/{row.payment_id}"),
        payment_id=strawberry.ID(row.payment_id),
        state=PaymentState(row.state),
        amount=money_or_null(row.amount_zat),
        settled_amount=money(row.settled_zat),
        fee=money(row.fee_zat),
        refunded=money(row.refunded_zat),
        fee_returned=money(row.fee_returned_zat),
        over_refunded=row.refunded_zat > row.settled_zat,
        payer=row.payer,
        method=None if row.method is None else PaymentMethod(row.method),
        resource=row.resource,
        country=row.country,
        attempt_count=row.highest_attempt,
        created_at=row.first_event_at,
        updated_at=row.last_event_at,
        decided_at=row.first_decided_at,
        settled_at=row.settled_at,
        first_failure_code=failure_code(row.first_failure_code),
        last_failure_code=failure_code(row.last_failure_code),
    )


def _metadata(rows: list[payment_rows.PaymentEvent]) -> dict[str, Any] | None:
    told: dict[str, Any] = {}
    for row in rows:
        if not row.voided:
            told |= row.metadata or {}
    return told or None


def _not_found(payment_id: str) -> AnalyticsError:
    return AnalyticsError(ErrorCode.NOT_FOUND, f"There is no payment {payment_id!r:.140}.")

"""The events of a payment as clients see them."""

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from resolvers.failure_codes import FailureCode, failure_code
from resolvers.money import Money, money_or_null
from resolvers.payment_enums import PaymentStep
from sql import payment_rows


@strawberry.type(description="One event of a payment, as it was told.")
class PaymentEvent:
    """A fact; one that was taken back stays, and says so."""

    event_id: strawberry.ID = strawberry.field(description="Its id.")
    occurred_at: datetime = strawberry.field(description="When it happened.")
    type: PaymentStep = strawberry.field(description="What happened.")
    void: bool = strawberry.field(description="Whether a correction took it back, so that it counts nowhere.")
    corrects: strawberry.ID | None = strawberry.field(
        description="Of CORRECTED: the id of the event that it takes back; null of any other."
    )
    amount: Money | None = strawberry.field(description="The payment's amount, or the refund's; null where not told.")
    fee: Money | None = strawberry.field(description="The fee on it, or the fee returned; null where not told.")
    attempt: int = strawberry.field(description="Which attempt it belongs to, 1 for the first.")
    failure_code: FailureCode | None = strawberry.field(description="Why the attempt failed.")
    failure_reason: str | None = strawberry.field(description="Why it failed, in words.")
    latency_ms: float | None = strawberry.field(description="Milliseconds since the payment was created, as told.")
    step_latency_ms: float | None = strawberry.field(description="Milliseconds since the step before, as told.")
    country: str | None = strawberry.field(description="ISO 3166 code of the payer's country; null if unknown.")
    metadata: JSON | None = strawberry.field(description="The JSON object that came with it; null without one.")


def payment_event(row: payment_rows.PaymentEvent) -> PaymentEvent:
    """Return a stored event as clients see it."""
    return PaymentEvent(
        event_id=strawberry.ID(row.event_id),
        occurred_at=row.occurred_at,
        type=PaymentStep(row.type),
        void=row.voided,
        corrects=None if row.corrects is None else strawberry.ID(row.corrects),
        amount=money_or_null(row.amount_zat),
        fee=money_or_null(row.fee_zat),
        attempt=row.attempt,
        failure_code=failure_code(row.failure_code),
        failure_reason=row.failure_reason,
        latency_ms=row.latency_ms,
        step_latency_ms=row.step_latency_ms,
        country=row.country,
        metadata=None if row.metadata is None else JSON(row.metadata),
    )

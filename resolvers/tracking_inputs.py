"""What is told of one event, typed; its names are the event's columns."""

from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry.scalars import JSON

from resolvers.describing import describe
from resolvers.failure_codes import FAILURE_CODES
from resolvers.payment_enums import PaymentMethod, PaymentStep
from resolvers.scalars import Zatoshi, write_time


class AccessOutcome(Enum):
    """How a request for a paid resource went."""

    CHALLENGED = "challenged"
    PAID = "paid"


class DeliveryOutcome(Enum):
    """How one attempt to deliver a webhook went."""

    DELIVERED = "delivered"
    FAILED = "failed"
    PENDING = "pending"


describe(
    AccessOutcome,
    "How a request for a paid resource went.",
    CHALLENGED="It was answered with 402, payment required.",
    PAID="It was paid for and served.",
)
describe(
    DeliveryOutcome,
    "How one attempt to deliver a webhook went.",
    DELIVERED="The endpoint took it.",
    FAILED="It did not.",
    PENDING="It is under way.",
)


@strawberry.input(description="What every event carries.")
class TrackInput:
    """Identity, owner and time."""

    event_id: strawberry.ID = strawberry.field(
        description="Your id of the event, 1 to 128 characters. Sending the same event again changes nothing."
    )
    merchant_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose event it is; by default the merchant that the token is bound to."
    )
    occurred_at: datetime | None = strawberry.field(
        default=None,
        description="When it happened. May be left out only if `eventId` is a UUIDv7, which tells the time.",
    )


@strawberry.input(description="One step in a payment's life.")
class TrackPaymentInput(TrackInput):
    """A row of payment_events."""

    type: PaymentStep = strawberry.field(description="What happened.")
    payment_id: strawberry.ID = strawberry.field(description="Your id of the payment, 1 to 128 characters.")
    amount: Zatoshi | None = strawberry.field(
        default=None, description="The payment's amount, or the refund's, in zatoshi; SETTLED and REFUNDED need it."
    )
    fee: Zatoshi | None = strawberry.field(default=None, description="The fee on it, or the fee returned, in zatoshi.")
    payer: str | None = strawberry.field(default=None, description="Who pays; left out where unknown or shielded.")
    method: PaymentMethod | None = strawberry.field(default=None, description="How it is paid.")
    resource: str | None = strawberry.field(default=None, description="What is paid for.")
    failure_code: str | None = strawberry.field(
        default=None,
        description=(
            f"Why it failed: {', '.join(FAILURE_CODES[:-1])} or {FAILURE_CODES[-1]}. An unknown one is kept as OTHER, "
            "its text as reason."
        ),
    )
    failure_reason: str | None = strawberry.field(
        default=None, description="Why it failed, in words, up to 1,024 characters."
    )
    attempt: int | None = strawberry.field(default=None, description="Which attempt this is, 1 for the first.")
    latency_ms: int | None = strawberry.field(default=None, description="Milliseconds since the payment was created.")
    step_latency_ms: int | None = strawberry.field(default=None, description="Milliseconds since the step before.")
    country: str | None = strawberry.field(default=None, description="ISO 3166 code, two capital letters.")
    metadata: JSON | None = strawberry.field(default=None, description="A JSON object of yours, up to 16 KiB.")
    corrects: strawberry.ID | None = strawberry.field(
        default=None, description="Of CORRECTED: the id of the event that is taken back."
    )


@strawberry.input(description="One request for a paid resource.")
class TrackResourceAccessInput(TrackInput):
    """A row of resource_accesses."""

    outcome: AccessOutcome = strawberry.field(description="How it went.")
    resource: str = strawberry.field(description="What was requested.")
    payer: str | None = strawberry.field(default=None, description="Who requested it, where known.")
    payment_id: strawberry.ID | None = strawberry.field(default=None, description="The payment, where there is one.")
    country: str | None = strawberry.field(default=None, description="ISO 3166 code, two capital letters.")


@strawberry.input(description="One sighting of an identified payer; it adds no payment and no revenue.")
class TrackUniquePayerInput(TrackInput):
    """A row of payer_sightings."""

    payer: str = strawberry.field(description="Who was seen.")
    amount: Zatoshi | None = strawberry.field(default=None, description="The amount as told, in zatoshi.")


@strawberry.input(description="One attempt to deliver a webhook.")
class TrackWebhookDeliveryInput(TrackInput):
    """A row of webhook_deliveries."""

    delivery_id: strawberry.ID = strawberry.field(description="Your id of the delivery; its attempts share it.")
    event_type: str = strawberry.field(description="What the webhook tells, such as payment.settled.")
    endpoint: str = strawberry.field(description="Where it is delivered to.")
    outcome: DeliveryOutcome = strawberry.field(description="How it went.")
    attempt: int | None = strawberry.field(default=None, description="Which attempt this is, 1 for the first.")
    latency_ms: int | None = strawberry.field(default=None, description="Milliseconds until the answer.")
    http_status: int | None = strawberry.field(default=None, description="The endpoint's status, 100 to 599.")


@strawberry.input(description="One call to the facilitator's API.")
class TrackApiRequestInput(TrackInput):
    """A row of api_requests."""

    endpoint: str = strawberry.field(description="Which endpoint was called.")
    status: int = strawberry.field(description="The status answered, 100 to 599.")
    latency_ms: int = strawberry.field(description="Milliseconds until the answer.")


def event_of(stream: str, told: TrackInput) -> dict[str, Any]:
    """Return an input as the wire format's flat object; what was left out is not in it."""
    event: dict[str, Any] = {"stream": stream}
    for each in fields(told):
        value = getattr(told, each.name)
        if value is not None:
            event[each.name] = _wire(value)
    return event


def _wire(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    return write_time(value) if isinstance(value, datetime) else value

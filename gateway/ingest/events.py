"""The wire format: one struct per stream, whose fields are the stream's columns.

Adding an optional field keeps the digests of events already stored; renaming one, or changing a default, would
make a client's retry of an old event look like a conflict.
"""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

MAX_ZATOSHI: Final = 2_100_000_000_000_000
MAX_LATENCY_MS: Final = 31 * 24 * 3600 * 1000
MAX_METADATA_BYTES: Final = 16 * 1024
# Resources, endpoints and payers are keys of stored aggregates, and an index row holds 2,704 bytes.
MAX_KEY_BYTES: Final = {"resource": 2048, "endpoint": 1536, "payer": 512, "event_type": 512}

# The description ends the sentence "... must be", in what a refused client is told.
Identifier = Annotated[str, Meta(min_length=1, max_length=128, description="text of 1 to 128 characters")]
Merchant = Annotated[str, Meta(min_length=1, max_length=64, description="a merchant's id, text of 1 to 64 characters")]
Payer = Annotated[str, Meta(min_length=1, max_length=512, description="text of 1 to 512 bytes")]
Resource = Annotated[str, Meta(min_length=1, max_length=2048, description="text of 1 to 2048 bytes")]
Endpoint = Annotated[str, Meta(min_length=1, max_length=1536, description="text of 1 to 1536 bytes")]
Reason = Annotated[str, Meta(max_length=1024, description="text of at most 1024 characters")]
FailureCode = Annotated[str, Meta(min_length=1, max_length=128, description="text of 1 to 128 characters")]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z", description="two capital letters (ISO 3166)")]
Attempt = Annotated[int, Meta(ge=1, le=10_000, description="an integer from 1 to 10000")]
Latency = Annotated[
    int, Meta(ge=0, le=MAX_LATENCY_MS, description=f"an integer of milliseconds from 0 to {MAX_LATENCY_MS}")
]
HttpStatus = Annotated[int, Meta(ge=100, le=599, description="an HTTP status, an integer from 100 to 599")]
Zatoshi = (
    Annotated[int, Meta(ge=0, le=MAX_ZATOSHI)]
    | Annotated[
        str,
        Meta(
            pattern=r"^[0-9]{1,16}\Z",
            description=f"zatoshi, an integer or a string of digits from 0 to {MAX_ZATOSHI}, no fraction or sign",
        ),
    ]
)
Instant = Annotated[
    datetime,
    Meta(tz=True, description='ISO 8601 with a zone, at most to the microsecond, as "2026-03-01T12:00:00.000000Z"'),
]
Metadata = Annotated[dict[str, Any], Meta(description=f"a JSON object of at most {MAX_METADATA_BYTES} bytes")]

PaymentStep = Literal[
    "created", "verifying", "verified", "settled", "failed", "expired", "retried", "refunded", "corrected"
]


class Event(Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="stream", gc=False):
    """What every event has. After `check.normalise` merchant and time are always there, the time in UTC."""

    event_id: Identifier
    merchant_id: Merchant | None = None
    occurred_at: Instant | None = None


class PaymentEvent(Event, tag="payment_events", rename={"amount_zat": "amount", "fee_zat": "fee"}):
    """One step in a payment's life."""

    type: PaymentStep
    payment_id: Identifier
    amount_zat: Zatoshi | None = None
    fee_zat: Zatoshi | None = None
    payer: Payer | None = None
    method: Literal["transparent", "shielded"] | None = None
    resource: Resource | None = None
    failure_code: FailureCode | None = None
    failure_reason: Reason | None = None
    attempt: Attempt = 1
    latency_ms: Latency | None = None
    step_latency_ms: Latency | None = None
    country: Country | None = None
    metadata: Metadata | None = None
    corrects: Identifier | None = None


class ResourceAccess(Event, tag="resource_accesses"):
    """One request for a paid resource: answered with 402, or paid."""

    outcome: Literal["challenged", "paid"]
    resource: Resource
    payer: Payer | None = None
    payment_id: Identifier | None = None
    country: Country | None = None


class PayerSighting(Event, tag="payer_sightings", rename={"amount_zat": "amount"}):
    """One sighting of an identified payer; adds no payment and no revenue."""

    payer: Payer
    amount_zat: Zatoshi | None = None


class WebhookDelivery(Event, tag="webhook_deliveries"):
    """One attempt to deliver a webhook."""

    delivery_id: Identifier
    event_type: Identifier
    endpoint: Endpoint
    outcome: Literal["delivered", "failed", "pending"]
    attempt: Attempt = 1
    latency_ms: Latency | None = None
    http_status: HttpStatus | None = None


class ApiRequest(Event, tag="api_requests"):
    """One call to the facilitator's API; without a merchant it is seen by admin alone."""

    endpoint: Endpoint
    status: HttpStatus
    latency_ms: Latency


STREAMS: Final[dict[str, type[Event]]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (PaymentEvent, ResourceAccess, PayerSighting, WebhookDelivery, ApiRequest)
}
DEFAULT_STREAM: Final = "payment_events"


def stream_of(event: Event) -> str:
    """The stream that an event belongs to, which is also its table's name."""
    return str(event.__struct_config__.tag)

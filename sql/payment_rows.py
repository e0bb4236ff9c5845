"""Row shapes of single payments and their events; amounts are zatoshi."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as it stands; ``amount_zat`` is what was asked or paid, the other amounts are sums."""

    slot: int
    merchant_id: str
    payment_id: str
    state: str
    first_event_at: datetime
    last_event_at: datetime
    first_decided_at: datetime | None
    settled_at: datetime | None
    first_failure_code: str | None
    last_failure_code: str | None
    highest_attempt: int
    amount_zat: int | None
    settled_zat: int
    fee_zat: int
    refunded_zat: int
    fee_returned_zat: int
    payer: str | None
    method: str | None
    resource: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """One event of a payment; ``voided`` tells that a correction took it back, ``corrects`` names what one takes."""

    slot: int
    event_id: str
    occurred_at: datetime
    type: str
    amount_zat: int | None
    fee_zat: int | None
    failure_code: str | None
    failure_reason: str | None
    attempt: int
    latency_ms: int | None
    step_latency_ms: int | None
    country: str | None
    metadata: dict[str, Any] | None
    corrects: str | None
    voided: bool

"""One frozen class per row shape; a query's header names the one it gives."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant as stored: ``zone`` is an IANA name, ``week_start`` an ISO weekday (1 is Monday)."""

    merchant_id: str
    name: str
    zone: str
    week_start: int
    pending_timeout_minutes: int
    email: str | None
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RevenueTotals:
    """Steps and money of one slot of ``revenue_by_slot``; amounts are zatoshi."""

    slot: int
    created_count: int
    verifying_count: int
    verified_count: int
    settled_count: int
    failed_count: int
    expired_count: int
    retried_count: int
    refunded_count: int
    revenue_zat: int
    fee_zat: int
    refund_zat: int
    fee_returned_zat: int
    newest_event_at: datetime | None
    as_of: datetime


@dataclass(frozen=True, slots=True)
class PayerTotals:
    """Distinct identified payers of one slot, the settled payments that they made, and what they paid in zatoshi."""

    slot: int
    unique_payer_count: int
    identified_count: int
    identified_zat: int


@dataclass(frozen=True, slots=True)
class LivePayments:
    """Open payments of one slot as they stood at its instant.

    ``oldest_fresh_at`` and ``newest_stale_at`` tell when those began that will be stale next and that became so last.
    ``kept_from``: raw events before it are gone, which one of them needed; the counts are wrong.
    """

    slot: int
    pending_count: int
    active_count: int
    stale_count: int
    oldest_fresh_at: datetime | None
    newest_stale_at: datetime | None
    newest_event_at: datetime | None
    as_of: datetime
    kept_from: datetime | None


@dataclass(frozen=True, slots=True)
class RecentPayment:
    """A settled payment, for the list of the latest; with ``kept_from`` the events that tell its state are gone."""

    slot: int
    payment_id: str
    amount_zat: int
    fee_zat: int
    settled_at: datetime
    payer: str | None
    method: str | None
    resource: str | None
    country: str | None
    state: str
    kept_from: datetime | None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key as stored: ``digest`` is the SHA-256 of its secret; without a merchant it is the facilitator's."""

    key_id: str
    digest: bytes
    name: str
    merchant_id: str | None
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

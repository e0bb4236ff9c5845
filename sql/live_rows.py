"""Rows of the statements behind subscriptions."""

from dataclasses import dataclass
from datetime import datetime

from sql.payment_rows import PaymentEvent


@dataclass(frozen=True, slots=True)
class FirstTurn:
    """When time alone first changes what a slot of ``first_turns_by_slot`` is about; None for not soon."""

    slot: int
    first_at: datetime | None


@dataclass(frozen=True, slots=True)
class TransactionMark:
    """Differs from an earlier one if a transaction that wrote anything ended since."""

    mark: str


@dataclass(frozen=True, slots=True)
class MerchantMark:
    """Differs from an earlier one if events of the merchant came in since; it may differ without."""

    merchant_id: str
    mark: str


@dataclass(frozen=True, slots=True)
class FeedEvent(PaymentEvent):
    """An event in a merchant's feed, and its payment."""

    payment_id: str

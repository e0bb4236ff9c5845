"""Payments, payers and deliveries as wholes: each belongs to the range in which it was first decided, or began."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.oracle.events import Event
from tests.oracle.payments import DECISIONS, FINAL, Payment, payments
from tests.oracle.windows import Window

STOPPED = ("failed", "expired")


@dataclass(frozen=True, slots=True)
class Member:
    """A payment of a cohort as it stood at the instant; `stopped_by` is None where it settled at once.

    Else it is the last failure code before the first settlement (the last of all without one), '' where no
    attempt failed and one expired.
    """

    payment: Payment
    stopped_by: str | None

    @property
    def settled(self) -> bool:
        """Settled or refunded."""
        return self.payment.state in FINAL

    @property
    def failed(self) -> bool:
        """Failed or expired, and no attempt under way."""
        return self.payment.state in STOPPED

    @property
    def retries(self) -> int:
        """Attempts after the first."""
        return self.payment.highest_attempt - 1


def cohort(own: Sequence[Event], window: Window, at: datetime) -> list[Member]:
    """The payments of one merchant that were first decided in the window, as they stood at `at`."""
    histories: dict[str, list[Event]] = defaultdict(list)
    for event in own:
        if event.payment_id and event.stream == "payment_events" and event.occurred_at < at:
            histories[event.payment_id].append(event)
    return [
        Member(payment, _stopped_by(histories[payment.payment_id], payment.settled_at))
        for payment in payments(own, at).values()
        if payment.first_decided_at is not None and window.holds(payment.first_decided_at)
    ]


def _stopped_by(history: Sequence[Event], settled_at: datetime | None) -> str | None:
    before = [event for event in history if settled_at is None or event.occurred_at < settled_at]
    if not any(event.type in DECISIONS for event in before):
        return None
    failed = sorted((event for event in before if event.type == "failed"), key=lambda event: event.order)
    return failed[-1].failure_code if failed else ""


def first_payments(events: Iterable[Event]) -> dict[tuple[str, str], datetime]:
    """When each identified payer first settled a payment, by (merchant, payer)."""
    found: dict[tuple[str, str], datetime] = {}
    for event in events:
        if event.type == "settled" and event.payer is not None:
            key = (event.merchant_id, event.payer)
            found[key] = min(found.get(key, event.occurred_at), event.occurred_at)
    return found


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook delivery by its attempts: `state` is what its last attempt came to."""

    state: str
    first_attempt_at: datetime
    last_attempt_at: datetime
    event_type: str
    endpoint: str


def deliveries(events: Iterable[Event], at: datetime | None = None) -> dict[tuple[str, str], Delivery]:
    """Deliveries by (merchant, delivery id); with `at`, as of it: attempts before it only.

    The last attempt is the one with the highest number; what it came to counts over its being pending, the
    later of two outcomes over the earlier. Type and endpoint, should attempts differ, are the greatest named.
    """
    attempts: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in events:
        if event.stream == "webhook_deliveries" and (at is None or event.occurred_at < at):
            attempts[event.merchant_id, str(event.delivery_id)].append(event)
    return {key: _delivery(found) for key, found in attempts.items()}


def _delivery(attempts: Sequence[Event]) -> Delivery:
    last = max(attempts, key=lambda event: (event.attempt, event.outcome != "pending", event.order))
    times = [event.occurred_at for event in attempts]
    return Delivery(
        state=str(last.outcome),
        first_attempt_at=min(times),
        last_attempt_at=max(times),
        event_type=max(str(event.event_type) for event in attempts),
        endpoint=max(str(event.endpoint) for event in attempts),
    )

"""The state of each payment, whatever the order in which its events arrived."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.oracle.events import Event

ORDER_IN_ATTEMPT = {"created": 0, "retried": 0, "verifying": 1, "verified": 2, "expired": 3, "failed": 4}
DECISIONS = frozenset({"settled", "failed", "expired"})
FINAL = frozenset({"settled", "refunded"})


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment as its counted events tell it: `settlement` is the first settled one, sums run over all."""

    merchant_id: str
    payment_id: str
    state: str
    first_event_at: datetime
    last_event_at: datetime
    first_decided_at: datetime | None
    settlement: Event | None
    first_failure_code: str | None
    last_failure_code: str | None
    highest_attempt: int
    settled_count: int
    settled_zat: int
    fee_zat: int
    refunded_count: int
    refund_zat: int
    fee_returned_zat: int

    @property
    def settled_at(self) -> datetime | None:
        """The first settlement's time: a later one does not move a payment out of a moment already passed."""
        return self.settlement.occurred_at if self.settlement else None


def payments(events: Iterable[Event], at: datetime | None = None) -> dict[tuple[str, str], Payment]:
    """Payments by (merchant, payment id) from counted events; with `at`, as of it: events before it only."""
    histories: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in events:
        if event.stream == "payment_events" and event.payment_id and (at is None or event.occurred_at < at):
            histories[event.merchant_id, event.payment_id].append(event)
    return {key: _payment(key, sorted(history, key=lambda e: e.order)) for key, history in histories.items()}


def _payment(key: tuple[str, str], history: Sequence[Event]) -> Payment:
    settled = [event for event in history if event.type == "settled"]
    refunded = [event for event in history if event.type == "refunded"]
    failed = [event for event in history if event.type == "failed"]
    return Payment(
        merchant_id=key[0],
        payment_id=key[1],
        state=_state(history),
        first_event_at=history[0].occurred_at,
        last_event_at=history[-1].occurred_at,
        first_decided_at=next((event.occurred_at for event in history if event.type in DECISIONS), None),
        settlement=settled[0] if settled else None,
        first_failure_code=failed[0].failure_code if failed else None,
        last_failure_code=failed[-1].failure_code if failed else None,
        highest_attempt=max(event.attempt for event in history),
        settled_count=len(settled),
        settled_zat=sum(event.amount or 0 for event in settled),
        fee_zat=sum(event.fee or 0 for event in settled),
        refunded_count=len(refunded),
        refund_zat=sum(event.amount or 0 for event in refunded),
        fee_returned_zat=sum(event.fee or 0 for event in refunded),
    )


def _state(history: Sequence[Event]) -> str:
    """Settled or refunded for ever once either is seen (the later); else the last attempt's furthest step."""
    final = [event for event in history if event.type in FINAL]
    if final:
        last = max(final, key=lambda event: event.order)
    else:
        last = max(history, key=lambda event: (event.attempt, ORDER_IN_ATTEMPT[str(event.type)], event.order))
    return str(last.type)

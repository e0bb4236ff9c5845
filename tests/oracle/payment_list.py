"""A merchant's payments in order and under a filter, by the events that count."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tests.oracle.events import Event
from tests.oracle.payments import Payment, payments


@dataclass(frozen=True, slots=True)
class Listed:
    """A payment with what its events tell of it; where they differ, the greatest word is taken."""

    payment: Payment
    amount: int | None
    payer: str | None
    method: str | None
    resource: str | None
    country: str | None


PLACES: Mapping[str, Callable[[Listed], datetime | None]] = {
    "CREATED_AT": lambda listed: listed.payment.first_event_at,
    "UPDATED_AT": lambda listed: listed.payment.last_event_at,
    "SETTLED_AT": lambda listed: listed.payment.settled_at,
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a filter says, in the wire's words; None says nothing. Times are half-open, amounts inclusive."""

    states: frozenset[str] | None = None
    methods: frozenset[str] | None = None
    resources: frozenset[str] | None = None
    payers: frozenset[str] | None = None
    codes: frozenset[str] | None = None
    amount: tuple[int | None, int | None] = (None, None)
    created: tuple[datetime | None, datetime | None] = (None, None)
    settled: tuple[datetime | None, datetime | None] = (None, None)

    def hold(self, listed: Listed) -> bool:
        """Whether they hold for a payment."""
        payment = listed.payment
        least, most = self.amount
        return (
            all(
                chosen is None or value in chosen
                for chosen, value in (
                    (self.states, payment.state),
                    (self.methods, listed.method),
                    (self.resources, listed.resource),
                    (self.payers, listed.payer),
                    (self.codes, payment.last_failure_code),
                )
            )
            and (least is None or (listed.amount is not None and listed.amount >= least))
            and (most is None or (listed.amount is not None and listed.amount <= most))
            and _within(payment.first_event_at, self.created)
            and _within(payment.settled_at, self.settled)
        )


def listed(events: Iterable[Event], merchant_id: str) -> list[Listed]:
    """The payments of a merchant, in no order."""
    own = [event for event in events if event.merchant_id == merchant_id and event.stream == "payment_events"]
    return [
        _listed(payment, [e for e in own if e.payment_id == payment.payment_id]) for payment in payments(own).values()
    ]


def in_order(found: Iterable[Listed], field: str, *, descending: bool) -> list[Listed]:
    """By a time, ids break ties by code point; those that have no such time are left out."""
    place = PLACES[field]
    kept = [(at, each.payment.payment_id, each) for each in found if (at := place(each)) is not None]
    return [each for _, _, each in sorted(kept, key=lambda item: item[:2], reverse=descending)]


def _listed(payment: Payment, history: list[Event]) -> Listed:
    amounts = [event.amount for event in history if event.type != "refunded" and event.amount is not None]
    return Listed(
        payment,
        amount=max(amounts, default=None),
        payer=max((e.payer for e in history if e.payer is not None), default=None),
        method=max((e.method for e in history if e.method is not None), default=None),
        resource=max((e.resource for e in history if e.resource is not None), default=None),
        country=max((e.country for e in history if e.country is not None), default=None),
    )


def _within(at: datetime | None, side: tuple[datetime | None, datetime | None]) -> bool:
    since, until = side
    if since is None and until is None:
        return True
    return at is not None and (since is None or at >= since) and (until is None or at < until)

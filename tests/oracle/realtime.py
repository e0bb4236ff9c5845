"""The real-time view of one merchant at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.oracle.events import Event
from tests.oracle.merchants import Merchant
from tests.oracle.payments import Payment, payments
from tests.oracle.totals import Totals, totals
from tests.oracle.windows import Window, to_date
from tests.oracle.zones import hour_start

PENDING = frozenset({"created", "verified", "retried"})
ACTIVE = frozenset({"verifying"})
RECENT = 10


@dataclass(frozen=True, slots=True)
class Live:
    """Payments open at the instant; the latest settled, newest first (a tie: by payment id)."""

    pending_count: int
    active_count: int
    stale_count: int
    recent: tuple[Payment, ...]


@dataclass(frozen=True, slots=True)
class Realtime:
    """The running clock hour and the running day, each up to the instant, and what is open."""

    current_hour_window: Window
    current_hour: Totals
    today_window: Window
    today: Totals
    live: Live


def realtime(events: Sequence[Event], merchant: Merchant, at: datetime) -> Realtime:
    """Of the counted events of all merchants, what `merchant` sees at `at`: events before it only."""
    own = [event for event in events if event.merchant_id == merchant.id]
    hour = Window(hour_start(at, merchant.zone), at)
    today = to_date("day", at, merchant.zone).current
    return Realtime(hour, totals(own, hour), today, totals(own, today), live(own, merchant, at))


def live(own: Sequence[Event], merchant: Merchant, at: datetime) -> Live:
    """Open payments by state as of `at`; those as old as the merchant's timeout, or older, are stale."""
    known = payments(own, at).values()
    opened = [payment for payment in known if payment.state in PENDING | ACTIVE]
    young = [payment for payment in opened if at - payment.first_event_at < merchant.pending_timeout]
    settled = sorted((p for p in known if p.settlement), key=lambda p: p.payment_id)
    settled.sort(key=lambda p: p.settled_at or at, reverse=True)
    return Live(
        pending_count=sum(payment.state in PENDING for payment in young),
        active_count=sum(payment.state in ACTIVE for payment in young),
        stale_count=len(opened) - len(young),
        recent=tuple(settled[:RECENT]),
    )

"""Any range of one merchant, straight from its events."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.events import Event
from tests.oracle.measures import count, total
from tests.oracle.windows import Window


@dataclass(frozen=True, slots=True)
class Totals:
    """What happened in a window: counts, zatoshi, and the payers of its settled payments."""

    settled_count: int
    failed_count: int
    expired_count: int
    refunded_count: int
    revenue_zat: int
    fee_zat: int
    refund_zat: int
    fee_returned_zat: int
    unique_payers: int
    anonymous_count: int

    @property
    def transaction_count(self) -> int:
        """Attempts decided."""
        return self.settled_count + self.failed_count + self.expired_count

    @property
    def net_zat(self) -> int:
        """Gross less refunds less the fees that were kept; may be negative."""
        return self.revenue_zat - self.refund_zat - (self.fee_zat - self.fee_returned_zat)

    @property
    def success_rate(self) -> Fraction | None:
        """Percentage of decided attempts that settled; None when nothing was decided."""
        return percentage(self.settled_count, self.transaction_count)

    @property
    def failure_rate(self) -> Fraction | None:
        """100 less the success rate."""
        return None if self.success_rate is None else 100 - self.success_rate

    @property
    def average_value_zat(self) -> Fraction | None:
        """Revenue per settled payment in zatoshi; None without one."""
        return Fraction(self.revenue_zat, self.settled_count) if self.settled_count else None

    @property
    def payer_coverage(self) -> Fraction | None:
        """Percentage of settled payments whose payer is known; None without one."""
        return percentage(self.settled_count - self.anonymous_count, self.settled_count)


def percentage(part: int, whole: int) -> Fraction | None:
    """An exact percentage; None of nothing."""
    return Fraction(100 * part, whole) if whole else None


def totals(events: Iterable[Event], window: Window) -> Totals:
    """The totals of a window over counted events of one merchant; steps count when they happened."""
    inside = [event for event in events if event.stream == "payment_events" and window.holds(event.occurred_at)]
    payers = [event.payer for event in inside if event.type == "settled"]
    return Totals(
        settled_count=count(inside, "settled"),
        failed_count=count(inside, "failed"),
        expired_count=count(inside, "expired"),
        refunded_count=count(inside, "refunded"),
        revenue_zat=total(inside, "amount", "settled"),
        fee_zat=total(inside, "fee", "settled"),
        refund_zat=total(inside, "amount", "refunded"),
        fee_returned_zat=total(inside, "fee", "refunded"),
        unique_payers=len({payer for payer in payers if payer is not None}),
        anonymous_count=payers.count(None),
    )

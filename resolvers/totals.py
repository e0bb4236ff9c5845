"""Steps and money of a range, added up from its slots, and what follows from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from resolvers.comparison import percentage, ratio
from sql.rows import RevenueTotals


@dataclass(frozen=True, slots=True)
class Totals:
    """What happened in a window; amounts are exact zatoshi of any size."""

    created_count: int = 0
    verifying_count: int = 0
    verified_count: int = 0
    settled_count: int = 0
    failed_count: int = 0
    expired_count: int = 0
    retried_count: int = 0
    refunded_count: int = 0
    revenue_zat: int = 0
    fee_zat: int = 0
    refund_zat: int = 0
    fee_returned_zat: int = 0
    newest_event_at: datetime | None = None
    as_of: datetime | None = None

    @property
    def transaction_count(self) -> int:
        """Attempts decided."""
        return self.settled_count + self.failed_count + self.expired_count

    @property
    def success_rate(self) -> Fraction | None:
        """Settled per decided attempt, in percent; None when nothing was decided."""
        return percentage(self.settled_count, self.transaction_count)

    @property
    def net_zat(self) -> int:
        """Gross less refunds less the fees that were kept; may be negative."""
        return self.revenue_zat - self.refund_zat - (self.fee_zat - self.fee_returned_zat)

    @property
    def average_zat(self) -> Fraction | None:
        """Revenue per settled payment in zatoshi; None without one."""
        return ratio(self.revenue_zat, self.settled_count)


NOTHING = Totals()


def add_up(rows: Iterable[RevenueTotals]) -> Totals:
    """Add up the rows of a window's slots; an empty window has no slots."""
    parts = list(rows)
    if not parts:
        return NOTHING
    return Totals(
        created_count=sum(row.created_count for row in parts),
        verifying_count=sum(row.verifying_count for row in parts),
        verified_count=sum(row.verified_count for row in parts),
        settled_count=sum(row.settled_count for row in parts),
        failed_count=sum(row.failed_count for row in parts),
        expired_count=sum(row.expired_count for row in parts),
        retried_count=sum(row.retried_count for row in parts),
        refunded_count=sum(row.refunded_count for row in parts),
        revenue_zat=sum(row.revenue_zat for row in parts),
        fee_zat=sum(row.fee_zat for row in parts),
        refund_zat=sum(row.refund_zat for row in parts),
        fee_returned_zat=sum(row.fee_returned_zat for row in parts),
        newest_event_at=max((row.newest_event_at for row in parts if row.newest_event_at), default=None),
        as_of=min(row.as_of for row in parts),
    )

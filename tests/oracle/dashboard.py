"""The dashboard of one merchant at an instant: four measures, three periods, each against the last."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.oracle.comparison import Comparison, Number, compare
from tests.oracle.events import Event
from tests.oracle.merchants import Merchant
from tests.oracle.totals import Totals, totals
from tests.oracle.windows import Compared, Period, to_date


@dataclass(frozen=True, slots=True)
class Trend:
    """One measure over the running periods."""

    today: Comparison
    this_week: Comparison
    this_month: Comparison


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Zatoshi, counts, percentages, and zatoshi per settled payment."""

    revenue: Trend
    transactions: Trend
    success_rate: Trend
    average_value: Trend


def dashboard(events: Sequence[Event], merchant: Merchant, at: datetime) -> Dashboard:
    """Of the counted events of all merchants, what `merchant` sees at `at`."""
    own = [event for event in events if event.merchant_id == merchant.id]
    compared = [_totals(own, merchant, at, period) for period in ("day", "week", "month")]

    def trend(measure: Callable[[Totals], Number | None]) -> Trend:
        return Trend(*(compare(measure(now), measure(before), windows) for windows, now, before in compared))

    return Dashboard(
        revenue=trend(lambda window: window.revenue_zat),
        transactions=trend(lambda window: window.transaction_count),
        success_rate=trend(lambda window: window.success_rate),
        average_value=trend(lambda window: window.average_value_zat),
    )


def _totals(own: Sequence[Event], merchant: Merchant, at: datetime, period: Period) -> tuple[Compared, Totals, Totals]:
    windows = to_date(period, at, merchant.zone, merchant.week_start)
    return windows, totals(own, windows.current), totals(own, windows.previous)

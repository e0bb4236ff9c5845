"""When a merchant is busy: by hour of the day, and by weekday and hour."""

from collections.abc import Awaitable, Sequence
from fractions import Fraction

import strawberry

from resolvers.clock_hours import HOURS, hours_of_week
from resolvers.comparison import ratio
from resolvers.context import Info
from resolvers.fields import after
from resolvers.money import Money, money, money_or_null
from resolvers.periods import Window
from resolvers.range_answer import Answer, ask_freshness
from resolvers.range_input import RangeInput, span_of
from resolvers.scalars import percent
from resolvers.scope import Scope
from resolvers.totals import Totals, add_up
from sql.rows import RevenueTotals


@strawberry.type(description="What happens at an hour of the merchant's clock, over all days of a range.")
class PeakHour:
    """Totals, and how much that is each time."""

    hour: int = strawberry.field(description="What the clock shows, 0 to 23.")
    weekday: int | None = strawberry.field(description="ISO weekday, 1 is Monday; null for all days together.")
    occurrence_count: int = strawberry.field(
        description="How often that hour occurs in the range; one cut by the range or still running counts too."
    )
    transaction_count: int = strawberry.field(description="Attempts decided: settled, failed and expired.")
    revenue: Money = strawberry.field(description="Sum of the amounts settled.")
    average_transactions: float | None = strawberry.field(
        description="Transactions per occurrence, to six decimals; null where the hour does not occur."
    )
    average_revenue: Money | None = strawberry.field(
        description="Revenue per occurrence, rounded half-even to whole zatoshi; null where the hour does not occur."
    )


@strawberry.type(description="When the merchant is busy.")
class PeakTimes(Answer):
    """By the clock in the merchant's zone."""

    by_hour: list[PeakHour] = strawberry.field(description="The 24 hours of the day, from 0.")
    by_weekday_and_hour: list[PeakHour] = strawberry.field(description="The 168 hours of the week, from Monday at 0.")


def load_peak_times(scope: Scope, asked: RangeInput, info: Info) -> Awaitable[PeakTimes]:
    """Ask for the hours of the week; those of the day are their sums."""
    span = span_of(scope, asked)
    windows = hours_of_week(scope, span)
    ask_freshness(scope, span.counted.current, info)
    loading = scope.context.loaders.revenue_by_part.load(scope.parts(*windows.values()))

    def built(found: list[list[RevenueTotals]]) -> PeakTimes:
        rows = dict(zip(windows, found, strict=True))
        return PeakTimes(
            scope=scope,
            window=span.counted.current,
            computed_at=scope.computed_at(),
            by_hour=[_together(hour, windows, rows) for hour in HOURS],
            by_weekday_and_hour=[
                _peak(hour, day, len(windows[day, hour]), add_up(rows[day, hour])) for day, hour in windows
            ],
        )

    return after(loading, built)


def _together(
    hour: int,
    windows: dict[tuple[int, int], tuple[Window, ...]],
    rows: dict[tuple[int, int], list[RevenueTotals]],
) -> PeakHour:
    places: Sequence[tuple[int, int]] = [place for place in windows if place[1] == hour]
    count = sum(len(windows[place]) for place in places)
    return _peak(hour, None, count, add_up(row for place in places for row in rows[place]))


def _peak(hour: int, weekday: int | None, count: int, totals: Totals) -> PeakHour:
    average: Fraction | None = ratio(totals.transaction_count, count)
    return PeakHour(
        hour=hour,
        weekday=weekday,
        occurrence_count=count,
        transaction_count=totals.transaction_count,
        revenue=money(totals.revenue_zat),
        average_transactions=percent(average),
        average_revenue=money_or_null(ratio(totals.revenue_zat, count)),
    )

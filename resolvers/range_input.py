"""The argument `range`: read, bounded, and turned into windows."""

import re
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Annotated
from zoneinfo import ZoneInfo

import strawberry

from resolvers.buckets import Granularity
from resolvers.describing import describe
from resolvers.errors import BadInput
from resolvers.periods import Period
from resolvers.scope import EARLIEST, LATEST, Scope
from resolvers.spans import Span, between_span, days_span, month_span, period_span
from resolvers.zones import day_start

MAX_DAYS = 400
#: How many days a range may have whose answer is a series of such buckets.
MOST_DAYS = {
    Granularity.QUARTER_HOUR: 8,
    Granularity.HOUR: 31,
    Granularity.DAY: MAX_DAYS,
    Granularity.WEEK: 3_660,
    Granularity.MONTH: 3_660,
}
COARSER = {Granularity.QUARTER_HOUR: "HOUR", Granularity.HOUR: "DAY", Granularity.DAY: "WEEK"}
SHORTER = "send several shorter ranges"
ONE_KEY = "range needs exactly one of days, month, period and between."
MONTH_TEXT = re.compile(r"(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])", re.ASCII)


class RangePeriod(Enum):
    """A running calendar period."""

    TODAY = Period.DAY
    WEEK = Period.WEEK
    MONTH = Period.MONTH


describe(
    RangePeriod,
    "A calendar period of the merchant that is running at `at`.",
    TODAY="The local day.",
    WEEK="The week, from the merchant's `weekStart`.",
    MONTH="The calendar month.",
)
describe(
    Granularity,
    "How long the buckets of a series are, in the merchant's zone.",
    QUARTER_HOUR="A quarter of a local clock hour.",
    HOUR="A local clock hour; one that occurs twice is two buckets, one that is skipped is none.",
    DAY="A local day of 23, 24 or 25 hours, as the zone has it.",
    WEEK="A local week, from the merchant's `weekStart`.",
    MONTH="A local calendar month.",
)


@strawberry.input(description="A half-open range between two instants.")
class BetweenInput:
    """Two instants."""

    start: datetime = strawberry.field(description="The first instant.")
    end: datetime = strawberry.field(description="The first instant that no longer belongs to it.")


@strawberry.input(
    one_of=True,
    description=(
        f"What time is asked about: exactly one of these, at most {MAX_DAYS} local days; "
        f"a series by WEEK or MONTH takes {MOST_DAYS[Granularity.MONTH]:,}."
    ),
)
class RangeInput:
    """One way to name a range."""

    days: int | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"So many local days, the one that holds `at` the last of them; 1 to {MAX_DAYS}.",
    )
    month: str | None = strawberry.field(
        default=strawberry.UNSET, description="A calendar month, as `2026-05`; of the running one what has come."
    )
    period: RangePeriod | None = strawberry.field(
        default=strawberry.UNSET, description="The calendar period that holds `at`."
    )
    between: BetweenInput | None = strawberry.field(
        default=strawberry.UNSET, description="Any two instants; what lies behind `at` is not counted."
    )


Range = Annotated[RangeInput, strawberry.argument(name="range", description="What time is asked about.")]
Buckets = Annotated[
    Granularity,
    strawberry.argument(
        description="How long a bucket is; the finer, the shorter the range: "
        + ", ".join(f"{each.name} at most {most:,} days" for each, most in MOST_DAYS.items())
        + "."
    ),
]


def span_of(scope: Scope, asked: RangeInput, most: int = MAX_DAYS, instead: str = SHORTER) -> Span:
    """Return the windows of a range of at most so many days.

    Raises BadInput for one that cannot be meant, and, saying what to send instead, for days and instants too far apart.
    """
    if isinstance(asked.days, int):
        if asked.days < 1:
            raise BadInput(f"range.days must lie between 1 and {most:,}.")
        if asked.days > most:
            raise _too_long(most, instead)
        return days_span(scope.zone, scope.at, asked.days)
    if isinstance(asked.month, str):
        return month_span(scope.zone, scope.at, _month(asked.month))
    if isinstance(asked.period, RangePeriod):
        return period_span(scope.zone, scope.at, asked.period.value, scope.merchant.week_start)
    if isinstance(asked.between, BetweenInput):
        start, end = asked.between.start, asked.between.end
        if not EARLIEST <= start <= LATEST or not EARLIEST <= end <= LATEST:
            raise BadInput(f"range.between must lie between {EARLIEST:%Y-%m-%d} and {LATEST:%Y-%m-%d}.")
        if end <= start:
            raise BadInput("range.between.end must be later than its start; it is not part of the range.")
        if wall_time(scope.zone, start, end) > timedelta(days=most):
            raise _too_long(most, instead)
        return between_span(scope.zone, scope.at, start, end)
    raise BadInput(ONE_KEY)


def series_of(scope: Scope, asked: RangeInput, granularity: Granularity, argument: str = "granularity") -> Span:
    """Return the windows of a range that is told bucket by bucket, as the argument of that name says.

    Raises BadInput where it is too long for that.
    """
    most = MOST_DAYS[granularity]
    instead = f"send {argument}: {COARSER[granularity]}, or a shorter range" if granularity in COARSER else SHORTER
    span = span_of(scope, asked, most, instead)
    require_days(scope, span, most, instead)
    return span


def require_days(scope: Scope, span: Span, most: int, instead: str) -> None:
    """Raise BadInput, saying what to send instead, for a range of more than so many local days."""
    if wall_time(scope.zone, span.whole.current.start, span.whole.current.end) > timedelta(days=most):
        raise _too_long(most, instead)


def _too_long(most: int, instead: str) -> BadInput:
    return BadInput(f"This takes a range of at most {most:,} days; {instead}.")


def _month(text: str) -> date:
    if not (found := MONTH_TEXT.fullmatch(text)):
        raise BadInput(f"{text!r:.40} is no month; send a year and a month from 01 to 12, such as 2026-05.")
    return date(int(found[1]), int(found[2]), 1)


def wall_time(tz: ZoneInfo, start: datetime, end: datetime) -> timedelta:
    """Return how much later the wall clock shows; a month with an hour more is no longer for that."""
    return _on_the_wall(tz, end) - _on_the_wall(tz, start)


def _on_the_wall(tz: ZoneInfo, at: datetime) -> datetime:
    # A day begins at its midnight, also where the clock skips that one.
    local = at.astimezone(tz)
    if at == day_start(tz, local.date()):
        return datetime.combine(local, time())
    return local.replace(tzinfo=None)

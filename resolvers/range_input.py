"""The argument `range`: read, bounded, and turned into windows."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated

import strawberry

from resolvers.buckets import Granularity
from resolvers.describing import describe
from resolvers.errors import BadInput
from resolvers.periods import Period
from resolvers.scope import EARLIEST, LATEST, Scope
from resolvers.spans import Span, between_span, days_span, period_span

MAX_DAYS = 400
MAX_HOURLY_DAYS = 31


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
    HOUR="A local clock hour; one that occurs twice is two buckets, one that is skipped is none.",
    DAY="A local day of 23, 24 or 25 hours, as the zone has it.",
)


@strawberry.input(description="A half-open range between two instants.")
class BetweenInput:
    """Two instants."""

    start: datetime = strawberry.field(description="The first instant.")
    end: datetime = strawberry.field(description="The first instant that no longer belongs to it.")


@strawberry.input(
    one_of=True,
    description=f"What time is asked about: exactly one of these, at most {MAX_DAYS} local days.",
)
class RangeInput:
    """One way to name a range."""

    days: int | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"So many local days, the one that holds `at` the last of them; 1 to {MAX_DAYS}.",
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
    strawberry.argument(description=f"How long a bucket is; HOUR takes a range of at most {MAX_HOURLY_DAYS} days."),
]


def span_of(scope: Scope, asked: RangeInput) -> Span:
    """Return the windows of a range; raise BadInput for one that cannot be meant."""
    if isinstance(asked.days, int):
        if not 1 <= asked.days <= MAX_DAYS:
            raise BadInput(f"range.days must lie between 1 and {MAX_DAYS}.")
        return days_span(scope.zone, scope.at, asked.days)
    if isinstance(asked.period, RangePeriod):
        return period_span(scope.zone, scope.at, asked.period.value, scope.merchant.week_start)
    if isinstance(asked.between, BetweenInput):
        start, end = asked.between.start, asked.between.end
        if not EARLIEST <= start <= LATEST or not EARLIEST <= end <= LATEST:
            raise BadInput(f"range.between must lie between {EARLIEST:%Y-%m-%d} and {LATEST:%Y-%m-%d}.")
        if end <= start:
            raise BadInput("range.between.end must be later than its start; it is not part of the range.")
        if _wall_time(scope, start, end) > timedelta(days=MAX_DAYS):
            raise BadInput(f"range.between spans more than {MAX_DAYS} days; send several shorter ranges.")
        return between_span(scope.zone, scope.at, start, end)
    raise BadInput("range needs exactly one of days, period and between.")


def require_days(scope: Scope, span: Span, most: int, instead: str) -> None:
    """Raise BadInput, saying what to send instead, for a range of more than so many local days."""
    if _wall_time(scope, span.whole.current.start, span.whole.current.end) > timedelta(days=most):
        raise BadInput(f"This takes a range of at most {most} days; {instead}.")


def require_buckets(scope: Scope, span: Span, granularity: Granularity) -> None:
    """Raise BadInput for a range that is too long for its buckets."""
    if granularity is Granularity.HOUR:
        require_days(scope, span, MAX_HOURLY_DAYS, "send granularity: DAY, or a shorter range")


def _wall_time(scope: Scope, start: datetime, end: datetime) -> timedelta:
    """Return how much later the wall clock shows; a month with an hour more is no longer for that."""
    local_end, local_start = (each.astimezone(scope.zone).replace(tzinfo=None) for each in (end, start))
    return local_end - local_start

"""Trends: a range bucket by bucket, each beside the same place of the range before."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime

import strawberry

from resolvers.buckets import Granularity
from resolvers.comparison import compare
from resolvers.comparison_types import (
    CountComparison,
    MoneyComparison,
    RateComparison,
    count_comparison,
    money_comparison,
    rate_comparison,
)
from resolvers.context import Info
from resolvers.figures import Figures, figures
from resolvers.periods import Window
from resolvers.range_input import RangeInput, series_of
from resolvers.scope import Scope
from resolvers.selection import names_below
from resolvers.spans import Aligned, Span
from resolvers.totals import Totals


@strawberry.type(description="A bucket of a series.")
class TrendBucket:
    """A local quarter of an hour, hour, day, week or month."""

    start: datetime = strawberry.field(description="Its first instant within the range.")
    end: datetime = strawberry.field(description="The first instant behind it, or the range's end.")
    partial: bool = strawberry.field(
        description="Whether less than the whole local bucket is counted: it runs, or the range cuts it."
    )
    current: Figures | None = strawberry.field(
        description="What happened in it, so far where it runs; null where it has not begun at `at`."
    )
    previous: Figures | None = strawberry.field(
        description=(
            "The bucket at the same place of the range before: same ordinal day, same wall hour; of a running bucket "
            "up to the same wall time. Null where that range has no such place (a shorter month, a skipped hour)."
        )
    )


@strawberry.type(description="A range as a whole beside the range before, up to the same wall time while it runs.")
class TrendTotal:
    """Its figures, compared."""

    revenue: MoneyComparison = strawberry.field(description="Sum of the amounts settled.")
    transactions: CountComparison = strawberry.field(description="Attempts decided: settled, failed and expired.")
    settled: CountComparison = strawberry.field(description="Payments settled.")
    failed: CountComparison = strawberry.field(description="Attempts failed.")
    expired: CountComparison = strawberry.field(description="Attempts expired.")
    success_rate: RateComparison = strawberry.field(description="Settled per decided attempt, in percent.")
    average_value: MoneyComparison = strawberry.field(description="Revenue per settled payment.")


@strawberry.type(description="A range, as a whole and bucket by bucket, beside the range before.")
class Trends:
    """A series and its sum."""

    granularity: Granularity = strawberry.field(description="How long the buckets are.")
    window: Window = strawberry.field(description="What is counted: the range, up to `at`.")
    previous_window: Window = strawberry.field(description="What it is compared with.")
    total: TrendTotal = strawberry.field(description="The range as a whole.")
    series: list[TrendBucket] = strawberry.field(
        description="All buckets of the range in order of time, also those without an event."
    )
    computed_at: datetime = strawberry.field(description="When this answer was computed.")
    as_of: datetime = strawberry.field(description="The instant up to which every acknowledged event is included.")
    newest_event_at: datetime | None = strawberry.field(
        description="Time of the newest payment event that is counted in the range; null without one."
    )


def load_trends(scope: Scope, asked: RangeInput, granularity: Granularity, info: Info) -> Awaitable[Trends]:
    """Ask for all windows at once; the buckets only where the series is selected."""
    span = series_of(scope, asked, granularity)
    buckets = scope.aligned(span, granularity) if "series" in names_below(info) else []
    windows = {span.counted.current, span.counted.previous}
    windows.update(each for bucket in buckets for each in (bucket.counted, bucket.previous) if each)
    asking = {window: scope.totals(window) for window in windows}

    async def built() -> Trends:
        found = dict(zip(asking, await asyncio.gather(*asking.values()), strict=True))
        return _trends(scope, span, granularity, buckets, found)

    return built()


def _trends(
    scope: Scope, span: Span, granularity: Granularity, buckets: list[Aligned], found: dict[Window, Totals]
) -> Trends:
    current, previous = found[span.counted.current], found[span.counted.previous]
    return Trends(
        granularity=granularity,
        window=span.counted.current,
        previous_window=span.counted.previous,
        total=_total(span, current, previous),
        series=[_bucket(each, found) for each in buckets],
        computed_at=scope.context.services.clock(),
        as_of=scope.fresh(current.as_of, previous.as_of),
        newest_event_at=current.newest_event_at,
    )


def _total(span: Span, current: Totals, previous: Totals) -> TrendTotal:
    windows = span.counted
    return TrendTotal(
        revenue=money_comparison(compare(current.revenue_zat, previous.revenue_zat), windows),
        transactions=count_comparison(compare(current.transaction_count, previous.transaction_count), windows),
        settled=count_comparison(compare(current.settled_count, previous.settled_count), windows),
        failed=count_comparison(compare(current.failed_count, previous.failed_count), windows),
        expired=count_comparison(compare(current.expired_count, previous.expired_count), windows),
        success_rate=rate_comparison(compare(current.success_rate, previous.success_rate), windows),
        average_value=money_comparison(compare(current.average_zat, previous.average_zat), windows),
    )


def _bucket(each: Aligned, found: dict[Window, Totals]) -> TrendBucket:
    return TrendBucket(
        start=each.bucket.start,
        end=each.bucket.end,
        partial=each.partial,
        current=None if each.counted is None else figures(each.counted, found[each.counted]),
        previous=None if each.previous is None else figures(each.previous, found[each.previous]),
    )

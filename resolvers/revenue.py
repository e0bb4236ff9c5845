"""Money by interval."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime

import strawberry

from resolvers.buckets import Granularity
from resolvers.context import Info
from resolvers.money_figures import MoneyFigures, money_figures
from resolvers.range_answer import Answer
from resolvers.range_input import RangeInput, series_of
from resolvers.scope import Scope
from resolvers.selection import names_below


@strawberry.type(description="Money of one interval.")
class RevenueBucket:
    """A local quarter of an hour, hour, day, week or month."""

    start: datetime = strawberry.field(description="Its first instant within the range.")
    end: datetime = strawberry.field(description="The first instant behind it, or the range's end.")
    partial: bool = strawberry.field(
        description="Whether less than the whole local interval is counted: it runs, or the range cuts it."
    )
    figures: MoneyFigures | None = strawberry.field(
        description="Its money, so far where it runs; null before it begins."
    )


@strawberry.type(description="Money of a range, as a whole and interval by interval.")
class Revenue(Answer):
    """A series and its sum."""

    interval: Granularity = strawberry.field(description="How long the intervals are.")
    total: MoneyFigures = strawberry.field(description="The range as a whole.")
    series: list[RevenueBucket] = strawberry.field(
        description="All intervals of the range in order of time, also those without an event."
    )


def load_revenue(scope: Scope, asked: RangeInput, interval: Granularity, info: Info) -> Awaitable[Revenue]:
    """Ask for the whole and, where the series is selected, for the intervals, in one statement."""
    span = series_of(scope, asked, interval, "interval")
    window = span.counted.current
    buckets = scope.aligned(span, interval) if "series" in names_below(info) else []
    windows = [window, *(each.counted for each in buckets if each.counted)]
    asking = [scope.totals(each) for each in windows]

    async def built() -> Revenue:
        total, *parts = await asyncio.gather(*asking)
        rest = iter(parts)
        return Revenue(
            scope=scope,
            window=window,
            computed_at=scope.computed_at(),
            interval=interval,
            total=money_figures(total),
            series=[
                RevenueBucket(
                    start=each.bucket.start,
                    end=each.bucket.end,
                    partial=each.partial,
                    figures=money_figures(next(rest)) if each.counted else None,
                )
                for each in buckets
            ],
        )

    return built()

"""How many attempts succeed, over time."""

from collections.abc import Awaitable
from datetime import datetime

import strawberry

from resolvers.buckets import Granularity
from resolvers.comparison import percentage
from resolvers.context import Info
from resolvers.fields import after, loaded
from resolvers.range_answer import Answer, ask_freshness
from resolvers.range_input import RangeInput, series_of
from resolvers.retries import PaymentOutcomes, outcomes
from resolvers.scalars import percent
from resolvers.scope import Scope
from resolvers.selection import names_below
from resolvers.spans import Aligned
from sql.breakdowns import Decisions


@strawberry.type(description="What attempts came to.")
class SuccessFigures:
    """Counts and rates by attempt, not by payment."""

    transaction_count: int = strawberry.field(description="Attempts decided: settled, failed and expired.")
    settled_count: int = strawberry.field(description="Payments settled.")
    failed_count: int = strawberry.field(description="Attempts failed.")
    expired_count: int = strawberry.field(description="Attempts expired.")
    success_rate: float | None = strawberry.field(
        description="Settled per decided attempt, in percent, to six decimals; null where nothing was decided."
    )
    first_try_decided_count: int = strawberry.field(description="First attempts decided.")
    first_try_settled_count: int = strawberry.field(description="Payments settled by their first attempt.")
    first_try_rate: float | None = strawberry.field(
        description="Settled per decided first attempt, in percent, to six decimals; null where none was decided."
    )


@strawberry.type(description="A bucket of the success rate over time.")
class SuccessBucket:
    """A local quarter of an hour, hour, day, week or month."""

    start: datetime = strawberry.field(description="Its first instant within the range.")
    end: datetime = strawberry.field(description="The first instant behind it, or the range's end.")
    partial: bool = strawberry.field(
        description="Whether less than the whole local bucket is counted: it runs, or the range cuts it."
    )
    figures: SuccessFigures | None = strawberry.field(description="What happened in it; null before it begins.")


@strawberry.type(description="The success rate of a range, as a whole and bucket by bucket.")
class SuccessRate(Answer):
    """The whole is no average of the buckets: it is counted anew."""

    granularity: Granularity = strawberry.field(description="How long the buckets are.")
    total: SuccessFigures = strawberry.field(description="The range as a whole.")
    series: list[SuccessBucket] = strawberry.field(description="All buckets of the range in order of time.")

    @loaded(PaymentOutcomes | None, "The same by payment: each counted once, however many attempts it took.")
    def by_payment(self) -> Awaitable[PaymentOutcomes]:
        return after(self.scope.context.loaders.cohorts_by_window.load(self.scope.wholes(self.window)), outcomes)


def load_success_rate(scope: Scope, asked: RangeInput, granularity: Granularity, info: Info) -> Awaitable[SuccessRate]:
    """Ask for the whole and, where the series is selected, for the buckets."""
    span = series_of(scope, asked, granularity)
    buckets = scope.aligned(span, granularity) if "series" in names_below(info) else []
    window = span.counted.current
    ask_freshness(scope, window, info)
    if "byPayment" in names_below(info):
        scope.context.loaders.prefetch(scope.context.loaders.cohorts_by_window, scope.wholes(window))
    parts = [(window,), *((each.counted,) if each.counted else () for each in buckets)]
    loading = scope.context.loaders.success_rate_by_part.load(scope.parts(*parts))

    def built(found: list[list[Decisions]]) -> SuccessRate:
        return SuccessRate(
            scope=scope,
            window=window,
            computed_at=scope.computed_at(),
            granularity=granularity,
            total=_figures(found[0]),
            series=[_bucket(each, rows) for each, rows in zip(buckets, found[1:], strict=True)],
        )

    return after(loading, built)


def _bucket(each: Aligned, rows: list[Decisions]) -> SuccessBucket:
    return SuccessBucket(
        start=each.bucket.start,
        end=each.bucket.end,
        partial=each.partial,
        figures=None if each.counted is None else _figures(rows),
    )


def _figures(rows: list[Decisions]) -> SuccessFigures:
    row = rows[0] if rows else Decisions(0, 0, 0, 0, 0, 0)
    decided = row.settled_count + row.failed_count + row.expired_count
    return SuccessFigures(
        transaction_count=decided,
        settled_count=row.settled_count,
        failed_count=row.failed_count,
        expired_count=row.expired_count,
        success_rate=percent(percentage(row.settled_count, decided)),
        first_try_decided_count=row.first_try_decided_count,
        first_try_settled_count=row.first_try_settled_count,
        first_try_rate=percent(percentage(row.first_try_settled_count, row.first_try_decided_count)),
    )

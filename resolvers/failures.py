"""Why attempts fail, and at which hours."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress

import strawberry

from resolvers.clock_hours import HOURS, MAX_BY_HOUR_DAYS, hours_of_day
from resolvers.context import Info
from resolvers.errors import BadInput
from resolvers.failure_codes import FailureCode
from resolvers.fields import after, loaded
from resolvers.range_answer import Answer
from resolvers.range_input import RangeInput, span_of
from resolvers.retries import Retries, retries
from resolvers.scalars import percent
from resolvers.scope import Scope
from resolvers.selection import names_below
from resolvers.shares import shares
from resolvers.spans import Span
from resolvers.totals import Totals
from sql.breakdowns import FailureCount


@strawberry.type(description="One reason for which attempts failed.")
class FailureReason:
    """A code of the closed list."""

    code: FailureCode = strawberry.field(description="Failure code, as the events of failed attempts tell it.")
    failed_count: int = strawberry.field(description="Attempts that failed for it.")
    share: float = strawberry.field(
        description="Its part of all failed attempts, 0 to 1, to six decimals; the shares of all reasons sum to 1."
    )


@strawberry.type(description="Failed attempts at one hour of the day.")
class FailuresAtHour:
    """One of 24."""

    hour: int = strawberry.field(description="What the merchant's clock shows, 0 to 23.")
    failed_count: int = strawberry.field(description="Attempts that failed in that hour, on any day of the range.")


@strawberry.type(description="Failed attempts of a range.")
class Failures(Answer):
    """How many, why and when."""

    span: strawberry.Private[Span]
    transaction_count: int = strawberry.field(description="Attempts decided: settled, failed and expired.")
    settled_count: int = strawberry.field(description="Payments settled.")
    failed_count: int = strawberry.field(description="Attempts failed.")
    expired_count: int = strawberry.field(description="Attempts expired, which have no reason.")
    failure_rate: float | None = strawberry.field(
        description=(
            "Failed and expired attempts per decided one, which is 100 less the success rate, in percent, to six "
            "decimals; null where nothing was decided."
        )
    )
    reasons: list[FailureReason] = strawberry.field(
        description=f"The reasons, the most frequent first; at most as many as there are codes, {len(FailureCode)}."
    )

    @loaded(
        list[FailuresAtHour] | None,
        f"By hour of the day in the merchant's zone, 0 to 23; takes a range of at most {MAX_BY_HOUR_DAYS} days.",
    )
    def by_hour(self) -> Awaitable[list[FailuresAtHour]]:
        key = self.scope.parts(*hours_of_day(self.scope, self.span))
        return after(self.scope.context.loaders.failures_by_part.load(key), _by_hour)

    @loaded(Retries | None, "What became of payments whose attempts failed.")
    def retries(self) -> Awaitable[Retries]:
        return after(self.scope.context.loaders.cohorts_by_window.load(self.scope.wholes(self.window)), retries)


def load_failures(scope: Scope, asked: RangeInput, info: Info) -> Awaitable[Failures]:
    """Ask for reasons and, where they are selected, for hours in one statement."""
    span = span_of(scope, asked)
    loaders = scope.context.loaders
    window = span.counted.current
    names = names_below(info)
    if "retries" in names:
        loaders.prefetch(loaders.cohorts_by_window, scope.wholes(window))
    if "byHour" in names:
        with suppress(BadInput):  # the field itself says so
            loaders.prefetch(loaders.failures_by_part, scope.parts(*hours_of_day(scope, span)))
    totals = loaders.totals_by_window.load(scope.key(window))
    reasons = loaders.failures_by_part.load(scope.parts((window,)))

    async def built() -> Failures:
        decided, [rows] = await asyncio.gather(totals, reasons)
        return _failures(scope, span, decided, rows)

    return built()


def _failures(scope: Scope, span: Span, decided: Totals, rows: Sequence[FailureCount]) -> Failures:
    return Failures(
        scope=scope,
        span=span,
        window=span.counted.current,
        computed_at=scope.computed_at(),
        transaction_count=decided.transaction_count,
        settled_count=decided.settled_count,
        failed_count=sum(row.failed_count for row in rows),
        expired_count=decided.expired_count,
        failure_rate=None if decided.success_rate is None else percent(100 - decided.success_rate),
        reasons=failure_reasons(rows),
    )


def failure_reasons(rows: Sequence[FailureCount]) -> list[FailureReason]:
    """Return reasons, the most frequent first, with shares that sum to 1."""
    ordered = sorted(rows, key=lambda row: (-row.failed_count, row.failure_code))
    parts = shares([row.failed_count for row in ordered])
    return [
        FailureReason(code=FailureCode(row.failure_code), failed_count=row.failed_count, share=share)
        for row, share in zip(ordered, parts, strict=True)
    ]


def _by_hour(found: list[list[FailureCount]]) -> list[FailuresAtHour]:
    return [
        FailuresAtHour(hour=hour, failed_count=sum(row.failed_count for row in rows))
        for hour, rows in zip(HOURS, found, strict=True)
    ]

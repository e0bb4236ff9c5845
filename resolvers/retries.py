"""What becomes of payments whose attempts fail: retries, recoveries, and success by payment."""

from collections.abc import Callable, Iterable, Sequence

import strawberry

from resolvers.comparison import percentage, ratio
from resolvers.failure_codes import FailureCode, failure_code
from resolvers.money import Money, money
from resolvers.scalars import percent
from sql.breakdowns import CohortTotals


@strawberry.type(description="Payments first decided in the range, each counted once, by how they stand at `at`.")
class PaymentOutcomes:
    """By payment, not by attempt."""

    payment_count: int = strawberry.field(description="Payments whose first attempt was decided in the range.")
    settled_count: int = strawberry.field(description="Those that settled, at whichever attempt.")
    failed_count: int = strawberry.field(description="Those whose last attempt failed or expired.")
    open_count: int = strawberry.field(description="Those with another attempt under way.")
    success_rate: float | None = strawberry.field(
        description="Settled per payment, in percent, to six decimals; null without a payment."
    )


@strawberry.type(description="Payments that one reason stopped, and what became of them.")
class Recovery:
    """Of the last failure before the settlement; of the last one of all where it did not settle."""

    code: FailureCode | None = strawberry.field(
        description="Failure code; null where no attempt failed, but one expired."
    )
    stopped_count: int = strawberry.field(description="Payments that failed or expired before they settled, if ever.")
    recovered_count: int = strawberry.field(description="Those of them that settled after all.")
    recovery_rate: float | None = strawberry.field(
        description="Recovered per stopped payment, in percent, to six decimals; null without one."
    )
    recovered_revenue: Money = strawberry.field(description="Sum of the amounts that they settled.")


@strawberry.type(description="Retries of the payments first decided in the range, by how they stand at `at`.")
class Retries:
    """A retried payment is one with a second attempt."""

    retried_count: int = strawberry.field(description="Payments with more than one attempt.")
    retry_count: int = strawberry.field(description="Attempts of theirs after the first.")
    average_retries: float | None = strawberry.field(
        description="Attempts after the first per retried payment, to six decimals; null without one."
    )
    successful_count: int = strawberry.field(description="Retried payments that settled.")
    failed_count: int = strawberry.field(description="Retried payments whose last attempt failed or expired.")
    open_count: int = strawberry.field(description="Retried payments with an attempt under way.")
    stopped_count: int = strawberry.field(description="Payments that failed or expired before they settled, if ever.")
    recovered_count: int = strawberry.field(description="Those of them that settled after all, retried or not.")
    recovery_rate: float | None = strawberry.field(
        description="Recovered per stopped payment, in percent, to six decimals; null without one."
    )
    recovered_revenue: Money = strawberry.field(description="Sum of the amounts that recovered payments settled.")
    by_failure_code: list[Recovery] = strawberry.field(
        description="By what stopped them, the most frequent first; at most 15."
    )


def outcomes(rows: Sequence[CohortTotals]) -> PaymentOutcomes:
    """Return what became of a cohort."""
    every, settled, failed = (
        _total(rows, measure)
        for measure in (
            lambda row: row.payment_count,
            lambda row: row.settled_count,
            lambda row: row.failed_count,
        )
    )
    return PaymentOutcomes(
        payment_count=every,
        settled_count=settled,
        failed_count=failed,
        open_count=every - settled - failed,
        success_rate=percent(percentage(settled, every)),
    )


def retries(rows: Sequence[CohortTotals]) -> Retries:
    """Return the retries and recoveries of a cohort."""
    retried = _total(rows, lambda row: row.retried_count)
    tries = _total(rows, lambda row: row.retry_count)
    settled = _total(rows, lambda row: row.retried_settled_count)
    failed = _total(rows, lambda row: row.retried_failed_count)
    stopped = [row for row in rows if row.stopped_by is not None]
    reasons = sorted({row.stopped_by or "" for row in stopped})
    by_code = [_recovery(code or None, [row for row in stopped if row.stopped_by == code]) for code in reasons]
    whole = _recovery(None, stopped)
    return Retries(
        retried_count=retried,
        retry_count=tries,
        average_retries=percent(ratio(tries, retried)),
        successful_count=settled,
        failed_count=failed,
        open_count=retried - settled - failed,
        stopped_count=whole.stopped_count,
        recovered_count=whole.recovered_count,
        recovery_rate=whole.recovery_rate,
        recovered_revenue=whole.recovered_revenue,
        by_failure_code=sorted(by_code, key=lambda each: -each.stopped_count),
    )


def _recovery(code: str | None, rows: Sequence[CohortTotals]) -> Recovery:
    stopped = _total(rows, lambda row: row.payment_count)
    recovered = _total(rows, lambda row: row.settled_count)
    return Recovery(
        code=failure_code(code),
        stopped_count=stopped,
        recovered_count=recovered,
        recovery_rate=percent(percentage(recovered, stopped)),
        recovered_revenue=money(_total(rows, lambda row: row.revenue_zat)),
    )


def _total(rows: Iterable[CohortTotals], measure: Callable[[CohortTotals], int]) -> int:
    return sum(measure(row) for row in rows)

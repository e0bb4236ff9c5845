"""Which methods payments are made by."""

from collections.abc import Awaitable, Sequence

import strawberry

from resolvers.comparison import percentage
from resolvers.context import Info
from resolvers.fields import after
from resolvers.money import Money, money
from resolvers.payment_enums import PaymentMethod
from resolvers.range_answer import Answer, ask_freshness
from resolvers.range_input import RangeInput, span_of
from resolvers.scalars import percent
from resolvers.scope import Scope
from resolvers.shares import shares
from sql.breakdowns import MethodTotals

ORDER = (PaymentMethod.TRANSPARENT, PaymentMethod.SHIELDED, None)


@strawberry.type(description="What was paid by one method.")
class MethodFigures:
    """Decided attempts and money."""

    method: PaymentMethod | None = strawberry.field(description="The method; null where no event told one.")
    settled_count: int = strawberry.field(description="Payments settled.")
    failed_count: int = strawberry.field(description="Attempts failed.")
    expired_count: int = strawberry.field(description="Attempts expired.")
    transaction_count: int = strawberry.field(description="Attempts decided: settled, failed and expired.")
    revenue: Money = strawberry.field(description="Sum of the amounts settled.")
    success_rate: float | None = strawberry.field(
        description="Settled per decided attempt, in percent, to six decimals; null where nothing was decided."
    )
    share: float = strawberry.field(
        description="Its part of all payments settled, 0 to 1, to six decimals; the shares sum to 1 unless all are 0."
    )


@strawberry.type(description="Payments of a range by method.")
class PaymentMethods(Answer):
    """Always the same three rows."""

    methods: list[MethodFigures] = strawberry.field(description="Transparent, shielded, and where it was not told.")


def load_payment_methods(scope: Scope, asked: RangeInput, info: Info) -> Awaitable[PaymentMethods]:
    """Ask for a range by method."""
    window = span_of(scope, asked).counted.current
    ask_freshness(scope, window, info)
    loading = scope.context.loaders.payment_methods_by_part.load(scope.parts((window,)))

    def built(found: list[list[MethodTotals]]) -> PaymentMethods:
        return PaymentMethods(scope=scope, window=window, computed_at=scope.computed_at(), methods=_methods(found[0]))

    return after(loading, built)


def _methods(rows: Sequence[MethodTotals]) -> list[MethodFigures]:
    by_name = {row.method: row for row in rows}
    found = [by_name.get("unknown" if method is None else method.value) for method in ORDER]
    parts = shares([row.settled_count if row else 0 for row in found])
    return [
        _method(method, row or MethodTotals(0, "", 0, 0, 0, 0), share)
        for method, row, share in zip(ORDER, found, parts, strict=True)
    ]


def _method(method: PaymentMethod | None, row: MethodTotals, share: float) -> MethodFigures:
    decided = row.settled_count + row.failed_count + row.expired_count
    return MethodFigures(
        method=method,
        settled_count=row.settled_count,
        failed_count=row.failed_count,
        expired_count=row.expired_count,
        transaction_count=decided,
        revenue=money(row.revenue_zat),
        success_rate=percent(percentage(row.settled_count, decided)),
        share=share,
    )

"""Decided attempts in groups: by what they came to, by method, by resource, by day."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated

import strawberry

from resolvers.buckets import Granularity
from resolvers.context import Info
from resolvers.describing import describe
from resolvers.fields import after, loaded
from resolvers.money import Money, money, money_or_null
from resolvers.parts import MAX_RESOURCES
from resolvers.payment_enums import PaymentMethod
from resolvers.range_answer import Answer, ask_freshness
from resolvers.range_input import MAX_DAYS, RangeInput, span_of
from resolvers.scope import Scope
from resolvers.selection import names_below
from resolvers.shares import shares
from resolvers.spans import Span
from resolvers.totals import Totals
from resolvers.zones import local_day
from sql.breakdowns import MethodTotals, ResourceDecisions


class TransactionGrouping(Enum):
    """What attempts are grouped by."""

    STATUS = "status"
    METHOD = "method"
    RESOURCE = "resource"
    DAY = "day"


describe(
    TransactionGrouping,
    "What decided attempts are grouped by.",
    STATUS="What they came to: SETTLED, FAILED, EXPIRED.",
    METHOD="How they were paid: TRANSPARENT, SHIELDED; null where no event told.",
    RESOURCE=f"What they were for, the {MAX_RESOURCES} with the most attempts and the rest; null where no event told.",
    DAY="The local day, as 2026-05-13, in order of time.",
)

Grouping = Annotated[TransactionGrouping, strawberry.argument(description="What they are grouped by.")]


@strawberry.type(description="Decided attempts of one group.")
class TransactionGroup:
    """A key and its figures."""

    key: str | None = strawberry.field(
        description="What the group has in common; null where no event told it, and for the rest."
    )
    rest: bool = strawberry.field(
        description=f"Whether this is every resource beyond {MAX_RESOURCES} taken together; never of other groupings."
    )
    transaction_count: int = strawberry.field(description="Attempts decided: settled, failed and expired.")
    settled_count: int = strawberry.field(description="Payments settled.")
    failed_count: int = strawberry.field(description="Attempts failed.")
    expired_count: int = strawberry.field(description="Attempts expired.")
    revenue: Money = strawberry.field(description="Sum of the amounts settled.")
    average_value: Money | None = strawberry.field(
        description="Revenue per settled payment, rounded half-even to whole zatoshi; null without one."
    )
    share: float = strawberry.field(
        description="Its part of the attempts of all groups, 0 to 1, to six decimals; they sum to 1 unless all are 0."
    )


@strawberry.type(description="Decided attempts of a range in groups.")
class Transactions(Answer):
    """Open payments are beside them, not among them."""

    group_by: TransactionGrouping = strawberry.field(description="What they are grouped by.")
    group_count: int = strawberry.field(description="How many groups there are, however many are told by themselves.")
    groups: list[TransactionGroup] = strawberry.field(
        description=(
            f"The groups, those with the most attempts first, days in order; at most {MAX_DAYS} days, or "
            f"{MAX_RESOURCES} resources and, last, the rest of them as one. They add up to the whole range."
        )
    )

    @loaded(int | None, "Payments that are open at `at`, whenever they were created: pending, verifying or stale.")
    def open_count(self) -> Awaitable[int]:
        return after(self.scope.live(), lambda live: live.pending_count + live.active_count + live.stale_count)


@dataclass(frozen=True, slots=True)
class Group:
    """What is told of a group; `stands_for` is how many resources the rest of them are, else 1."""

    key: str | None
    totals: Totals
    stands_for: int = 1
    rest: bool = False


def load_transactions(
    scope: Scope, asked: RangeInput, group_by: TransactionGrouping, info: Info
) -> Awaitable[Transactions]:
    """Ask for the groups of a range."""
    span = span_of(scope, asked)
    ask_freshness(scope, span.counted.current, info)
    if "openCount" in names_below(info):
        scope.context.loaders.prefetch(scope.context.loaders.live_by_merchant, scope.instant)

    def built(found: Sequence[Group]) -> Transactions:
        return Transactions(
            scope=scope,
            window=span.counted.current,
            computed_at=scope.computed_at(),
            group_by=group_by,
            group_count=sum(group.stands_for for group in found),
            groups=_groups(found, group_by),
        )

    return after(LOAD[group_by](scope, span), built)


def _by_status(scope: Scope, span: Span) -> Awaitable[list[Group]]:
    def built(found: Totals) -> list[Group]:
        return [
            Group("SETTLED", Totals(settled_count=found.settled_count, revenue_zat=found.revenue_zat)),
            Group("FAILED", Totals(failed_count=found.failed_count)),
            Group("EXPIRED", Totals(expired_count=found.expired_count)),
        ]

    return after(scope.totals(span.counted.current), built)


def _by_method(scope: Scope, span: Span) -> Awaitable[list[Group]]:
    loading = scope.context.loaders.payment_methods_by_part.load(scope.parts((span.counted.current,)))
    return after(
        loading,
        lambda found: [
            Group(None if row.method == "unknown" else PaymentMethod(row.method).name, _totals(row)) for row in found[0]
        ],
    )


def _by_resource(scope: Scope, span: Span) -> Awaitable[list[Group]]:
    loading = scope.context.loaders.resource_decisions_by_part.load(scope.parts((span.counted.current,)))
    return after(
        loading,
        lambda found: [
            Group(row.resource or None, _totals(row), row.resource_count, rest=row.resource is None) for row in found[0]
        ],
    )


def _by_day(scope: Scope, span: Span) -> Awaitable[list[Group]]:
    windows = [each.counted for each in scope.aligned(span, Granularity.DAY) if each.counted]
    asking = [scope.totals(window) for window in windows]

    async def built() -> list[Group]:
        found = await asyncio.gather(*asking)
        return [Group(f"{local_day(scope.zone, w.start)}", totals) for w, totals in zip(windows, found, strict=True)]

    return built()


LOAD: dict[TransactionGrouping, Callable[[Scope, Span], Awaitable[list[Group]]]] = {
    TransactionGrouping.STATUS: _by_status,
    TransactionGrouping.METHOD: _by_method,
    TransactionGrouping.RESOURCE: _by_resource,
    TransactionGrouping.DAY: _by_day,
}


def _totals(row: MethodTotals | ResourceDecisions) -> Totals:
    return Totals(
        settled_count=row.settled_count,
        failed_count=row.failed_count,
        expired_count=row.expired_count,
        revenue_zat=row.revenue_zat,
    )


def _groups(found: Sequence[Group], group_by: TransactionGrouping) -> list[TransactionGroup]:
    ordered = list(found)
    if group_by is not TransactionGrouping.DAY:
        ordered.sort(key=lambda each: (each.rest, -each.totals.transaction_count, each.key is None, each.key))
    parts = shares([each.totals.transaction_count for each in ordered])
    return [
        TransactionGroup(
            key=each.key,
            rest=each.rest,
            transaction_count=each.totals.transaction_count,
            settled_count=each.totals.settled_count,
            failed_count=each.totals.failed_count,
            expired_count=each.totals.expired_count,
            revenue=money(each.totals.revenue_zat),
            average_value=money_or_null(each.totals.average_zat),
            share=share,
        )
        for each, share in zip(ordered, parts, strict=True)
    ]

"""All merchants together, for the facilitator."""

from collections.abc import Awaitable, Sequence
from typing import Annotated

import strawberry

from resolvers.analytics import At
from resolvers.api_latency import ApiLatency, load_api_latency
from resolvers.buckets import Granularity
from resolvers.comparison import percentage
from resolvers.context import Context, Info
from resolvers.errors import BadInput
from resolvers.failure_codes import FailureCode
from resolvers.failures import FailureReason, failure_reasons
from resolvers.fields import after, loaded
from resolvers.geography import Geography, load_geography
from resolvers.money import Money, money
from resolvers.overview import PeriodOverview, load_period
from resolvers.platform_batches import MAX_TOP, TopKey
from resolvers.range_input import Buckets, Range, span_of
from resolvers.revenue import Revenue, load_revenue
from resolvers.scalars import percent
from resolvers.scope import Scope, scope
from resolvers.trends import Trends, load_trends
from sql import rows
from sql.breakdowns import TopMerchant, TopResource

HowMany = Annotated[int, strawberry.argument(description=f"How many at most, 1 to {MAX_TOP}.")]


@strawberry.type(description="A merchant in a range.")
class MerchantFigures:
    """What it decided and took in."""

    merchant_id: strawberry.ID = strawberry.field(description="The merchant's id.")
    name: str | None = strawberry.field(description="What people call it; null for one that is unknown here.")
    transaction_count: int = strawberry.field(description="Attempts decided: settled, failed and expired.")
    settled_count: int = strawberry.field(description="Payments settled.")
    revenue: Money = strawberry.field(description="Sum of the amounts settled.")
    success_rate: float | None = strawberry.field(
        description="Settled per decided attempt, in percent, to six decimals; null where nothing was decided."
    )


@strawberry.type(description="A resource of some merchant in a range.")
class MerchantResource:
    """What was settled for it."""

    merchant_id: strawberry.ID = strawberry.field(description="Whose resource it is.")
    resource: str | None = strawberry.field(description="The resource; null where payments told none.")
    settled_count: int = strawberry.field(description="Payments settled for it.")
    revenue: Money = strawberry.field(description="Sum of the amounts settled for it.")


@strawberry.type(description="All merchants at a glance, beside the range before.")
class PlatformOverview(PeriodOverview):
    """With how many of them were active, asked only where that is selected."""

    @loaded(int | None, "Merchants with a decided attempt in the window.")
    def active_merchants(self) -> Awaitable[int]:
        loading = self.scope.context.loaders.platform.top_merchants.load(TopKey(self.window))
        return after(loading, lambda found: found[0].active_count if found else 0)


@strawberry.type(description="All merchants together, by the days of one zone; for the facilitator alone.")
class Platform:
    """Each field asks only for what is selected; nothing behind `at` is counted."""

    row: strawberry.Private[rows.Merchant]
    timezone: str = strawberry.field(description="IANA name of the zone in which days, weeks and months are counted.")

    @loaded(PlatformOverview | None, "The whole picture of a range, each figure beside the range before.")
    def overview(self, info: Info, range_: Range, at: At = None) -> Awaitable[PlatformOverview]:
        return load_period(scope(info.context, self.row, at), range_, PlatformOverview)

    @loaded(Trends | None, "The range bucket by bucket and as a whole, beside the range before; weeks from Monday.")
    def trends(
        self, info: Info, range_: Range, granularity: Buckets = Granularity.DAY, at: At = None
    ) -> Awaitable[Trends]:
        return load_trends(scope(info.context, self.row, at), range_, granularity, info)

    @loaded(Revenue | None, "Money by interval: gross, refunds, fees and net.")
    def revenue(
        self, info: Info, range_: Range, interval: Buckets = Granularity.DAY, at: At = None
    ) -> Awaitable[Revenue]:
        return load_revenue(scope(info.context, self.row, at), range_, interval, info)

    @loaded(list[MerchantFigures] | None, "The merchants with the most revenue.")
    def top_merchants(
        self, info: Info, range_: Range, first: HowMany = 10, at: At = None
    ) -> Awaitable[list[MerchantFigures]]:
        key = _top(scope(info.context, self.row, at), range_, first)
        return after(info.context.loaders.platform.top_merchants.load(key), lambda found: _merchants(found[:first]))

    @loaded(list[MerchantResource] | None, "The resources with the most revenue, whosever they are.")
    def top_resources(
        self, info: Info, range_: Range, first: HowMany = 10, at: At = None
    ) -> Awaitable[list[MerchantResource]]:
        key = _top(scope(info.context, self.row, at), range_, first)
        return after(info.context.loaders.platform.top_resources.load(key), lambda found: _resources(found[:first]))

    @loaded(
        list[FailureReason] | None, f"Why attempts fail, the most frequent first; at most {len(FailureCode)} reasons."
    )
    def failure_codes(self, info: Info, range_: Range, at: At = None) -> Awaitable[list[FailureReason]]:
        here = scope(info.context, self.row, at)
        key = here.parts((span_of(here, range_).counted.current,))
        return after(info.context.loaders.platform.failures_by_part.load(key), lambda found: failure_reasons(found[0]))

    @loaded(Geography | None, "Payments by country.")
    def geography(self, info: Info, range_: Range, at: At = None) -> Awaitable[Geography]:
        return load_geography(scope(info.context, self.row, at), range_, info)

    @loaded(
        ApiLatency | None,
        "How long calls to the facilitator's API take, by endpoint: of all merchants, and those that name no merchant.",
    )
    def api_latency(self, info: Info, range_: Range, at: At = None) -> Awaitable[ApiLatency]:
        return load_api_latency(scope(info.context, self.row, at), range_, info)


def platform_of(context: Context, timezone: str) -> Platform:
    """Return the facilitator's view by the days of a zone.

    Raises Forbidden for everybody else, before anything is asked, and BadInput for an unknown zone.
    """
    context.principal.require_platform()
    # All merchants together are kept as a merchant without an id would be.
    everybody = rows.Merchant("", "", "UTC", 1, 60, None, "active", context.now)
    return Platform(row=scope(context, everybody, None, timezone).merchant, timezone=timezone)


def _top(here: Scope, asked: Range, first: int) -> TopKey:
    if not 1 <= first <= MAX_TOP:
        raise BadInput(f"first must lie between 1 and {MAX_TOP}.")
    return TopKey(span_of(here, asked).counted.current)


def _merchants(found: Sequence[TopMerchant]) -> list[MerchantFigures]:
    return [
        MerchantFigures(
            merchant_id=strawberry.ID(row.merchant_id),
            name=row.name,
            transaction_count=(decided := row.settled_count + row.failed_count + row.expired_count),
            settled_count=row.settled_count,
            revenue=money(row.revenue_zat),
            success_rate=percent(percentage(row.settled_count, decided)),
        )
        for row in found
    ]


def _resources(found: Sequence[TopResource]) -> list[MerchantResource]:
    return [
        MerchantResource(
            merchant_id=strawberry.ID(row.merchant_id),
            resource=row.resource or None,
            settled_count=row.settled_count,
            revenue=money(row.revenue_zat),
        )
        for row in found
    ]

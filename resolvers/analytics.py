"""The analytics of a merchant that take a range."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.api_latency import ApiLatency, load_api_latency
from resolvers.buckets import Granularity
from resolvers.clock_hours import MAX_BY_HOUR_DAYS
from resolvers.context import Info
from resolvers.customers import Customers, load_customers
from resolvers.failures import Failures, load_failures
from resolvers.fields import loaded
from resolvers.geography import Geography, load_geography
from resolvers.latency import Latency, load_latency
from resolvers.metrics.answer import Metrics, load_metrics
from resolvers.metrics.arguments import Compare, Filtered, GroupBy, Limit, Names, Series, asked_of
from resolvers.overview import Overview, load_overview
from resolvers.payment_methods import PaymentMethods, load_payment_methods
from resolvers.peak_times import PeakTimes, load_peak_times
from resolvers.range_input import Buckets, Range
from resolvers.resources import First, Resources, load_resources
from resolvers.revenue import Revenue, load_revenue
from resolvers.scope import scope
from resolvers.success_rate import SuccessRate, load_success_rate
from resolvers.transactions import Grouping, TransactionGrouping, Transactions, load_transactions
from resolvers.trends import Trends, load_trends
from resolvers.webhooks import Webhooks, load_webhooks
from sql import rows

At = Annotated[
    datetime | None,
    strawberry.argument(
        description="The instant that plays the part of now, so that any past moment can be asked; now by default."
    ),
]

Zone = Annotated[
    str | None,
    strawberry.argument(description="IANA name of the zone in which days are counted; the merchant's by default."),
]


@strawberry.type(description="What a merchant can be asked about a range of time.")
class Analytics:
    """Each field asks only for what is selected, in the merchant's zone or the one named; nothing behind `at`."""

    row: strawberry.Private[rows.Merchant]

    @loaded(Metrics | None, "Any metrics over a range: as a whole, by group, by bucket, beside the range before.")
    def metrics(
        self,
        info: Info,
        names: Names,
        range_: Range,
        granularity: Series = None,
        group_by: GroupBy = None,
        filter_: Filtered = None,
        limit: Limit = 10,
        compare: Compare = False,
        at: At = None,
        timezone: Zone = None,
    ) -> Awaitable[Metrics]:
        here = scope(info.context, self.row, at, timezone)
        return load_metrics(here, asked_of(names, granularity, group_by, filter_, limit, compare), range_, info)

    @loaded(Trends | None, "The range bucket by bucket and as a whole, beside the range before.")
    def trends(
        self, info: Info, range_: Range, granularity: Buckets = Granularity.DAY, at: At = None, timezone: Zone = None
    ) -> Awaitable[Trends]:
        return load_trends(scope(info.context, self.row, at, timezone), range_, granularity, info)

    @loaded(SuccessRate | None, "The success rate, as a whole and bucket by bucket.")
    def success_rate(
        self, info: Info, range_: Range, granularity: Buckets = Granularity.DAY, at: At = None, timezone: Zone = None
    ) -> Awaitable[SuccessRate]:
        return load_success_rate(scope(info.context, self.row, at, timezone), range_, granularity, info)

    @loaded(Failures | None, "Failed attempts: how many, why, and at which hours.")
    def failures(self, info: Info, range_: Range, at: At = None, timezone: Zone = None) -> Awaitable[Failures]:
        return load_failures(scope(info.context, self.row, at, timezone), range_, info)

    @loaded(PaymentMethods | None, "Payments by method.")
    def payment_methods(
        self, info: Info, range_: Range, at: At = None, timezone: Zone = None
    ) -> Awaitable[PaymentMethods]:
        return load_payment_methods(scope(info.context, self.row, at, timezone), range_, info)

    @loaded(Geography | None, "Payments by country.")
    def geography(self, info: Info, range_: Range, at: At = None, timezone: Zone = None) -> Awaitable[Geography]:
        return load_geography(scope(info.context, self.row, at, timezone), range_, info)

    @loaded(
        PeakTimes | None,
        f"When it is busy, by the clock in its zone; takes a range of at most {MAX_BY_HOUR_DAYS} days.",
    )
    def peak_times(self, info: Info, range_: Range, at: At = None, timezone: Zone = None) -> Awaitable[PeakTimes]:
        return load_peak_times(scope(info.context, self.row, at, timezone), range_, info)

    @loaded(Resources | None, "What is paid for: accesses, conversion and revenue of each resource.")
    def resources(
        self, info: Info, range_: Range, first: First = 10, at: At = None, timezone: Zone = None
    ) -> Awaitable[Resources]:
        return load_resources(scope(info.context, self.row, at, timezone), range_, first, info)

    @loaded(Latency | None, "How long payments take, step by step.")
    def latency(self, info: Info, range_: Range, at: At = None, timezone: Zone = None) -> Awaitable[Latency]:
        return load_latency(scope(info.context, self.row, at, timezone), range_, info)

    @loaded(Webhooks | None, "How webhook attempts go and how long they take, by event type and by endpoint.")
    def webhooks(self, info: Info, range_: Range, at: At = None, timezone: Zone = None) -> Awaitable[Webhooks]:
        return load_webhooks(scope(info.context, self.row, at, timezone), range_, info)

    @loaded(Customers | None, "Unique payers and how many payments they account for.")
    def customers(self, info: Info, range_: Range, at: At = None, timezone: Zone = None) -> Awaitable[Customers]:
        return load_customers(scope(info.context, self.row, at, timezone), range_, info)

    @loaded(Overview | None, "The whole picture of a range, each figure beside the range before.")
    def overview(self, info: Info, range_: Range, at: At = None, timezone: Zone = None) -> Awaitable[Overview]:
        return load_overview(scope(info.context, self.row, at, timezone), range_, info)

    @loaded(Revenue | None, "Money by interval: gross, refunds, fees and net.")
    def revenue(
        self, info: Info, range_: Range, interval: Buckets = Granularity.DAY, at: At = None, timezone: Zone = None
    ) -> Awaitable[Revenue]:
        return load_revenue(scope(info.context, self.row, at, timezone), range_, interval, info)

    @loaded(Transactions | None, "Decided attempts in groups.")
    def transactions(
        self,
        info: Info,
        range_: Range,
        group_by: Grouping = TransactionGrouping.STATUS,
        at: At = None,
        timezone: Zone = None,
    ) -> Awaitable[Transactions]:
        return load_transactions(scope(info.context, self.row, at, timezone), range_, group_by, info)

    @loaded(ApiLatency | None, "How long calls to the facilitator's API take, by endpoint.")
    def api_latency(self, info: Info, range_: Range, at: At = None, timezone: Zone = None) -> Awaitable[ApiLatency]:
        return load_api_latency(scope(info.context, self.row, at, timezone), range_, info)

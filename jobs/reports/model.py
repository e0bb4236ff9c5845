"""What a report's data say, typed. The names are those of the GraphQL schema, from which the data come."""

from datetime import datetime

import msgspec

from jobs.reports.breakdowns import (
    Customers,
    Failures,
    Geography,
    Latency,
    Methods,
    PeakTimes,
    Resources,
    Webhooks,
)
from jobs.reports.figures import Amount, CountChange, MoneyChange, RateChange, Record, Window


class Total(Record, frozen=True):
    """The whole window."""

    revenue: MoneyChange
    average_value: MoneyChange
    transactions: CountChange
    settled: CountChange
    failed: CountChange
    expired: CountChange
    success_rate: RateChange


class Money(Record, frozen=True):
    """From gross to net: less refunds, less fees, and the fees returned with refunds."""

    gross: MoneyChange
    refunds: MoneyChange
    fees: MoneyChange
    fees_returned: MoneyChange
    net: MoneyChange


class Overview(Record, frozen=True):
    """What the merchant is left with."""

    revenue: Money


class Figures(Record, frozen=True):
    """One bucket."""

    revenue: Amount
    transaction_count: int
    settled_count: int
    failed_count: int
    expired_count: int
    success_rate: float | None
    average_value: Amount | None


class Day(Record, frozen=True):
    """A local day beside the same one of the period before, which may have no such day."""

    start: datetime
    end: datetime
    current: Figures | None
    previous: Figures | None


class Trends(Record, frozen=True):
    """The window day by day."""

    window: Window
    previous_window: Window
    total: Total
    series: list[Day]


class SuccessTotal(Record, frozen=True):
    """Rates of the whole window."""

    success_rate: float | None
    first_try_rate: float | None


class Success(Record, frozen=True):
    """Success."""

    total: SuccessTotal


class Report(Record, frozen=True):
    """All of it."""

    kind: str
    period: str
    timezone: str
    id: str
    name: str
    overview: Overview
    trends: Trends
    success_rate: Success
    resources: Resources
    payment_methods: Methods
    failures: Failures
    peak_times: PeakTimes
    latency: Latency
    webhooks: Webhooks
    customers: Customers
    geography: Geography


def read(data: bytes) -> Report:
    """Read a report's stored data."""
    return msgspec.json.decode(data, type=Report, strict=False)

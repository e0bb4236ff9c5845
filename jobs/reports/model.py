"""What a report's data say, typed: amounts in zatoshi, rates in percent, times in milliseconds.

The names are those of the GraphQL schema, from which the data come.
"""

from datetime import datetime

import msgspec


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """A part of the data."""


class Amount(Record, frozen=True):
    """Zatoshi; the data hold them as digits."""

    zatoshi: int


class Window(Record, frozen=True):
    """Half-open."""

    start: datetime
    end: datetime


class Change(Record, frozen=True):
    """A figure beside the period before; `change_percent` is null where it has no meaning, as `reason` says."""

    change_percent: float | None
    direction: str | None
    reason: str | None


class MoneyChange(Change, frozen=True):
    """Of money."""

    current: Amount | None
    previous: Amount | None
    change: Amount | None


class CountChange(Change, frozen=True):
    """Of a number of things."""

    current: int
    previous: int
    change: int


class RateChange(Change, frozen=True):
    """Of a percentage; `change` is in percentage points."""

    current: float | None
    previous: float | None
    change: float | None


class Total(Record, frozen=True):
    """The whole window."""

    revenue: MoneyChange
    average_value: MoneyChange
    transactions: CountChange
    settled: CountChange
    failed: CountChange
    expired: CountChange
    success_rate: RateChange


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


class Resource(Record, frozen=True):
    """What was paid for; None where payments named nothing."""

    resource: str | None
    access_count: int
    challenged_count: int
    paid_count: int
    conversion_rate: float | None
    settled_count: int
    revenue: Amount


class Resources(Record, frozen=True):
    """The best of them by revenue."""

    resource_count: int
    resources: list[Resource]


class Method(Record, frozen=True):
    """One method of payment."""

    method: str | None
    settled_count: int
    failed_count: int
    expired_count: int
    transaction_count: int
    success_rate: float | None
    share: float
    revenue: Amount


class Methods(Record, frozen=True):
    """All methods."""

    methods: list[Method]


class Reason(Record, frozen=True):
    """One failure code."""

    code: str
    failed_count: int
    share: float


class Failures(Record, frozen=True):
    """Failed attempts."""

    failed_count: int
    failure_rate: float | None
    reasons: list[Reason]


class Hour(Record, frozen=True):
    """An hour of the local clock on a weekday, 1 for Monday."""

    weekday: int
    hour: int
    transaction_count: int


class PeakTimes(Record, frozen=True):
    """When it is busy."""

    by_weekday_and_hour: list[Hour]


class Durations(Record, frozen=True):
    """How long something took."""

    count: int
    coverage: float | None
    average_ms: float | None
    median_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class Step(Record, frozen=True):
    """One step of a payment."""

    step: str
    since_created: Durations
    since_step_before: Durations


class Latency(Record, frozen=True):
    """By step."""

    steps: list[Step]


class WebhookFigures(Record, frozen=True):
    """Attempts to deliver."""

    attempt_count: int
    delivered_count: int
    failed_count: int
    pending_count: int
    success_rate: float | None
    first_try_rate: float | None
    delivery_time: Durations


class Endpoint(Record, frozen=True):
    """One endpoint."""

    name: str
    figures: WebhookFigures


class Webhooks(Record, frozen=True):
    """Webhooks."""

    total: WebhookFigures
    by_endpoint: list[Endpoint]


class Customers(Record, frozen=True):
    """Who paid; the shielded stay unknown."""

    unique_payers: int
    identified_payments: int
    anonymous_payments: int
    payer_coverage: float | None
    payments_per_payer: float | None


class Country(Record, frozen=True):
    """One country; None where nobody said."""

    country: str | None
    settled_count: int
    failed_count: int
    revenue_share: float
    revenue: Amount


class Geography(Record, frozen=True):
    """By country."""

    countries: list[Country]


class Report(Record, frozen=True):
    """All of it."""

    kind: str
    period: str
    timezone: str
    id: str
    name: str
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

"""What a report tells beside its totals: by resource, method, failure, hour, step, endpoint, payer and country."""

from jobs.reports.figures import Amount, Record


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


class Retries(Record, frozen=True):
    """Payments of the window that were tried again, by their state now."""

    retried_count: int
    successful_count: int
    failed_count: int
    open_count: int
    recovered_count: int
    recovery_rate: float | None
    recovered_revenue: Amount


class Failures(Record, frozen=True):
    """Failed attempts."""

    failed_count: int
    failure_rate: float | None
    reasons: list[Reason]
    retries: Retries


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


class DeadEndpoint(Record, frozen=True):
    """Nothing reached it at the window's end."""

    endpoint: str


class Webhooks(Record, frozen=True):
    """Webhooks."""

    total: WebhookFigures
    dead_endpoints: list[DeadEndpoint]
    by_endpoint: list[Endpoint]


class Customers(Record, frozen=True):
    """Who paid; the shielded stay unknown."""

    unique_payers: int
    new_payers: int | None
    returning_payers: int | None
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

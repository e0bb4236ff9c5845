"""Row shapes of questions about any ranges: each row belongs to a slot; amounts are zatoshi."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FailureCount:
    """Failed attempts for one reason."""

    slot: int
    failure_code: str
    failed_count: int


@dataclass(frozen=True, slots=True)
class MethodTotals:
    """Decided attempts by one method; ``unknown`` where no event told one."""

    slot: int
    method: str
    settled_count: int
    failed_count: int
    expired_count: int
    revenue_zat: int


@dataclass(frozen=True, slots=True)
class CountryTotals:
    """Settled and failed attempts from one country; ``ZZ`` where none was told."""

    slot: int
    country: str
    settled_count: int
    failed_count: int
    revenue_zat: int


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decided attempts, and those of them that were first ones."""

    slot: int
    settled_count: int
    failed_count: int
    expired_count: int
    first_try_decided_count: int
    first_try_settled_count: int


@dataclass(frozen=True, slots=True)
class ResourceTotals:
    """Accesses and sales of one resource; ``resource_count`` is how many the slot has, however many are told."""

    slot: int
    resource: str
    challenged_count: int
    paid_count: int
    settled_count: int
    revenue_zat: int
    resource_count: int


@dataclass(frozen=True, slots=True)
class StepSketch:
    """How long one step took: how many events fell into each bin, and the exact sum in milliseconds."""

    slot: int
    step: str
    bins: list[int]
    counts: list[int]
    sum_ms: int


@dataclass(frozen=True, slots=True)
class WebhookTotals:
    """Attempts to deliver one type of event to one endpoint."""

    slot: int
    event_type: str
    endpoint: str
    delivered_count: int
    failed_count: int
    pending_count: int
    first_try_count: int
    first_try_delivered_count: int


@dataclass(frozen=True, slots=True)
class WebhookSketch:
    """How long delivered attempts took: how many fell into each bin, and the exact sum in milliseconds."""

    slot: int
    event_type: str
    endpoint: str
    bins: list[int]
    counts: list[int]
    sum_ms: int


@dataclass(frozen=True, slots=True)
class EndpointTotals:
    """Calls to one endpoint, and how long they took: how many fell into each bin, and the exact sum."""

    slot: int
    endpoint: str
    request_count: int
    error_count: int
    server_error_count: int
    bins: list[int]
    counts: list[int]
    sum_ms: int


@dataclass(frozen=True, slots=True)
class MetricCells:
    """Measures of one key and value of its dimension (None: the rest), as JSON: arrays over places, side by side.

    The row of key -1 has nothing but ``as_of``, up to when all of the statement's rows are complete.
    """

    key: int
    value: str | None
    cells: str
    newest_event_at: datetime | None
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class CohortTotals:
    """Payments first decided in a slot: None ``stopped_by`` settled at once, '' expired, else a failure code.

    ``kept_from``: raw events before it are gone, which one of them needed; the counts are wrong.
    """

    slot: int
    stopped_by: str | None
    payment_count: int
    settled_count: int
    failed_count: int
    retried_count: int
    retry_count: int
    retried_settled_count: int
    retried_failed_count: int
    revenue_zat: int
    kept_from: datetime | None


@dataclass(frozen=True, slots=True)
class NewPayers:
    """Payers of one slot who never settled a payment before it."""

    slot: int
    new_payer_count: int


@dataclass(frozen=True, slots=True)
class TopPayer:
    """A payer of one slot, its latest payment in the slot and its first one ever."""

    slot: int
    payer: str
    settled_count: int
    revenue_zat: int
    last_settled_at: datetime
    first_settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryTotals:
    """Deliveries first attempted in a slot, by how their last attempt went; ``kept_from`` as of `CohortTotals`."""

    slot: int
    event_type: str
    endpoint: str
    delivered_count: int
    failed_count: int
    pending_count: int
    kept_from: datetime | None


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """Attempts of one slot to one endpoint that came to an end."""

    slot: int
    endpoint: str
    delivered_count: int
    failed_count: int
    last_delivered_at: datetime | None
    last_failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ResourceDecisions:
    """Decided attempts for one resource, '' where none was told; or, under None, for ``resource_count`` others."""

    slot: int
    resource: str | None
    resource_count: int
    settled_count: int
    failed_count: int
    expired_count: int
    revenue_zat: int


@dataclass(frozen=True, slots=True)
class TopMerchant:
    """A merchant of a slot; ``active_count`` is how many the slot has, however many are told."""

    slot: int
    merchant_id: str
    name: str | None
    settled_count: int
    failed_count: int
    expired_count: int
    revenue_zat: int
    active_count: int


@dataclass(frozen=True, slots=True)
class TopResource:
    """A resource of some merchant in a slot."""

    slot: int
    merchant_id: str
    resource: str
    settled_count: int
    revenue_zat: int

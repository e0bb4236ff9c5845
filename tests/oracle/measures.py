"""What each aggregate measures: a class per family, each measure one expression over a row's events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.oracle.events import Event
from tests.oracle.ranks import Spread


def count(events: Sequence[Event], *types: str) -> int:
    """How many payment events are of these types."""
    return sum(event.type in types for event in events)


def total(events: Sequence[Event], measure: str, kind: str) -> int:
    """The exact sum of `amount` or `fee`, absent as 0, over payment events of one type."""
    return sum(getattr(event, measure) or 0 for event in events if event.type == kind)


@dataclass(frozen=True, slots=True)
class Revenue:
    """Counts by step, money, the newest event of any step; smallest and largest are of settled amounts."""

    created_count: int
    verifying_count: int
    verified_count: int
    settled_count: int
    failed_count: int
    expired_count: int
    retried_count: int
    refunded_count: int
    revenue_zat: int
    fee_zat: int
    refund_zat: int
    fee_returned_zat: int
    amount_min_zat: int | None
    amount_max_zat: int | None
    newest_event_at: datetime


def revenue(events: Sequence[Event]) -> Revenue:
    """Over all payment events of a merchant."""
    amounts = [event.amount or 0 for event in events if event.type == "settled"]
    return Revenue(
        created_count=count(events, "created"),
        verifying_count=count(events, "verifying"),
        verified_count=count(events, "verified"),
        settled_count=count(events, "settled"),
        failed_count=count(events, "failed"),
        expired_count=count(events, "expired"),
        retried_count=count(events, "retried"),
        refunded_count=count(events, "refunded"),
        revenue_zat=total(events, "amount", "settled"),
        fee_zat=total(events, "fee", "settled"),
        refund_zat=total(events, "amount", "refunded"),
        fee_returned_zat=total(events, "fee", "refunded"),
        amount_min_zat=min(amounts, default=None),
        amount_max_zat=max(amounts, default=None),
        newest_event_at=max(event.occurred_at for event in events),
    )


@dataclass(frozen=True, slots=True)
class SuccessRate:
    """Decisions, and those of them made at the first attempt."""

    settled_count: int
    failed_count: int
    expired_count: int
    first_try_decided_count: int
    first_try_settled_count: int


def success_rate(events: Sequence[Event]) -> SuccessRate:
    """Over the decided attempts of a merchant."""
    first_try = [event for event in events if event.attempt == 1]
    return SuccessRate(
        settled_count=count(events, "settled"),
        failed_count=count(events, "failed"),
        expired_count=count(events, "expired"),
        first_try_decided_count=count(first_try, "settled", "failed", "expired"),
        first_try_settled_count=count(first_try, "settled"),
    )


@dataclass(frozen=True, slots=True)
class Resource:
    """Accesses come from the stream of accesses alone, settlements and revenue from settled events alone."""

    challenged_count: int
    paid_count: int
    settled_count: int
    revenue_zat: int


def resource(events: Sequence[Event]) -> Resource:
    """Over accesses and settled events that name one resource."""
    return Resource(
        challenged_count=sum(event.outcome == "challenged" for event in events),
        paid_count=sum(event.outcome == "paid" for event in events),
        settled_count=count(events, "settled"),
        revenue_zat=total(events, "amount", "settled"),
    )


@dataclass(frozen=True, slots=True)
class Settlements:
    """What payment methods and countries are measured by; a country's rows do not tell `expired_count`."""

    settled_count: int
    failed_count: int
    expired_count: int
    revenue_zat: int


def settlements(events: Sequence[Event]) -> Settlements:
    """Over decided attempts."""
    return Settlements(
        settled_count=count(events, "settled"),
        failed_count=count(events, "failed"),
        expired_count=count(events, "expired"),
        revenue_zat=total(events, "amount", "settled"),
    )


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed attempts."""

    failed_count: int


def failures(events: Sequence[Event]) -> Failures:
    """Over failed events of one code and attempt."""
    return Failures(failed_count=count(events, "failed"))


@dataclass(frozen=True, slots=True)
class Payer:
    """What one identified payer settled."""

    settled_count: int
    revenue_zat: int
    first_settled_at: datetime


def payer(events: Sequence[Event]) -> Payer:
    """Over settled events of one payer."""
    return Payer(
        settled_count=count(events, "settled"),
        revenue_zat=total(events, "amount", "settled"),
        first_settled_at=min(event.occurred_at for event in events),
    )


@dataclass(frozen=True, slots=True)
class Latency:
    """Latencies of one step: since the payment was created, since the step before; of `event_count`."""

    event_count: int
    latency: Spread
    step_latency: Spread


def latency(events: Sequence[Event]) -> Latency:
    """Over payment events of one type; `created` is where the clock starts and has none."""
    return Latency(
        event_count=len(events),
        latency=Spread.of(event.latency_ms for event in events),
        step_latency=Spread.of(event.step_latency_ms for event in events),
    )


@dataclass(frozen=True, slots=True)
class Webhook:
    """Attempts by outcome; first tries are at attempt 1 and came to an end; latency is of delivered ones."""

    attempt_count: int
    delivered_count: int
    failed_count: int
    pending_count: int
    first_try_count: int
    first_try_delivered_count: int
    latency: Spread


def webhook(events: Sequence[Event]) -> Webhook:
    """Over delivery attempts of one event type at one endpoint."""
    first_try = [event for event in events if event.attempt == 1 and event.outcome != "pending"]
    return Webhook(
        attempt_count=len(events),
        delivered_count=sum(event.outcome == "delivered" for event in events),
        failed_count=sum(event.outcome == "failed" for event in events),
        pending_count=sum(event.outcome == "pending" for event in events),
        first_try_count=len(first_try),
        first_try_delivered_count=sum(event.outcome == "delivered" for event in first_try),
        latency=Spread.of(event.latency_ms for event in events if event.outcome == "delivered"),
    )


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Attempts that came to an end, and when one last did either way."""

    delivered_count: int
    failed_count: int
    last_delivered_at: datetime | None
    last_failed_at: datetime | None


def endpoint(events: Sequence[Event]) -> Endpoint:
    """Over attempts of one endpoint that were delivered or failed."""
    delivered = [event.occurred_at for event in events if event.outcome == "delivered"]
    failed = [event.occurred_at for event in events if event.outcome == "failed"]
    return Endpoint(len(delivered), len(failed), max(delivered, default=None), max(failed, default=None))


@dataclass(frozen=True, slots=True)
class Api:
    """Calls to the facilitator's API: an error is a status of 400 or more, a server error of 500 or more."""

    request_count: int
    error_count: int
    server_error_count: int
    latency: Spread


def api(events: Sequence[Event]) -> Api:
    """Over requests to one endpoint; a request of no merchant is under merchant ''."""
    return Api(
        request_count=len(events),
        error_count=sum((event.status or 0) >= 400 for event in events),
        server_error_count=sum((event.status or 0) >= 500 for event in events),
        latency=Spread.of(event.latency_ms for event in events),
    )

"""Every metric of the catalogue over a set of events, each in one expression of plain Python."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

from tests.oracle.cohorts import Member, cohort, deliveries, first_payments
from tests.oracle.events import Event
from tests.oracle.measures import count, total
from tests.oracle.ranks import Spread
from tests.oracle.totals import percentage
from tests.oracle.windows import Window
from tests.oracle.zones import wall

Value = int | Fraction | Spread | None
Events = Sequence[Event]

DECISIONS = ("settled", "failed", "expired")
WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def of(stream: str, events: Events, **has: object) -> list[Event]:
    """Events of a stream with these attributes."""
    return [e for e in events if e.stream == stream and all(getattr(e, name) == value for name, value in has.items())]


def payments(events: Events, *types: str) -> list[Event]:
    """Payment events of these types, of any but `created` without one."""
    return [e for e in of("payment_events", events) if (e.type in types if types else e.type != "created")]


def webhooks(events: Events, *outcomes: str) -> int:
    """Webhook attempts of these outcomes."""
    return sum(e.outcome in outcomes for e in of("webhook_deliveries", events))


def calls(events: Events, least: int = 0) -> int:
    """Calls with at least this status."""
    return sum((e.status or 0) >= least for e in of("api_requests", events))


def per(part: int, whole: int) -> Fraction | None:
    """An exact ratio; None of nothing."""
    return Fraction(part, whole) if whole else None


def payers(events: Events) -> list[str]:
    """The identified payers of payments settled, one for each payment."""
    return [e.payer for e in payments(events, "settled") if e.payer is not None]


def first_tries(events: Events, *types: str) -> int:
    """Decided attempts that were first ones."""
    return sum(e.attempt == 1 for e in payments(events, *types))


def first_webhooks(events: Events, *outcomes: str) -> int:
    """First webhook attempts of these outcomes."""
    return sum(e.attempt == 1 and e.outcome in outcomes for e in of("webhook_deliveries", events))


def identified_zat(events: Events) -> int:
    """Revenue of payments whose payer is known."""
    return sum(e.amount or 0 for e in payments(events, "settled") if e.payer is not None)


def net(events: Events) -> int:
    """Gross less refunds less the fees that were kept."""
    kept = total(events, "fee", "settled") - total(events, "fee", "refunded")
    return total(events, "amount", "settled") - total(events, "amount", "refunded") - kept


def times(prefix: str, taken: Callable[[Events], list[int | None]]) -> dict[str, Callable[[Events], Value]]:
    """The five metrics of a duration; a percentile is given by all that it is one of."""

    def spread(events: Events) -> Spread:
        return Spread.of(taken(events))

    return {
        f"{prefix}_AVERAGE": lambda events: spread(events).average_ms,
        **{f"{prefix}_P{rank}": spread for rank in (50, 95, 99)},
        f"{prefix}_COVERAGE": lambda events: percentage(spread(events).count, len(taken(events))),
    }


METRICS: Mapping[str, Callable[[Events], Value]] = {
    "REVENUE": lambda e: total(e, "amount", "settled"),
    "FEES": lambda e: total(e, "fee", "settled"),
    "REFUNDS": lambda e: total(e, "amount", "refunded"),
    "FEES_RETURNED": lambda e: total(e, "fee", "refunded"),
    "NET_REVENUE": net,
    "AVERAGE_VALUE": lambda e: per(total(e, "amount", "settled"), count(e, "settled")),
    "SMALLEST_PAYMENT": lambda e: min((each.amount or 0 for each in payments(e, "settled")), default=None),
    "LARGEST_PAYMENT": lambda e: max((each.amount or 0 for each in payments(e, "settled")), default=None),
    "TRANSACTIONS": lambda e: count(e, *DECISIONS),
    "CREATED": lambda e: count(e, "created"),
    "VERIFYING": lambda e: count(e, "verifying"),
    "VERIFIED": lambda e: count(e, "verified"),
    "SETTLED": lambda e: count(e, "settled"),
    "FAILED": lambda e: count(e, "failed"),
    "EXPIRED": lambda e: count(e, "expired"),
    "RETRIED": lambda e: count(e, "retried"),
    "REFUNDED": lambda e: count(e, "refunded"),
    "SUCCESS_RATE": lambda e: percentage(count(e, "settled"), count(e, *DECISIONS)),
    "FAILURE_RATE": lambda e: percentage(count(e, "failed", "expired"), count(e, *DECISIONS)),
    "FIRST_TRIES": lambda e: first_tries(e, *DECISIONS),
    "FIRST_TRY_RATE": lambda e: percentage(first_tries(e, "settled"), first_tries(e, *DECISIONS)),
    "UNIQUE_PAYERS": lambda e: len(set(payers(e))),
    "IDENTIFIED_PAYMENTS": lambda e: len(payers(e)),
    "ANONYMOUS_PAYMENTS": lambda e: sum(each.payer is None for each in payments(e, "settled")),
    "PAYER_COVERAGE": lambda e: percentage(len(payers(e)), count(e, "settled")),
    "PAYMENTS_PER_PAYER": lambda e: per(len(payers(e)), len(set(payers(e)))),
    "REVENUE_PER_PAYER": lambda e: per(identified_zat(e), len(set(payers(e)))),
    "ACCESSES": lambda e: len(of("resource_accesses", e)),
    "CHALLENGES": lambda e: len(of("resource_accesses", e, outcome="challenged")),
    "PAID_ACCESSES": lambda e: len(of("resource_accesses", e, outcome="paid")),
    "CONVERSION_RATE": lambda e: percentage(
        len(of("resource_accesses", e, outcome="paid")), len(of("resource_accesses", e, outcome="challenged"))
    ),
    "WEBHOOK_ATTEMPTS": lambda e: len(of("webhook_deliveries", e)),
    "WEBHOOK_DELIVERED": lambda e: webhooks(e, "delivered"),
    "WEBHOOK_FAILED": lambda e: webhooks(e, "failed"),
    "WEBHOOK_PENDING": lambda e: webhooks(e, "pending"),
    "WEBHOOK_SUCCESS_RATE": lambda e: percentage(webhooks(e, "delivered"), webhooks(e, "delivered", "failed")),
    "WEBHOOK_FIRST_TRY_RATE": lambda e: percentage(
        first_webhooks(e, "delivered"), first_webhooks(e, "delivered", "failed")
    ),
    "API_REQUESTS": calls,
    "API_ERRORS": lambda e: calls(e, 400),
    "API_SERVER_ERRORS": lambda e: calls(e, 500),
    "API_ERROR_RATE": lambda e: percentage(calls(e, 400), calls(e)),
    **times("PAYMENT_LATENCY", lambda e: [each.latency_ms for each in payments(e, "settled")]),
    **times("LATENCY", lambda e: [each.latency_ms for each in payments(e)]),
    **times("STEP_LATENCY", lambda e: [each.step_latency_ms for each in payments(e)]),
    **times(
        "WEBHOOK_LATENCY", lambda e: [each.latency_ms for each in of("webhook_deliveries", e, outcome="delivered")]
    ),
    **times("API_LATENCY", lambda e: [each.latency_ms for each in of("api_requests", e)]),
}


@dataclass(frozen=True, slots=True)
class Wholes:
    """What wholes are judged by: all events of a merchant, the instant, and which time and value they belong to."""

    own: Events
    at: datetime
    holds: Callable[[datetime], bool]
    belongs: Callable[[str, str | None], bool] = lambda _dimension, _value: True

    def cohort(self) -> list[Member]:
        """The payments first decided here."""
        window = Window(datetime.min.replace(tzinfo=UTC), self.at)
        found = cohort(self.own, window, self.at)
        return [each for each in found if each.payment.first_decided_at and self.holds(each.payment.first_decided_at)]

    def stopped(self) -> list[Member]:
        """Those of them that failed or expired before they settled, if ever."""
        return [
            m for m in self.cohort() if m.stopped_by is not None and self.belongs("FAILURE_CODE", m.stopped_by or None)
        ]

    def recovered(self) -> list[Member]:
        """Those of these that settled after all."""
        return [member for member in self.stopped() if member.settled]

    def deliveries(self, *states: str) -> int:
        """Deliveries first attempted here, in one of these states."""
        return sum(
            each.state in states and self.holds(each.first_attempt_at)
            for each in deliveries(self.own, self.at).values()
            if self.belongs("EVENT_TYPE", each.event_type) and self.belongs("ENDPOINT", each.endpoint)
        )

    def payers(self) -> set[str]:
        """The payers of payments settled here."""
        return set(
            payers([event for event in self.own if event.occurred_at < self.at and self.holds(event.occurred_at)])
        )

    def new_payers(self) -> int:
        """Payers whose first payment ever lies here."""
        return sum(first < self.at and self.holds(first) for first in first_payments(self.own).values())


def retried(members: Sequence[Member]) -> list[Member]:
    """Those with a second attempt."""
    return [member for member in members if member.retries]


WHOLES: Mapping[str, Callable[[Wholes], Value]] = {
    "PAYMENTS": lambda w: len(w.cohort()),
    "PAYMENT_SUCCESS_RATE": lambda w: percentage(sum(m.settled for m in w.cohort()), len(w.cohort())),
    "RETRIED_PAYMENTS": lambda w: len(retried(w.cohort())),
    "AVERAGE_RETRIES": lambda w: per(sum(m.retries for m in w.cohort()), len(retried(w.cohort()))),
    "STOPPED_PAYMENTS": lambda w: len(w.stopped()),
    "RECOVERED_PAYMENTS": lambda w: len(w.recovered()),
    "RECOVERY_RATE": lambda w: percentage(len(w.recovered()), len(w.stopped())),
    "RECOVERED_REVENUE": lambda w: sum(m.payment.settled_zat for m in w.recovered()),
    "NEW_PAYERS": lambda w: w.new_payers(),
    "RETURNING_PAYERS": lambda w: len(w.payers()) - w.new_payers(),
    "DELIVERIES": lambda w: w.deliveries("delivered", "failed", "pending"),
    "DELIVERY_SUCCESS_RATE": lambda w: percentage(w.deliveries("delivered"), w.deliveries("delivered", "failed")),
}


def value_of(dimension: str, event: Event, zone: str) -> str | None:
    """The value of a dimension, as clients are told it; None where the event tells none."""
    match dimension:
        case "METHOD":
            return event.method and event.method.upper()
        case "STEP":
            return event.type and event.type.upper()
        case "FAILURE_CODE":
            return event.failure_code or "OTHER"
        case "ATTEMPT":
            return str(event.attempt)
        case "HOUR_OF_DAY":
            return str(wall(event.occurred_at, zone).hour)
        case "WEEKDAY":
            return WEEKDAYS[wall(event.occurred_at, zone).weekday()]
    found: str | None = getattr(event, dimension.lower())
    return found

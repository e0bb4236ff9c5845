"""Wire events, and which of them count: repeated, conflicting and taken-back ones do not."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

CORRECTION = "corrected"
FAILURE_CODES = frozenset(
    {
        "INSUFFICIENT_CONFIRMATIONS", "INSUFFICIENT_AMOUNT", "INVALID_PROOF", "INVALID_SIGNATURE",
        "DOUBLE_SPEND", "MEMO_MISMATCH", "PAYER_CANCELLED", "CHALLENGE_EXPIRED", "NETWORK_ERROR",
        "NODE_UNAVAILABLE", "TIMEOUT", "RATE_LIMITED", "INTERNAL_ERROR", "OTHER",
    }
)  # fmt: skip
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Wire = Mapping[str, object]


class Outcome(StrEnum):
    """What ingest answers about one line that is well formed."""

    ACCEPTED = "ACCEPTED"
    DUPLICATE = "DUPLICATE"
    EVENT_CONFLICT = "EVENT_CONFLICT"


@dataclass(frozen=True, slots=True)
class Event:
    """One event of any stream, defaults filled in, None where it has nothing; the same content is equal."""

    stream: str
    merchant_id: str
    event_id: str
    occurred_at: datetime
    type: str | None = None
    payment_id: str | None = None
    amount: int | None = None
    fee: int | None = None
    payer: str | None = None
    method: str | None = None
    resource: str | None = None
    failure_code: str | None = None
    failure_reason: str | None = None
    attempt: int = 1
    latency_ms: int | None = None
    step_latency_ms: int | None = None
    country: str | None = None
    metadata: str | None = None
    corrects: str | None = None
    outcome: str | None = None
    delivery_id: str | None = None
    event_type: str | None = None
    endpoint: str | None = None
    http_status: int | None = None
    status: int | None = None

    @property
    def order(self) -> tuple[datetime, str]:
        """Where it stands among the events of its payment: ids break ties by code point."""
        return self.occurred_at, self.event_id


INTEGERS = frozenset({"amount", "fee", "attempt", "latency_ms", "step_latency_ms", "http_status", "status"})
TEXTS = frozenset(field.name for field in fields(Event)) - INTEGERS - {"stream", "occurred_at", "metadata"}


def parse(wire: Wire) -> Event:
    """One valid wire event, normalised: null is absent, digits are numbers, times UTC, odd codes OTHER."""
    given = {name: value for name, value in wire.items() if value is not None}
    values: dict[str, object] = {name: str(given[name]) for name in TEXTS & given.keys()}
    values |= {name: int(str(given[name])) for name in INTEGERS & given.keys()}
    values["stream"] = given.get("stream", "payment_events")
    values.setdefault("merchant_id", "")
    values["occurred_at"] = _occurred_at(given)
    if "metadata" in given:
        values["metadata"] = json.dumps(given["metadata"], sort_keys=True)
    if values.get("type") == "failed" and values.get("failure_code") not in FAILURE_CODES:
        if "failure_code" in values:
            values.setdefault("failure_reason", values["failure_code"])
        values["failure_code"] = "OTHER"
    return Event(**values)  # type: ignore[arg-type]  # the two sets above give each field its type


def _occurred_at(given: Wire) -> datetime:
    if "occurred_at" in given:
        return datetime.fromisoformat(str(given["occurred_at"])).astimezone(UTC)
    return EPOCH + timedelta(milliseconds=UUID(str(given["event_id"])).int >> 80)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What ingest makes of lines in order of arrival: an outcome per line, what is kept, what counts."""

    outcomes: tuple[Outcome, ...]
    accepted: tuple[Event, ...]
    counted: tuple[Event, ...]

    def of(self, merchant_id: str) -> tuple[Event, ...]:
        """The events of one merchant that count."""
        return tuple(event for event in self.counted if event.merchant_id == merchant_id)


def ingest(lines: Iterable[Wire]) -> Ledger:
    """The first event under (merchant, id) wins; the same again is a duplicate, other content is refused.

    A correction takes the payment event that it names out of every number, whichever of the two came first
    and whatever their times; it counts nowhere itself, and taking back a correction does nothing.
    """
    known: dict[tuple[str, str], Event] = {}
    outcomes: list[Outcome] = []
    for event in map(parse, lines):
        first = known.setdefault((event.merchant_id, event.event_id), event)
        if first is event:
            outcomes.append(Outcome.ACCEPTED)
        else:
            outcomes.append(Outcome.DUPLICATE if first == event else Outcome.EVENT_CONFLICT)
    void = {(event.merchant_id, event.corrects) for event in known.values() if event.type == CORRECTION}
    return Ledger(tuple(outcomes), tuple(known.values()), tuple(e for e in known.values() if _counts(e, void)))


def _counts(event: Event, void: set[tuple[str, str | None]]) -> bool:
    if event.stream != "payment_events":
        return True
    return event.type != CORRECTION and (event.merchant_id, event.event_id) not in void

"""What becomes of each event of a batch: told in the order sent, and counted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from gateway.ingest.batch import Batch, digest
from gateway.ingest.codes import Code, Outcome, Refusal, Verdict
from gateway.ingest.events import Event
from gateway.ingest.store import Stored, conflict
from gateway.telemetry import EVENTS


def in_order(events: Sequence[Event], places: Sequence[int], batch: Batch, stored: Stored) -> Iterator[Outcome]:
    """Give each event its outcome; one whose key came earlier in the batch is judged by what is stored now."""
    seen = 0
    for event, number in zip(events, places, strict=True):
        if number == seen:
            seen += 1
            yield stored.outcomes[number]
        else:
            yield _repeated(event, number, batch, stored)


def _repeated(event: Event, number: int, batch: Batch, stored: Stored) -> Outcome:
    """Judge an event whose key came earlier in the batch by what the store has under it now."""
    first = stored.outcomes[number]
    if isinstance(first, Refusal) and first.code is not Code.EVENT_CONFLICT:
        return first
    known = stored.known_digests.get(number, batch.digests[number])
    return Verdict.DUPLICATE if known is None or known == digest(event) else conflict(event)


def unknown_merchant(event: Event) -> Refusal:
    """Nobody has the id."""
    return Refusal(Code.UNKNOWN_MERCHANT, "no merchant has this id; create it first", "merchant_id", event.event_id)


def before(event: Event, kept_from: datetime) -> bool:
    """Whether the event lies before the border up to which raw events are gone."""
    return event.occurred_at is not None and event.occurred_at < kept_from


def too_old(event: Event, kept_from: datetime) -> Refusal:
    """What events of its time added up to is all that is kept of them, and can no longer change."""
    reason = f"raw events before {kept_from:%Y-%m-%dT%H:%M:%SZ} are gone, and none can be added to them"
    return Refusal(Code.TOO_OLD, reason, "occurred_at", event.event_id)


def count(events: Sequence[Event], outcomes: Sequence[Outcome]) -> None:
    """Add to the metrics."""
    told = Counter(
        (type(event), "rejected" if isinstance(outcome, Refusal) else outcome.value)
        for event, outcome in zip(events, outcomes, strict=True)
    )
    for (kind, outcome), number in told.items():
        EVENTS.labels(stream=str(kind.__struct_config__.tag), outcome=outcome).inc(number)

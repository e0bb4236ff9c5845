"""Events that are written together: each key once, with the digest of its content."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from msgspec.structs import astuple

from gateway.ingest.check import CANONICAL
from gateway.ingest.events import STREAMS, Event, PaymentEvent, stream_of

# Taking back an event that the rollups have may mean to recompute a month of its merchant.
MAX_CORRECTIONS: Final = 16

Key = tuple[str, str]  # merchant_id, event_id

KEY_COLUMNS: Final = ("merchant_id", "event_id", "stream", "occurred_at", "digest", "voided", "number")
COLUMNS: Final[dict[type[Event], tuple[str, ...]]] = {
    kind: (*kind.__struct_fields__, "voided") if kind is PaymentEvent else kind.__struct_fields__
    for kind in STREAMS.values()
}


def digest(event: Event) -> bytes:
    """128 bits that tell one content from another, over canonical JSON: what a retry must send again."""
    return blake2b(CANONICAL.encode(event), digest_size=16).digest()


@dataclass(slots=True)
class Batch:
    """Distinct events by number, and behind them the keys of events that corrections among them name."""

    events: list[Event] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    numbers: dict[Key, int] = field(default_factory=dict)
    targets: dict[Key, int] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Sequence[Event]) -> "tuple[Batch, list[int]]":
        """Return the batch, and the number in it of each event; a repeated key has the number of its first."""
        batch = cls()
        places = [batch._add(event) for event in events]
        for event in batch.events:
            if type(event) is PaymentEvent and event.corrects is not None:
                key = (str(event.merchant_id), event.corrects)
                if key not in batch.numbers:
                    batch.targets.setdefault(key, len(batch.events) + len(batch.targets))
        return batch, places

    def _add(self, event: Event) -> int:
        number = self.numbers.setdefault((str(event.merchant_id), event.event_id), len(self.events))
        if number == len(self.events):
            self.events.append(event)
            self.digests.append(digest(event))
        return number

    def key_rows(self) -> list[tuple[object, ...]]:
        """Rows of KEY_COLUMNS; a key that is only named by a correction holds the place of a voided event."""
        rows: list[tuple[object, ...]] = [
            (event.merchant_id, event.event_id, stream_of(event), event.occurred_at, found, False, number)
            for number, (event, found) in enumerate(zip(self.events, self.digests, strict=True))
        ]
        rows += [(*key, None, None, None, True, number) for key, number in self.targets.items()]
        return rows


def row_of(event: Event, voided: bool) -> tuple[object, ...]:
    """The event as a row of its stream's COLUMNS."""
    row = astuple(event)
    if type(event) is not PaymentEvent:
        return row
    if event.metadata is not None:
        text = CANONICAL.encode(event.metadata).decode()
        row = tuple(text if value is event.metadata else value for value in row)
    return (*row, voided)


def portions(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """Cut a batch where it takes back more than one transaction has the time for."""
    start = corrections = 0
    for place, event in enumerate(events):
        if type(event) is PaymentEvent and event.corrects is not None:
            if corrections == MAX_CORRECTIONS:
                yield events[start:place]
                start, corrections = place, 0
            corrections += 1
    if start < len(events):
        yield events[start:]

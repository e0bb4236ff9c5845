"""What a batch of events changed, told once it is committed: whose streams, and when in time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from gateway.ingest.codes import Outcome, Refusal, Verdict
from gateway.ingest.events import Event, PaymentEvent, stream_of

Span = tuple[datetime, datetime]  # first and last instant that changed, both included

# No streams of events: when payments were first decided, and deliveries first attempted, whose state changed. Answers
# about wholes are kept by it. And what a merchant's profile says, which has no time.
DECIDED: Final = "first_decided"
ATTEMPTED: Final = "first_attempted"
PROFILE: Final = "profile"
ALWAYS: Final[Span] = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
# Times that lie closer are one span; of more spans than these, neighbours are told as one.
NEAR: Final = timedelta(hours=1)
MAX_SPANS: Final = 32


@dataclass(frozen=True, slots=True)
class Change:
    """What changed of one merchant: by stream, or what is told like one, disjoint spans in order of time."""

    merchant_id: str
    spans: Mapping[str, Sequence[Span]]


class Notify(Protocol):
    """Is told what changed, after the commit and before anyone is told of it. It neither fails nor takes long."""

    async def __call__(self, changes: Sequence[Change]) -> None: ...


async def tell_nobody(changes: Sequence[Change]) -> None:
    """For where nobody listens."""


class Touched:
    """Collects what a batch touched; `begun` once anything of it may have been written."""

    def __init__(self) -> None:
        self.begun = False
        self._spans: defaultdict[str, defaultdict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))

    def add(self, merchant_id: str, stream: str, span: Span) -> None:
        """Add a span of a stream, or of what is told like one."""
        self._spans[merchant_id][stream].append(span)

    def add_events(self, events: Iterable[Event]) -> None:
        """Add events that are in the store, whoever put them there: whoever did may have died before it told."""
        for event in events:
            assert event.occurred_at is not None
            self.add(str(event.merchant_id), stream_of(event), (event.occurred_at, event.occurred_at))

    def add_judged(self, events: Sequence[Event], outcomes: Sequence[Outcome]) -> None:
        """Add what was not refused. What a repeated correction took back is not looked up, so it may be anything."""
        self.add_events(event for event, outcome in zip(events, outcomes, strict=True) if type(outcome) is not Refusal)
        for event, outcome in zip(events, outcomes, strict=True):
            if outcome is Verdict.DUPLICATE and type(event) is PaymentEvent and event.corrects is not None:
                self.add(str(event.merchant_id), stream_of(event), ALWAYS)
                self.add(str(event.merchant_id), DECIDED, ALWAYS)

    def changes(self) -> list[Change]:
        """Return what was collected, one change a merchant."""
        return [
            Change(merchant_id, {stream: merged(spans) for stream, spans in streams.items()})
            for merchant_id, streams in self._spans.items()
        ]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return disjoint spans that cover the given ones, in order of time, MAX_SPANS at most."""
    near = NEAR
    found = _merged(sorted(spans), near)
    while len(found) > MAX_SPANS:
        near *= 4
        found = _merged(found, near)
    return found


def _merged(ordered: Iterable[Span], near: timedelta) -> list[Span]:
    found: list[Span] = []
    for lo, hi in ordered:
        if found and lo - found[-1][1] <= near:
            found[-1] = (found[-1][0], max(found[-1][1], hi))
        else:
            found.append((lo, hi))
    return found

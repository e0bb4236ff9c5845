"""Corrections: an event that takes back another, whichever of the two arrives first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from asyncpg import Record

from gateway.ingest.batch import Batch, Key
from gateway.ingest.changes import DECIDED, Span
from gateway.ingest.codes import Code, Outcome, Refusal, Verdict
from gateway.ingest.events import PaymentEvent
from gateway.ingest.statements import PAYMENTS
from sql import Q
from sql.database import Connection
from sql.engine import Engine
from sql.maintenance import void
from sql.maintenance.retention import HOLD_BORDER


@dataclass(frozen=True, slots=True)
class Target:
    """A stored payment event to be taken back."""

    merchant_id: str
    event_id: str
    occurred_at: datetime
    payment_id: str


@dataclass(slots=True)
class Takeback:
    """What a batch's corrections take back: stored events, and events of the batch itself (by number)."""

    stored: list[Target] = field(default_factory=list)
    within: set[int] = field(default_factory=set)
    refused: dict[int, Refusal] = field(default_factory=dict)
    useless_keys: set[int] = field(default_factory=set)  # taken for what is refused after all


def is_voidable(event: object) -> bool:
    """Only an event of a payment can be taken back, and not a correction."""
    return type(event) is PaymentEvent and event.type != "corrected"


async def judge(
    connection: Connection, batch: Batch, outcomes: Sequence[Outcome], known: Mapping[int, Record]
) -> Takeback:
    """Find what the accepted corrections of a batch name; refuse those that name what cannot be taken back.

    ``known`` has, by number, the keys of the batch that were taken before it.
    """
    # Of two transactions that take back at once, the second sees what the first took, and neither holds locks yet.
    await connection.execute("SELECT pg_advisory_xact_lock(hashtext('z402 corrections'))")
    await connection.execute(HOLD_BORDER)  # nor is an event dropped that was found to be there
    takeback = Takeback()
    corrections = {
        number: event
        for number, event in enumerate(batch.events)
        if type(event) is PaymentEvent and event.corrects is not None and outcomes[number] is Verdict.ACCEPTED
    }
    stored: dict[Key, list[int]] = {}
    held: set[int] = set()
    for number, event in corrections.items():
        key = (str(event.merchant_id), str(event.corrects))
        place = batch.numbers.get(key, batch.targets.get(key, -1))
        record = known.get(place)
        if record is not None and record["stream"] is not None:
            stored.setdefault(key, []).append(number)
        elif place >= len(batch.events):
            held.add(place)
        elif is_voidable(batch.events[place]):
            takeback.within.add(place)
        else:
            takeback.refused[number] = _refuse(event.event_id)
    await _judge_stored(connection, batch, stored, known, takeback)
    takeback.useless_keys = set(takeback.refused) | (set(batch.targets.values()) - held - set(known))
    return takeback


async def _judge_stored(
    connection: Connection,
    batch: Batch,
    stored: Mapping[Key, list[int]],
    known: Mapping[int, Record],
    takeback: Takeback,
) -> None:
    if not stored:
        return
    places = {key: batch.numbers.get(key, batch.targets.get(key, -1)) for key in stored}
    rows = await connection.fetch(
        Q.ingest_correction_targets.text,
        [merchant_id for merchant_id, _ in stored],
        [event_id for _, event_id in stored],
        [known[places[key]]["occurred_at"] for key in stored],
    )
    for row in rows:
        numbers = stored[row["merchant_id"], row["event_id"]]
        if row["kept_from"] is not None:
            refuse = _too_old
        elif row["type"] is None or row["type"] == "corrected":
            refuse = _refuse
        else:
            target = Target(row["merchant_id"], row["event_id"], row["occurred_at"], row["payment_id"])
            takeback.stored.append(target)
            continue
        takeback.refused |= {number: refuse(batch.events[number].event_id) for number in numbers}


def _refuse(event_id: str) -> Refusal:
    reason = "corrects must name an event of a payment that is not itself a correction"
    return Refusal(Code.INVALID_VALUE, reason, "corrects", event_id)


def _too_old(event_id: str) -> Refusal:
    # Its state could only be merged anew from what is left of its events, as if the others had never been.
    reason = "corrects names an event of a payment that began before the events that are kept"
    return Refusal(Code.TOO_OLD, reason, "corrects", event_id)


async def take_back(
    connection: Connection, engine: Engine, batch: Batch, takeback: Takeback
) -> list[tuple[str, str, Span]]:
    """Take the events out of keys, rows, aggregates and the state of their payments; repeating it does nothing.

    Return what that changed: merchant, stream (or DECIDED) and span.
    """
    named = {(t.merchant_id, t.event_id) for t in takeback.stored}
    named |= {(str(e.merchant_id), e.event_id) for e in (batch.events[number] for number in takeback.within)}
    if not named:
        return []
    merchant_ids, event_ids = zip(*sorted(named), strict=True)
    marked = await connection.fetch(Q.ingest_void_keys.text, merchant_ids, event_ids)
    fresh = {(row["merchant_id"], row["event_id"]) for row in marked}
    targets = [t for t in takeback.stored if (t.merchant_id, t.event_id) in fresh]
    if not targets:
        return []
    facts = [(t.merchant_id, t.event_id, t.occurred_at) for t in targets]
    firsts = await _first_payments(connection, facts)
    await connection.executemany(Q.ingest_void_event.text, facts)
    await void(connection, engine, facts)
    span = await merge_anew(connection, {(t.merchant_id, t.payment_id) for t in targets})
    if firsts:
        await connection.execute(Q.ingest_payer_firsts_anew.text, *zip(*firsts, strict=True))
    touched = [(t.merchant_id, PAYMENTS, (t.occurred_at, t.occurred_at)) for t in targets]
    return touched + [(merchant_id, DECIDED, span) for merchant_id in {t.merchant_id for t in targets} if span]


async def _first_payments(
    connection: Connection, facts: Sequence[tuple[str, str, datetime]]
) -> list[tuple[str, str, datetime]]:
    """Find whose first payment is taken back; where there is one, wait for writers and hold off others.

    A writer takes a payer that it knows for known: it must have been seen by us, or see what we make of it.
    """
    found = await connection.fetch(Q.ingest_first_payments.text, *zip(*facts, strict=True))
    if found:
        await connection.execute("LOCK TABLE payer_firsts IN SHARE ROW EXCLUSIVE MODE")
    return [(row["merchant_id"], row["payer"], row["occurred_at"]) for row in found]


async def merge_anew(connection: Connection, payments: set[Key]) -> Span | None:
    """Merge the state of payments from all their events that count, under a lock on each; return what these span."""
    merchant_ids, payment_ids = zip(*sorted(payments), strict=True)
    [span] = await connection.fetch(Q.ingest_unmerge_payments.text, merchant_ids, payment_ids)
    if span["lo"] is None:
        return None
    await connection.execute(Q.ingest_payment_history.text, merchant_ids, payment_ids, span["lo"], span["hi"])
    await connection.execute(Q.ingest_payments.text)
    return span["lo"], span["hi"]

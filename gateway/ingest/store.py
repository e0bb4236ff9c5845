"""One transaction's work: take the keys, tell the known ones apart, store rows, merge payments, take back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from asyncpg import Record

from gateway.ingest.batch import COLUMNS, KEY_COLUMNS, Batch, row_of
from gateway.ingest.changes import Span
from gateway.ingest.codes import Code, Outcome, Refusal, Verdict
from gateway.ingest.corrections import Takeback, is_voidable, judge, take_back
from gateway.ingest.events import Event, PaymentEvent
from gateway.ingest.statements import BEGINNINGS, merge, steps
from sql import Q
from sql.database import Connection
from sql.engine import Engine


class KeyVanished(Exception):
    """A key that was taken is there no more, since its writer rolled back or refused it: begin again."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An outcome for each event of the batch, and the digests that the store had under keys taken before.

    `touched` is what changed beside the events themselves: merchant, stream (or what is told like one) and span.
    """

    outcomes: list[Outcome]
    known_digests: dict[int, bytes | None]
    touched: list[tuple[str, str, Span]] = field(default_factory=list)


async def store(connection: Connection, engine: Engine, batch: Batch) -> Stored:
    """Write a batch inside the caller's transaction. Raises KeyVanished, and PostgreSQL's own errors."""
    await connection.copy_records_to_table("incoming_keys", records=batch.key_rows(), columns=KEY_COLUMNS)
    taken = [row["number"] for row in await connection.fetch(Q.ingest_keys.text)]
    known = await _known(connection, taken) if taken else {}
    outcomes: list[Outcome] = [Verdict.ACCEPTED] * len(batch.events)
    voided = await _tell_apart(connection, batch, known, outcomes)
    takeback = await judge(connection, batch, outcomes, known) if _has_corrections(batch) else Takeback()
    if takeback.useless_keys:
        await connection.execute(Q.ingest_drop_keys.text, sorted(takeback.useless_keys))
    for number, refusal in takeback.refused.items():
        outcomes[number] = refusal
    touched = await _store_rows(connection, engine, batch, outcomes, voided | takeback.within)
    touched += await take_back(connection, engine, batch, takeback)
    digests = {
        number: record["digest"]
        for number, record in known.items()
        if outcomes[number : number + 1] != [Verdict.ACCEPTED]
    }
    return Stored(outcomes, digests, touched)


def _has_corrections(batch: Batch) -> bool:
    return any(type(event) is PaymentEvent and event.corrects is not None for event in batch.events)


async def _known(connection: Connection, taken: Sequence[int]) -> Mapping[int, Record]:
    known = {row["number"]: row for row in await connection.fetch(Q.ingest_known_keys.text, taken)}
    if len(known) < len(taken):
        raise KeyVanished
    return known


async def _tell_apart(
    connection: Connection, batch: Batch, known: Mapping[int, Record], outcomes: list[Outcome]
) -> set[int]:
    """Set the outcomes of events whose key was taken; return the numbers of those taken back before they came."""
    claimed, voided = [], set()
    for number, record in known.items():
        if number >= len(batch.events):
            continue  # named by a correction, not sent
        event = batch.events[number]
        if record["stream"] is None:
            claimed.append(number)
            if is_voidable(event):
                voided.add(number)
        elif record["digest"] is None or record["digest"] == batch.digests[number]:
            outcomes[number] = Verdict.DUPLICATE
        else:
            outcomes[number] = conflict(event)
    if claimed:
        tag = await connection.execute(Q.ingest_claim_keys.text, claimed, sorted(voided))
        if tag != f"UPDATE {len(claimed)}":
            raise KeyVanished
    return voided


def conflict(event: Event) -> Refusal:
    """Another content is stored under this id."""
    return Refusal(
        Code.EVENT_CONFLICT,
        "this event_id is known with other content; a new event needs a new id",
        "event_id",
        event.event_id,
    )


async def _store_rows(
    connection: Connection, engine: Engine, batch: Batch, outcomes: Sequence[Outcome], voided: set[int]
) -> list[tuple[str, str, Span]]:
    touched = []
    rows: dict[type[Event], list[tuple[object, ...]]] = {}
    for number, event in enumerate(batch.events):
        if outcomes[number] is Verdict.ACCEPTED:
            rows.setdefault(type(event), []).append(row_of(event, number in voided))
    for kind, records in rows.items():
        stream = str(kind.__struct_config__.tag)
        await connection.copy_records_to_table(f"incoming_{stream}", records=records, columns=COLUMNS[kind])
        for statement in steps(stream, engine):
            await connection.execute(statement)
        if merging := merge(stream):
            wholes = await connection.fetch(merging)
            touched += [(row["merchant_id"], BEGINNINGS[stream], (row["lo"], row["hi"])) for row in wholes]
    return touched

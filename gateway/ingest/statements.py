"""Statements for each stream, from the texts of the catalogue: a table's name cannot be a parameter."""

from typing import Final

from gateway.ingest.events import STREAMS
from sql import Q, Query
from sql.engine import Engine

PAYMENTS: Final = "payment_events"
WITHOUT_TAIL: Final = frozenset({"payer_sightings"})  # adds to no aggregate

#: What is kept of an entity beside its events; of payments their merge is more, which is told.
MERGES: Final = {
    PAYMENTS: (Q.ingest_payer_firsts,),
    "webhook_deliveries": (Q.ingest_deliveries,),
}


def _for(query: Query, stream: str) -> str:
    """Put a stream's name, one of a closed list, where the text says :stream."""
    assert stream in STREAMS
    return query.text.replace(":stream", stream)


def steps(stream: str, engine: Engine) -> list[str]:
    """What is done with the rows that came in for a stream, in order; of payments, their merge is missing."""
    found = [_for(Q.ingest_rows, stream)]
    if stream not in WITHOUT_TAIL:
        tail = Q.ingest_tail_payment_events.text if stream == PAYMENTS else _for(Q.ingest_tail_rows, stream)
        found.append(_for(Q.ingest_hint, stream) if engine.continuous else tail)
    found += [query.text for query in MERGES.get(stream, ())]
    return found


DECIDED: Final = Q.ingest_decided.text.replace("payments AS merged", "merged")
#: Merges what was copied into the state of its payments; gives the spans in which these were first decided.
MERGE_PAYMENTS: Final = f"WITH merged AS (\n{Q.ingest_payments.text}\n)\n{DECIDED}"


def few(stream: str, engine: Engine) -> str:
    """All of it in one statement, from JSON."""
    parts = [f", step_{number} AS (\n{text}\n)" for number, text in enumerate(steps(stream, engine))]
    decided = ""
    if stream == PAYMENTS:
        parts.append(f", merged AS (\n{Q.ingest_payments.text}\n)")
        decided = f"UNION ALL\n{DECIDED}"
    return _for(Q.ingest_few, stream).replace("-- :steps", "\n".join(parts)).replace("-- :decided", decided)

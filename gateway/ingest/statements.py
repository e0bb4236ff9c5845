"""Statements for each stream, from the texts of the catalogue: a table's name cannot be a parameter."""

from typing import Final

from gateway.ingest.changes import ATTEMPTED, DECIDED
from gateway.ingest.events import STREAMS
from sql import Q, Query
from sql.engine import Engine

PAYMENTS: Final = "payment_events"
WITHOUT_TAIL: Final = frozenset({"payer_sightings"})  # adds to no aggregate

DELIVERIES: Final = "webhook_deliveries"
#: Events of these are merged into the wholes that they belong to; a merge tells when those began that it changed.
MERGES: Final = {
    PAYMENTS: f"WITH merged AS (\n{Q.ingest_payments.text}\n)\n",
    DELIVERIES: f"WITH merged AS (\n{Q.ingest_deliveries.text}\n)\n",
}
TOLD: Final = {
    PAYMENTS: Q.ingest_decided.text.replace("payments AS merged", "merged"),
    DELIVERIES: Q.ingest_attempted.text.replace("deliveries AS merged", "merged"),
}
#: The name under which these times are told as changed.
BEGINNINGS: Final = {PAYMENTS: DECIDED, DELIVERIES: ATTEMPTED}


def _for(query: Query, stream: str) -> str:
    """Put a stream's name, one of a closed list, where the text says :stream."""
    assert stream in STREAMS
    return query.text.replace(":stream", stream)


def steps(stream: str, engine: Engine) -> list[str]:
    """What is done with the rows that came in for a stream, in order; before they are merged into wholes."""
    found = [_for(Q.ingest_rows, stream)]
    if stream not in WITHOUT_TAIL:
        tail = Q.ingest_tail_payment_events.text if stream == PAYMENTS else _for(Q.ingest_tail_rows, stream)
        found.append(_for(Q.ingest_hint, stream) if engine.continuous else tail)
    if stream == PAYMENTS:
        found.append(Q.ingest_payer_firsts.text)
    return found


def merge(stream: str) -> str | None:
    """Merge what came in into the wholes of a stream that has any; gives the spans in which these began."""
    return MERGES[stream] + TOLD[stream] if stream in MERGES else None


def few(stream: str, engine: Engine) -> str:
    """All of it in one statement, from JSON."""
    parts = [f", step_{number} AS (\n{text}\n)" for number, text in enumerate(steps(stream, engine))]
    told = ""
    if stream in MERGES:
        parts.append(f", {MERGES[stream].removeprefix('WITH ')}")
        told = f"UNION ALL\n{TOLD[stream]}"
    return _for(Q.ingest_few, stream).replace("-- :steps", "\n".join(parts)).replace("-- :told", told)

"""A few new events without ceremony: one statement a stream, committed by itself."""

from collections.abc import Iterable
from functools import lru_cache

import orjson

from gateway.ingest.batch import COLUMNS, Batch, row_of
from gateway.ingest.changes import Touched
from gateway.ingest.events import Event, PaymentEvent, stream_of
from gateway.ingest.statements import BEGINNINGS, few
from sql.database import Connection
from sql.engine import Engine

MAX_FEW = 128  # beyond, copying into a table of the session is cheaper
statement = lru_cache(few)


def is_few(batch: Batch) -> bool:
    """Whether the batch can be written so: it is small, and takes nothing back."""
    return len(batch.events) <= MAX_FEW and not any(
        type(event) is PaymentEvent and event.corrects is not None for event in batch.events
    )


async def store_few(connection: Connection, engine: Engine, batch: Batch, touched: Touched) -> set[int]:
    """Write the events whose keys are free; return their numbers. Nothing is done about the others.

    When the wholes began that changed is added to `touched`; the events themselves are not.
    """
    streams: dict[str, list[int]] = {}
    for number, event in enumerate(batch.events):
        streams.setdefault(stream_of(event), []).append(number)
    stored: set[int] = set()
    for stream, numbers in streams.items():
        rows = await connection.fetch(statement(stream, engine), _json(batch, numbers))
        for row in rows:
            if row["event_id"] is None:
                touched.add(row["merchant_id"], BEGINNINGS[stream], (row["lo"], row["hi"]))
            else:
                stored.add(batch.numbers[row["merchant_id"], row["event_id"]])
    return stored


def _json(batch: Batch, numbers: Iterable[int]) -> str:
    """The events as rows by column, with the digests beside them."""
    return orjson.dumps([_columns(batch.events[number], batch.digests[number]) for number in numbers]).decode()


def _columns(event: Event, digest: bytes) -> dict[str, object]:
    columns = dict(zip(COLUMNS[type(event)], row_of(event, False), strict=True))
    if isinstance(event, PaymentEvent) and event.metadata is not None:
        columns["metadata"] = event.metadata
    return {**columns, "digest": f"\\x{digest.hex()}"}

"""Take voided events out of the aggregates."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sql.database import Connection
from sql.engine import AGGREGATES, Engine
from sql.maintenance.rebuild import rebuild_slice

STREAM = "payment_events"  # only payments are corrected


async def void(connection: Connection, engine: Engine, events: Sequence[tuple[str, str, datetime]]) -> None:
    """Take payment events, told as (merchant_id, event_id, occurred_at), out of every aggregate.

    To be called in the transaction that marked them voided in ``payment_events``, before anything else of that
    transaction touches the tail: the refresh lock comes before the tail's rows, or a refresher could deadlock.
    """
    if engine.continuous:
        await connection.executemany(
            "INSERT INTO refresh_hints (stream, lo, hi) VALUES ($1::text::event_stream, $2, $2)",
            [(STREAM, occurred_at) for _, _, occurred_at in events],
        )
        return
    await connection.execute(f"LOCK TABLE {STREAM}_refresh IN EXCLUSIVE MODE")
    for merchant_id, event_id, occurred_at in sorted(events):
        unmerged = await connection.fetchval(
            f"DELETE FROM {STREAM}_tail WHERE merchant_id = $1 AND occurred_at = $2 AND event_id = $3 RETURNING true",
            merchant_id,
            occurred_at,
            event_id,
        )
        if unmerged:
            continue
        until = occurred_at + timedelta(microseconds=1)
        for aggregate in (aggregate for aggregate in AGGREGATES.values() if aggregate.source == STREAM):
            whose = None if aggregate.of_all else merchant_id
            await rebuild_slice(connection, aggregate, occurred_at, until, whose)

"""How far the stored aggregates are behind the events."""

from dataclasses import dataclass
from datetime import datetime

from sql.database import Connection
from sql.engine import detect
from sql.maintenance.refresh import STREAMS

COUNTED = 100_001  # a tail longer than this is told as this long


@dataclass(frozen=True, slots=True)
class Lag:
    """What waits to be merged: tail rows (rollups), or late ranges and the age of the oldest (TimescaleDB)."""

    waiting: int
    oldest_at: datetime | None


async def lag(connection: Connection) -> Lag:
    """Return what waits over all streams; cheap enough to ask every few seconds."""
    if (await detect(connection)).continuous:
        [(waiting, oldest)] = await connection.fetch("SELECT count(*), min(created_at) FROM refresh_hints")
        return Lag(waiting, oldest)
    counts = [
        await connection.fetchval(f"SELECT count(*) FROM (SELECT FROM {stream}_tail LIMIT {COUNTED}) AS tail")
        for stream in STREAMS
    ]
    return Lag(sum(counts), None)

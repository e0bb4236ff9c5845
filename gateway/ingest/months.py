"""Months that have partitions: made before the first event of a month is written."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime

import asyncpg

from sql import Q
from sql.database import Connection


class Months:
    """Remembers what is there. On TimescaleDB, where chunks make themselves, asking costs one call a month."""

    def __init__(self) -> None:
        self._known: set[tuple[int, int]] = set()
        self._asking = asyncio.Lock()

    async def ensure(self, connection: Connection, months: Iterable[tuple[int, int]]) -> None:
        """Make the partitions of (year, month) pairs, outside of any other transaction."""
        wanted = set(months)
        if wanted <= self._known:
            return
        async with self._asking:
            for year, month in sorted(wanted - self._known):
                await _ensure(connection, datetime(year, month, 1, tzinfo=UTC))
                self._known.add((year, month))

    def forget(self) -> None:
        """Look again: retention may have dropped a month."""
        self._known.clear()


async def _ensure(connection: Connection, at: datetime) -> None:
    try:
        await connection.execute(Q.ingest_partitions.text, at)
    except asyncpg.DuplicateTableError:
        # Another process made it while we waited for it, and our session still remembered that it was not there.
        await connection.execute(Q.ingest_partitions.text, at)

"""The border before which raw events are gone: an event from before it could be added up nowhere, so none is taken.

`window` goes by the setting of today; events may have been dropped under another one, or by a process that has another.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from sql import Q
from sql.database import Connection
from sql.maintenance.retention import HOLD_BORDER

#: The shortest retention is a month: for what is younger than this, nobody asks where the border is.
NEVER_GONE: Final = timedelta(days=28)


class EventsGone(Exception):
    """A batch has events from before `kept_from`; nothing of it was written."""

    def __init__(self, kept_from: datetime) -> None:
        super().__init__(f"raw events are kept from {kept_from} on")
        self.kept_from = kept_from


async def look(connection: Connection, oldest: datetime) -> None:
    """Raise EventsGone where the oldest event of a batch lies before the border."""
    if not _may_be_gone(oldest):
        return
    kept_from: datetime | None = await connection.fetchval(Q.raw_kept_from.text)
    if kept_from is not None and oldest < kept_from:
        raise EventsGone(kept_from)


async def hold(connection: Connection, oldest: datetime) -> None:
    """Look, and keep the border where it is until the caller's transaction ends; to be called as it begins."""
    if _may_be_gone(oldest):
        await connection.execute(HOLD_BORDER)
        await look(connection, oldest)


@asynccontextmanager
async def held(connection: Connection, oldest: datetime) -> AsyncIterator[None]:
    """Hold the border for statements that else need no transaction; for young events they are in none."""
    if not _may_be_gone(oldest):
        yield
        return
    async with connection.transaction():
        await hold(connection, oldest)
        yield


def _may_be_gone(oldest: datetime) -> bool:
    return datetime.now(UTC) - oldest > NEVER_GONE

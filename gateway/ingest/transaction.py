"""A transaction that cannot stay open: limits on the server for each statement and pause, a deadline here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sql import Q
from sql.database import Connection

DEADLINE_SECONDS: Final = 25.0
ROLLBACK_SECONDS: Final = 2.0
BEGIN: Final = (
    "BEGIN; SET LOCAL statement_timeout = '20s'; SET LOCAL idle_in_transaction_session_timeout = '10s'; "
    "SET LOCAL lock_timeout = '15s'; "
)
BEGIN_LIMITED: Final = BEGIN + "SET LOCAL transaction_timeout = '30s'; "  # from PostgreSQL 17 on


@asynccontextmanager
async def ingest_transaction(connection: Connection) -> AsyncIterator[None]:
    """Begin, with the session's incoming tables in place; commit at the end, or roll back and raise.

    Raises TimeoutError when it takes longer than the deadline, PostgreSQL's own errors otherwise.
    """
    begin = BEGIN_LIMITED if connection.get_server_version().major >= 17 else BEGIN
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await connection.execute(begin + Q.ingest_tables.text)
            yield
            await connection.execute("COMMIT")
    except BaseException:
        if connection.is_in_transaction() and not connection.is_closed():
            await connection.execute("ROLLBACK", timeout=ROLLBACK_SECONDS)
        raise

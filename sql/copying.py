"""Answers as text that PostgreSQL makes: COPY of a query of the catalogue, streamed as it is read.

The columns that are wanted are expressions over the query's own, put together from names of our files and never from
a value that came from outside; what is not wanted is not computed.
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

import asyncpg

from sql.catalogue import Query
from sql.database import Database, StoreUnavailable

#: Takes the bytes of a file one after the other; where it waits, PostgreSQL waits.
Sink: TypeAlias = Callable[[bytes], Coroutine[Any, Any, None]]

CSV: Final[Mapping[str, Any]] = {"format": "csv"}
#: One text a row, as it is: neither character occurs in JSON.
LINES: Final[Mapping[str, Any]] = {"format": "csv", "quote": "\x01", "delimiter": "\x02"}

#: What is read in one go is sorted in memory; and a slow reader is no reason to end the transaction.
SETTINGS: Final = "SET work_mem = '64MB'; SET idle_in_transaction_session_timeout = 0; SET DateStyle = 'ISO, YMD'"


@asynccontextmanager
async def snapshot(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Open a connection of its own that sees the store as it is now, for as long as it is open.

    Nothing may be written through it, and no statement of it has a limit. Raises StoreUnavailable.
    """
    async with database.maintenance() as connection:
        await connection.execute(SETTINGS)
        # It ends with the connection, as nothing was written.
        await connection.transaction(isolation="repeatable_read", readonly=True).start()
        try:
            yield connection
        except BaseException as error:
            # In the middle of a COPY there is no way back: asyncpg would wait for an answer that nobody reads.
            connection.terminate()
            if isinstance(error, asyncpg.InternalClientError):  # the server left between two statements
                raise StoreUnavailable(type(error).__name__) from error
            raise


async def copy(
    connection: asyncpg.Connection,
    query: Query,
    expressions: Sequence[str],
    sink: Sink,
    *,
    as_json: bool = False,
    header: bool = False,
    **params: object,
) -> int:
    """Send expressions over a query's columns to a sink as CSV, or as JSON objects; return the number of rows.

    An expression that is not a column's name has a name after AS.
    """
    text = f"SELECT {', '.join(expressions)} FROM ({query.text}) AS found"
    if as_json:
        text = f"SELECT row_to_json(chosen) FROM ({text}) AS chosen"
    options = {**(LINES if as_json else CSV), **({"header": True} if header else {})}
    tag = await connection.copy_from_query(text, *query.bind(params), output=sink, **options)
    return int(tag.rpartition(" ")[2])

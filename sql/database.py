"""The pool, and the few ways to ask it something."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

import asyncpg
import orjson

from sql.catalogue import Query

SEARCH_PATH = "z402, public"

# What runs statements: a connection of our own, or one that the pool lends.
Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy

# What tells of a connection to the database that was lost, or that its server does not give.
LOST = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.exceptions.ConnectionDoesNotExistError,
)
# What means "the database is away", as opposed to "the statement is wrong": whatever a socket says, too.
AWAY = (OSError, *LOST)

# What asyncpg says of a connection that ends: it was closed, or it reads on after the server's goodbye (its state 2).
ENDING = ("closed", "closing", "another operation (2) is in progress")

# What `kept_levels` raises.
RAW_EVENTS_GONE = "Z4001"
# What `platform_calls_kept` raises.
NOT_ADDED_UP = "Z4002"


class StoreUnavailable(Exception):
    """The database cannot be reached or did not answer in time."""


class RawEventsGone(Exception):
    """An answer wants raw events from before `kept_from`, of which only aggregates are kept."""

    def __init__(self, kept_from: datetime) -> None:
        super().__init__(f"raw events are kept from {kept_from} on")
        self.kept_from = kept_from


class NotAddedUp(Exception):
    """An answer wants sums from before `added_up_from`, whose raw events were gone when these sums came to be kept."""

    def __init__(self, added_up_from: datetime) -> None:
        super().__init__(f"sums are kept from {added_up_from} on")
        self.added_up_from = added_up_from


class Database:
    """A pool of connections whose search path is our schema.

    ``on_statement`` is called with each query's name as it is sent: tests count statements with it.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        acquire_timeout: float = 5.0,
        statement_timeout_ms: int = 10_000,
        statement_cache_size: int = 256,
    ) -> None:
        self.url = url
        self.acquire_timeout = acquire_timeout
        self.on_statement: Callable[[str], None] | None = None
        self._pool_size = pool_size
        self._statement_timeout_ms = statement_timeout_ms
        self._statement_cache_size = statement_cache_size
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()
        self._checked: set[str] = set()

    async def fetch(self, query: Query, **params: object) -> list[Any]:
        """Run a query and return its rows as instances of the query's row class."""
        assert query.row is not None, f"{query.name} declares no row class"
        async with self.acquire() as connection:
            records = await self.fetch_records(connection, query, **params)
        return [query.row(*record.values()) for record in records]

    async def fetch_one(self, query: Query, **params: object) -> Any | None:
        """Run a query that gives at most one row."""
        found = await self.fetch(query, **params)
        return found[0] if found else None

    async def execute(self, query: Query, **params: object) -> str:
        """Run a query whose rows nobody reads; return PostgreSQL's command tag."""
        async with self.acquire() as connection:
            if self.on_statement:
                self.on_statement(query.name)
            return str(await connection.execute(query.text, *query.bind(params)))

    async def fetch_records(self, connection: Connection, query: Query, **params: object) -> list[asyncpg.Record]:
        """Run a query on a connection the caller holds, checking once that its columns are the row's fields."""
        if self.on_statement:
            self.on_statement(query.name)
        try:
            records: list[asyncpg.Record] = await connection.fetch(query.text, *query.bind(params))
        except asyncpg.PostgresError as error:
            if error.sqlstate == RAW_EVENTS_GONE:
                raise RawEventsGone(datetime.fromisoformat(str(error.detail))) from error
            if error.sqlstate == NOT_ADDED_UP:
                raise NotAddedUp(datetime.fromisoformat(str(error.detail))) from error
            raise
        if records and query.name not in self._checked:
            if tuple(records[0].keys()) != query.columns:
                raise TypeError(f"{query.name} gives {tuple(records[0].keys())}, its row class has {query.columns}")
            self._checked.add(query.name)
        return records

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """Lend a connection; raise StoreUnavailable when none can be had, or when it is lost meanwhile."""
        try:
            pool = self._pool or await self._open()
            async with pool.acquire(timeout=self.acquire_timeout) as connection:
                yield connection
        except AWAY as error:
            raise StoreUnavailable(type(error).__name__) from error
        except (asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            if any(sign in str(error) for sign in ENDING):
                raise StoreUnavailable(type(error).__name__) from error
            raise

    @asynccontextmanager
    async def maintenance(self) -> AsyncIterator[asyncpg.Connection]:
        """Open a connection of its own, for work that takes longer than any client would wait.

        It is not of the pool: a refresh may not take a place from a reader, nor be stopped by a reader's limit. It
        knows PostgreSQL's own codecs only: to learn ours takes longer than a refresh with little to do. Whatever the
        caller does beside it raises no OSError, as that tells of the connection.
        """
        settings = self._server_settings() | {"statement_timeout": "0", "application_name": "z402-maintenance"}
        try:
            connection = await asyncpg.connect(self.url, timeout=self.acquire_timeout, server_settings=settings)
            try:
                yield connection
            finally:
                await connection.close(timeout=5)
        except AWAY as error:
            raise StoreUnavailable(type(error).__name__) from error

    async def close(self) -> None:
        """Close the pool, waiting a moment for statements under way."""
        if self._pool is None:
            return
        pool, self._pool = self._pool, None
        try:
            await asyncio.wait_for(pool.close(), timeout=5)
        except TimeoutError:
            pool.terminate()

    async def _open(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                # No connection is made before it is asked for, so that a start outlives a database that is away.
                self._pool = await asyncpg.create_pool(
                    self.url,
                    min_size=0,
                    max_size=self._pool_size,
                    timeout=self.acquire_timeout,
                    statement_cache_size=self._statement_cache_size,
                    init=_prepared if self._statement_cache_size else prepare_connection,
                    reset=_left_as_it_is,
                    server_settings=self._server_settings(),
                )
            return self._pool

    def _server_settings(self) -> dict[str, str]:
        return {
            "search_path": SEARCH_PATH,
            "timezone": "UTC",
            "application_name": "z402-analytics",
            "statement_timeout": str(self._statement_timeout_ms),
            "idle_in_transaction_session_timeout": "30000",
            # Compiling a plan takes longer than any question of ours; and no disk of today seeks like the default says.
            "jit": "off",
            "random_page_cost": "1.1",
        }


async def _left_as_it_is(connection: Connection) -> None:
    """No connection of the pool gets settings of its own, but for a transaction: to reset it would be one more trip
    for each statement. asyncpg has rolled back what was left open."""


#: Citus can plan most statements only once it knows their arguments.
KEEP_PLANS = """
SELECT set_config('plan_cache_mode', 'force_generic_plan', false)
WHERE to_regclass('pg_catalog.pg_dist_partition') IS NULL
"""


async def _prepared(connection: Connection) -> None:
    """Make a connection of the pool ready, and let it plan each statement once.

    Left alone, PostgreSQL compares the cost of a plan for any arguments, in which it takes each array for one of ten,
    with that for arrays as short as most of ours are, and then plans these anew each time. Where no statement is kept,
    it had better know the arguments, as it then plans for them alone.
    """
    await prepare_connection(connection)
    await connection.execute(KEEP_PLANS)


async def prepare_connection(connection: Connection) -> None:
    """Make jsonb travel as what orjson makes of it, and numeric as int: every numeric of ours is a whole number."""
    # Binary, because COPY knows no other; the first byte is the version of jsonb's wire format.
    await connection.set_type_codec(
        "jsonb", encoder=_jsonb, decoder=lambda wire: orjson.loads(wire[1:]), schema="pg_catalog", format="binary"
    )
    await connection.set_type_codec("numeric", encoder=str, decoder=_number, schema="pg_catalog", format="text")


def _jsonb(value: object) -> bytes:
    """Bytes are JSON already."""
    return b"\x01" + (value if isinstance(value, bytes) else orjson.dumps(value))


def _number(text: str) -> int | Decimal:
    return Decimal(text) if "." in text else int(text)

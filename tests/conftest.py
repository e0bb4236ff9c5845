"""One real PostgreSQL and one real Valkey for the whole run, and a fresh migrated database for each test.

The servers are the program's own, in a temporary folder, unless Z402_TEST_DATABASE_URL names a server on which
databases may be created and dropped: that is how the suite runs on TimescaleDB.
"""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import redis.asyncio
from hypothesis import HealthCheck, settings

from gateway.embedded import start
from jobs.reports.pdf import PdfUnavailable, pdf
from sql.database import Database
from sql.engine import Engine
from sql.migrate import migrate
from tests.folders import server_folder

# A busy machine is no reason to fail: examples take as long as they take, pytest's own limit ends what hangs.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

#: Gives the URL of a fresh, migrated database that is dropped at the end.
NewDatabase = Callable[[], AbstractAsyncContextManager[str]]


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the run's servers are. The database of `postgres_url` is there to connect to, not for tables."""

    postgres_url: str
    shared_redis_url: str
    run: str = f"z402_test_{os.getpid()}"

    def database(self, name: str) -> str:
        return urlunsplit(urlsplit(self.postgres_url)._replace(path=f"/{name}"))

    async def execute(self, *statements: str, database: str | None = None) -> None:
        url = self.postgres_url if database is None else self.database(database)
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def empty_redis(self) -> str:
        """The URL of the Valkey, which holds nothing any more: no answer about another database's merchants."""
        async with redis.asyncio.Redis.from_url(self.shared_redis_url) as client:
            await client.flushall()
        return self.shared_redis_url

    def execute_here(self, *statements: str) -> None:
        """Execute statements from a thread that has no loop."""
        asyncio.run(self.execute(*statements))


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The servers of this run; nothing in them is durable."""
    with server_folder("tests") as folder, start(folder / "data", durable=False) as embedded:
        yield Servers(
            os.environ.get("Z402_TEST_DATABASE_URL") or embedded.database_url,
            os.environ.get("Z402_TEST_REDIS_URL") or embedded.redis_url,
        )


@pytest.fixture(scope="session")
async def pango() -> None:
    """What draws text for PDFs; skips the test where the machine has none."""
    try:
        await pdf("<p>Pango")
    except PdfUnavailable as lacking:
        pytest.skip(str(lacking))


@pytest.fixture(scope="session")
async def template(servers: Servers) -> AsyncIterator[tuple[str, Engine]]:
    """A migrated database that the tests' databases are copies of, and its engine."""
    name = f"{servers.run}_template"
    await servers.execute(f"CREATE DATABASE {name}")
    try:
        engine = (await migrate(servers.database(name))).engine
        if engine is not Engine.POSTGRESQL:
            # A database can be copied only while nobody is connected, TimescaleDB's scheduler included.
            await servers.execute("SELECT _timescaledb_functions.stop_background_workers()", database=name)
        await servers.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        yield name, engine
    finally:
        await servers.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
async def new_database(servers: Servers, template: tuple[str, Engine]) -> AsyncIterator[NewDatabase]:
    """Makes fresh, migrated databases: for tests that need several, or one for many examples.

    The next one is made, and the last one dropped, while a test runs, by a thread that no test's tasks can see.
    """
    numbers = itertools.count(1)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="databases") as aside:

        def in_advance() -> tuple[str, Future[None]]:
            name = f"{servers.run}_{next(numbers)}"
            return name, aside.submit(servers.execute_here, f"CREATE DATABASE {name} TEMPLATE {template[0]}")

        coming = in_advance()

        @asynccontextmanager
        async def make() -> AsyncIterator[str]:
            nonlocal coming
            (name, created), coming = coming, in_advance()
            await asyncio.wrap_future(created)
            try:
                yield servers.database(name)
            finally:
                aside.submit(servers.execute_here, f"DROP DATABASE {name} WITH (FORCE)")

        yield make
        aside.submit(servers.execute_here, f"DROP DATABASE {coming[0]} WITH (FORCE)")


@pytest.fixture
async def database_url(new_database: NewDatabase) -> AsyncIterator[str]:
    """The URL of a fresh, migrated database of the test's own."""
    async with new_database() as url:
        yield url


@pytest.fixture
async def empty_database_url(servers: Servers) -> AsyncIterator[str]:
    """The URL of a database with nothing in it, for the tests of the migrations themselves."""
    name = f"{servers.run}_empty"
    await servers.execute(f"CREATE DATABASE {name}")
    try:
        yield servers.database(name)
    finally:
        await servers.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open Database on a fresh, migrated database."""
    opened = Database(database_url, pool_size=4)
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
async def redis_url(servers: Servers) -> str:
    """The URL of a Valkey with nothing in it."""
    return await servers.empty_redis()


@pytest.fixture(scope="session")
def engine(template: tuple[str, Engine]) -> Engine:
    """The engine that this run's databases have."""
    return template[1]


@pytest.fixture(autouse=True)
def _right_engine(request: pytest.FixtureRequest) -> None:
    wanted = [name for name in ("timescale", "plain") if request.node.get_closest_marker(name)]
    if not wanted:
        return
    found: Engine = request.getfixturevalue("engine")
    if "timescale" in wanted and found is not Engine.TIMESCALEDB:
        pytest.skip("needs TimescaleDB: set Z402_TEST_DATABASE_URL to a server that has it")
    if "plain" in wanted and found is not Engine.POSTGRESQL:
        pytest.skip(f"needs plain PostgreSQL, and the test database is {found}")

"""A database to measure on, and invented history, made by PostgreSQL itself."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from gateway.embedded import start
from sql import Database
from sql.migrate import migrate

# A client pays per request, so a merchant's payers come back: some hundreds of them, the first ones most. Latencies
# are lopsided, around a minute since created and two seconds since the step before.
HISTORY = """
INSERT INTO {table} (
    merchant_id, event_id, occurred_at, type, payment_id, amount_zat, fee_zat, payer, method, resource,
    failure_code, attempt, latency_ms, step_latency_ms, country
)
SELECT
    'm' || n % {merchants}, '{prefix}' || n, $1::timestamptz - ($2::interval * random()),
    (ARRAY['created', 'verified', 'settled', 'settled', 'failed'])[1 + n % 5], '{prefix}' || n / 5,
    (random() * 1e7)::bigint, 100, CASE WHEN n % 3 > 0 THEN 't' || (random() * random() * 500)::integer END,
    CASE WHEN n % 3 > 0 THEN 'transparent' ELSE 'shielded' END, '/r' || n % 37,
    CASE WHEN n % 5 = 4 THEN 'TIMEOUT' END, 1, exp(11.2 + (random() + random() + random() - 1.5) * 0.6)::integer,
    exp(7.5 + (random() + random() + random() - 1.5) * 0.6)::integer, 'DE'
FROM generate_series(1, $3::integer) AS n
"""


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server on which databases may be made: durable, as a user's would be."""
    if url := os.environ.get("Z402_TEST_DATABASE_URL"):
        yield url
        return
    folders = tempfile.TemporaryDirectory(prefix="z402-bench-", ignore_cleanup_errors=True)
    with folders as folder, start(Path(folder) / "data") as servers:
        yield servers.database_url


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a Valkey."""
    if url := os.environ.get("Z402_TEST_REDIS_URL"):
        yield url
        return
    folders = tempfile.TemporaryDirectory(prefix="z402-bench-", ignore_cleanup_errors=True)
    with folders as folder, start(Path(folder) / "data") as servers:
        yield servers.redis_url


@asynccontextmanager
async def fresh_database(server_url: str, name: str, template: str | None = None) -> AsyncIterator[Database]:
    """An open, migrated database, or a copy of another; dropped at the end."""
    url = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    copy = f"TEMPLATE {template}" if template else ""
    await _execute(server_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} {copy}")
    if not template:
        await migrate(url)
    database = Database(url, pool_size=2, statement_timeout_ms=600_000)
    try:
        yield database
    finally:
        await database.close()
        await _execute(server_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def history(table: str, *, prefix: str, merchants: int = 50) -> str:
    """The statement that invents events: its parameters are their end, their span and their number."""
    return HISTORY.format(table=table, prefix=prefix, merchants=merchants)

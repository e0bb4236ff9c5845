"""History of every stream, where a refresh has long merged it: made by PostgreSQL itself, so millions take minutes.

A database that is to be used again, by another benchmark or another day, stays when Z402_BENCH_KEEP is set.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from sql import Database, Q
from sql.maintenance import rebuild
from sql.migrate import migrate
from tests.benchmarks.store import fresh_database

#: Events a day, of all streams and merchants: so many that a busy merchant has one a minute.
PER_DAY: Final = 11_111
MERCHANTS: Final = 8
#: Of ten events: payment events, accesses, webhooks, calls.
SHARES: Final = {"payment_events": 6, "resource_accesses": 2, "webhook_deliveries": 1, "api_requests": 1}
#: Events come about in the order of time, as they do: the last ones are the newest. A payment has three.
AT: Final = "least($1::timestamptz - $2::interval * (1 - n / $3::float8) + random() * interval '5 minutes', $1)"
STREAMS: Final = {
    "payment_events": """
INSERT INTO payment_events (
    merchant_id, event_id, occurred_at, type, payment_id, amount_zat, fee_zat, payer, method, resource,
    failure_code, attempt, latency_ms, step_latency_ms, country
)
SELECT 'm' || n / 3 % {merchants}, 'e' || n, {at},
    CASE WHEN n % 3 = 2 AND n / 3 % 7 = 0 THEN 'failed' ELSE (ARRAY['created', 'verified', 'settled'])[1 + n % 3] END,
    'e' || n / 3, (random() * 1e7)::bigint, 100, CASE WHEN n / 3 % 3 > 0 THEN 't' || n / 3 % 997 * 7919 % 997 END,
    CASE WHEN n / 3 % 3 > 0 THEN 'transparent' ELSE 'shielded' END, '/r' || n / 3 % 37,
    CASE WHEN n % 3 = 2 AND n / 3 % 7 = 0 THEN (ARRAY['TIMEOUT', 'INSUFFICIENT_AMOUNT'])[1 + n / 3 % 2] END, 1,
    exp(11.2 + (random() + random() + random() - 1.5) * 0.6)::integer,
    exp(7.5 + (random() + random() + random() - 1.5) * 0.6)::integer, (ARRAY['DE', 'US', 'FR'])[1 + n / 3 % 3]
FROM generate_series(1, $3::integer) AS n""",
    "resource_accesses": """
INSERT INTO resource_accesses (merchant_id, event_id, occurred_at, outcome, resource, payer, country)
SELECT 'm' || n % {merchants}, 'a' || n, {at},
    (ARRAY['challenged', 'challenged', 'paid'])[1 + n % 3], '/r' || n % 37, 't' || n % 500, 'DE'
FROM generate_series(1, $3::integer) AS n""",
    "webhook_deliveries": """
INSERT INTO webhook_deliveries (
    merchant_id, event_id, occurred_at, delivery_id, event_type, endpoint, attempt, outcome, latency_ms
)
SELECT 'm' || n % {merchants}, 'w' || n, {at}, 'w' || n, (ARRAY['payment.settled', 'payment.failed'])[1 + n % 2],
    'https://shop.example/' || n % 3, 1, (ARRAY['delivered', 'delivered', 'delivered', 'failed'])[1 + n % 4],
    exp(5 + random() * 2)::integer
FROM generate_series(1, $3::integer) AS n""",
    "api_requests": """
INSERT INTO api_requests (merchant_id, event_id, occurred_at, endpoint, status, latency_ms)
SELECT 'm' || n % {merchants}, 'q' || n, {at}, '/v1/' || n % 7, (ARRAY[200, 200, 200, 422, 503])[1 + n % 5],
    exp(4 + random() * 2)::integer
FROM generate_series(1, $3::integer) AS n""",
}


@asynccontextmanager
async def filled(server_url: str, name: str, count: int) -> AsyncIterator[Database]:
    """An open database with so many events up to the end of yesterday, at PER_DAY; all that has more is older."""
    if not os.environ.get("Z402_BENCH_KEEP"):
        async with fresh_database(server_url, name) as database:
            await _fill(database, count)
            yield database
        return
    url = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    if not await _is_there(server_url, name):
        async with fresh_database(server_url, f"{name}_filling") as database:
            await _fill(database, count)
            await database.close()
            await _execute(server_url, f"ALTER DATABASE {name}_filling RENAME TO {name}")
    await migrate(url)
    database = Database(url, pool_size=2, statement_timeout_ms=600_000)
    try:
        yield database
    finally:
        await database.close()


async def _is_there(server_url: str, name: str) -> bool:
    connection = await asyncpg.connect(server_url)
    try:
        return bool(await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name))
    finally:
        await connection.close()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _fill(database: Database, count: int) -> None:
    until = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    span = timedelta(days=count / PER_DAY)
    async with database.maintenance() as connection:
        await connection.execute("SELECT ensure_partitions($1, $2)", until - span, until + timedelta(days=2))
        merchants = [(f"m{number}", f"Merchant {number}") for number in range(MERCHANTS)]
        await connection.executemany("INSERT INTO merchants (merchant_id, name) VALUES ($1, $2)", merchants)
        for stream, share in SHARES.items():
            text = STREAMS[stream].format(merchants=MERCHANTS, at=AT)
            await connection.execute(text, until, span, count * share // 10)
        for query, stream in (
            (Q.ingest_payments, "payment_events"),
            (Q.ingest_payer_firsts, "payment_events"),
            (Q.ingest_deliveries, "webhook_deliveries"),
        ):
            await connection.execute(query.text.replace(f"incoming_{stream}", stream))
    await rebuild(database, until - span, until)
    async with database.maintenance() as connection:
        await connection.execute("VACUUM ANALYZE")

"""Ingest from the HTTP body to the commit, beside the same writes by hand.

Bulk: a body of NDJSON, beside COPY into a temporary table and ON CONFLICT inserts into the same tables with the same
keys, projection included, of rows that are parsed already. Single: 64 clients that wait for each event's
acknowledgement, beside bare one-row transactions on 32 connections.
"""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from statistics import median
from typing import TypeVar

import asyncpg
import orjson

from gateway.ingest.batch import COLUMNS, row_of
from gateway.ingest.events import Event, PaymentEvent
from sql import Database, Q
from tests.benchmarks.ingest_gateway import Client, clients, gateway, request
from tests.benchmarks.ingest_traffic import MERCHANTS, bodies, parsed
from tests.benchmarks.report import Figure
from tests.benchmarks.store import fresh_database

T = TypeVar("T")

ROUNDS = 3
BULK_EVENTS = 60_000
CHUNK_EVENTS = 6_000
CLIENTS = 64
CONNECTIONS = 32
SECONDS = 4.0
SINGLE_EVENTS = 39_999  # more than can be sent in that time

KEYS = """
INSERT INTO event_keys (merchant_id, event_id, stream, occurred_at, digest)
SELECT merchant_id, event_id, 'payment_events', occurred_at, digest FROM by_hand ORDER BY merchant_id, event_id
ON CONFLICT DO NOTHING
"""
ONE = f"""
INSERT INTO payment_events ({", ".join(COLUMNS[PaymentEvent])})
VALUES ({", ".join(f"${n + 1}" for n in range(len(COLUMNS[PaymentEvent])))})
"""


async def run(server_url: str) -> list[Figure]:
    """Measure both, in turns."""
    async with fresh_database(server_url, "bench_ingest") as database:
        async with database.acquire() as connection:
            await connection.execute(
                "INSERT INTO merchants (merchant_id, name) SELECT 'm' || n, 'M' FROM generate_series(0, $1) AS n",
                MERCHANTS - 1,
            )
            await connection.execute("SELECT ensure_partitions(now() - interval '1 day', now())")
        async with gateway(database.url) as port:
            return [await _bulk(database, port), await _single(database, port)]


async def _bulk(database: Database, port: int) -> Figure:
    ours, floors = [], []
    for number in range(ROUNDS):
        lines = bodies(BULK_EVENTS, f"floor{number}")
        async with database.maintenance() as connection:
            floors.append(BULK_EVENTS / await _by_hand(connection, lines))
        body = request(b"\n".join(bodies(BULK_EVENTS, f"bulk{number}")))
        async with clients(port, 1) as [client]:
            started = time.perf_counter()
            answer = orjson.loads(await client.send(body))
            ours.append(BULK_EVENTS / (time.perf_counter() - started))
        assert answer["accepted"] == BULK_EVENTS, answer
    name = "bulk ingest over HTTP / by hand"
    return Figure(name, median(ours), median(floors), "events/s", 0.5, higher_is_better=True)


async def _by_hand(connection: asyncpg.Connection, lines: list[bytes]) -> float:
    """Return the seconds that writing takes; what is written is at hand as rows."""
    events, digests = parsed(lines)
    columns = [*COLUMNS[PaymentEvent], "digest"]
    rows = [(*row_of(event, False), digest) for event, digest in zip(events, digests, strict=True)]
    has_tail = await connection.fetchval("SELECT to_regclass('payment_events_tail') IS NOT NULL")
    await connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS by_hand (LIKE payment_events, digest bytea) ON COMMIT DELETE ROWS"
    )
    await connection.execute("ALTER TABLE by_hand ALTER COLUMN metadata TYPE json")
    names = ", ".join(COLUMNS[PaymentEvent])
    targets = ["payment_events", "payment_events_tail"] if has_tail else ["payment_events"]
    started = time.perf_counter()
    for start in range(0, len(rows), CHUNK_EVENTS):
        async with connection.transaction():
            chunk = rows[start : start + CHUNK_EVENTS]
            await connection.copy_records_to_table("by_hand", records=chunk, columns=columns)
            await connection.execute(KEYS)
            for target in targets:
                await connection.execute(f"INSERT INTO {target} ({names}) SELECT {names} FROM by_hand")
            await connection.execute(Q.ingest_payments.text.replace("incoming_payment_events", "by_hand"))
    return time.perf_counter() - started


async def _single(database: Database, port: int) -> Figure:
    ours, floors = [], []
    pool = await asyncpg.create_pool(
        database.url, min_size=CONNECTIONS, max_size=CONNECTIONS, server_settings={"search_path": "z402, public"}
    )
    for number in range(ROUNDS):
        events, _ = parsed(bodies(SINGLE_EVENTS, f"row{number}"))
        floors.append(await _one_by_one(pool, events))
        sent = [request(line) for line in bodies(SINGLE_EVENTS, f"single{number}")]
        async with clients(port, CLIENTS) as opened:
            ours.append(await _each_alone(opened, sent))
    await pool.close()
    return Figure(
        f"{CLIENTS} clients, single events over HTTP / one-row transactions",
        median(ours),
        median(floors),
        "events/s",
        0.2,
        higher_is_better=True,
    )


async def _each_alone(opened: Sequence[Client], sent: list[bytes]) -> float:
    queue, until = iter(sent), time.perf_counter() + SECONDS

    async def work(client: Client) -> int:
        done = 0
        for whole in _until(queue, until):
            answer = await client.send(whole)
            assert answer.startswith(b'{"accepted":1,'), answer
            done += 1
        return done

    return sum(await asyncio.gather(*map(work, opened))) / SECONDS


async def _one_by_one(pool: asyncpg.Pool, events: list[Event]) -> float:
    queue, until = iter([row_of(event, False) for event in events]), time.perf_counter() + SECONDS

    async def work() -> int:
        done = 0
        async with pool.acquire() as connection:
            statement = await connection.prepare(ONE)
            for row in _until(queue, until):
                await statement.fetch(*row)
                done += 1
        return done

    return sum(await asyncio.gather(*(work() for _ in range(CONNECTIONS)))) / SECONDS


def _until(queue: Iterator[T], until: float) -> Iterator[T]:
    return itertools.takewhile(lambda _: time.perf_counter() < until, queue)

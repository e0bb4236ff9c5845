"""A million payments as CSV over HTTP, beside PostgreSQL's own COPY of the same columns to the same machine.

The floor is one COPY in no order to a reader that drops it: of the same columns, and of the bare columns of the table
that they are made of. Memory is that of the gateway's process, over what it had idle; also for a reader who is slow.
"""

import asyncio
import csv
import io
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Final

import asyncpg
import psutil

from gateway.auth import mint_token
from jobs.exports.columns import USUAL
from jobs.exports.zone_changes import zone_changes
from sql import Database, Q
from sql.copying import snapshot
from tests.benchmarks.ingest_gateway import SECRET, gateway
from tests.benchmarks.report import Figure
from tests.benchmarks.store import fresh_database

ROWS: Final = 1_000_000
ROUNDS: Final = 5
ZONE: Final = "Europe/Berlin"
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
MIB: Final = 1 << 20
SLOW_BYTES, SLOW_SECONDS = 4 * MIB, 5.0

PAYMENTS: Final = """
INSERT INTO payments (
    merchant_id, payment_id, state_key, first_event_at, last_event_at, first_decided_at, settled_at,
    first_failure_key, last_failure_key, highest_attempt, amount_zat, settled_zat, fee_zat, refunded_zat,
    fee_returned_zat, settled_count, refunded_count, payer, method, resource, country
)
SELECT
    'shop', 'pay_' || md5(n::text), '1|' || E'\\x01|' || CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'settled' END,
    at, at + interval '75 s', at + interval '75 s', CASE WHEN n % 10 > 0 THEN at + interval '75.25 s' END,
    CASE WHEN n % 10 = 0 THEN 'x|TIMEOUT' END, CASE WHEN n % 10 = 0 THEN 'x|TIMEOUT' END, 1 + (n % 7 = 0)::integer,
    1000000 + n, CASE WHEN n % 10 > 0 THEN 1000000 + n ELSE 0 END, CASE WHEN n % 10 > 0 THEN 10000 ELSE 0 END, 0,
    0, (n % 10 > 0)::integer, 0, CASE WHEN n % 3 > 0 THEN 't1' || md5((n % 5000)::text) END,
    CASE WHEN n % 3 > 0 THEN 'transparent' ELSE 'shielded' END, 'https://api.example.com/v1/resource/' || n % 40, 'DE'
FROM (SELECT n, $1::timestamptz + n * interval '25 seconds' AS at FROM generate_series(1, $2::integer) AS n) AS made
"""
BARE: Final = """
SELECT
    payment_id, state, settled_at, first_decided_at, first_event_at, method, resource, payer, country, amount_zat,
    settled_zat, fee_zat, refunded_zat, fee_returned_zat, last_failure_code, highest_attempt
FROM payments
WHERE merchant_id = 'shop' AND first_event_at >= '2026-01-01' AND first_event_at < '2027-01-01'
"""
ORDER: Final = "    ORDER BY coalesce(settled_at, first_decided_at, first_event_at), payment_id\n"


async def run(server_url: str) -> list[Figure]:
    """Measure in turns, so that the machine's moods fall on all."""
    async with fresh_database(server_url, "bench_export") as database:
        async with database.maintenance() as connection:
            await connection.execute(
                "INSERT INTO merchants (merchant_id, name, zone) VALUES ('shop', 'Shop', $1)", ZONE
            )
            await connection.execute(PAYMENTS, START, ROWS)
            await connection.execute("VACUUM ANALYZE payments")
        async with gateway(database.url) as port:
            async with _memory() as memory:
                await _check(port)
                speeds = await _speeds(database, port)
            async with _memory() as slow_memory, _reading(port) as reader:
                await _read_slowly(reader)
    ours, same = (ROWS / median(each.seconds) for each in (speeds.ours, speeds.same))
    bytes_ours, bytes_bare = (each.bytes / MIB / median(each.seconds) for each in (speeds.ours, speeds.bare))
    return [
        Figure("1 million payments as CSV over HTTP / COPY of the same columns", ours, same, "rows/s", 0.6, True),
        Figure("the same in bytes / COPY of the table's bare columns", bytes_ours, bytes_bare, "MiB/s", 0.5, True),
        Figure("memory of the gateway while it sends, over idle / 64 MiB", memory[0] / MIB, 64, "MiB", 1.0),
        Figure("the same to a slow reader / 64 MiB", slow_memory[0] / MIB, 64, "MiB", 1.0),
    ]


@dataclass(slots=True)
class Taken:
    """How long each round took, and how many bytes came."""

    seconds: list[float] = field(default_factory=list)
    bytes: int = 0

    async def time(self, work: Awaitable[int]) -> None:
        started = time.perf_counter()
        self.bytes = await work
        self.seconds.append(time.perf_counter() - started)


@dataclass(slots=True)
class Speeds:
    """Ours and the two floors."""

    ours: Taken = field(default_factory=Taken)
    same: Taken = field(default_factory=Taken)
    bare: Taken = field(default_factory=Taken)


async def _speeds(database: Database, port: int) -> Speeds:
    changes = zone_changes(ZONE, END).since(START)
    columns = ", ".join(column.value for column in USUAL)
    assert ORDER in Q.export_payments.text
    same = f"SELECT {columns} FROM ({Q.export_payments.text.replace(ORDER, '')}) AS found"
    arguments = ("shop", START, END, None, changes.starts, changes.offsets)
    found = Speeds()
    for _ in range(ROUNDS):
        await found.ours.time(_download(port))
        await found.same.time(_copy(database, same, *arguments))
        await found.bare.time(_copy(database, BARE))
    return found


async def _copy(database: Database, text: str, *arguments: object) -> int:
    length = 0

    async def drop(data: bytes) -> None:
        nonlocal length
        length += len(data)

    connection: asyncpg.Connection
    async with snapshot(database) as connection:
        assert await connection.copy_from_query(text, *arguments, output=drop, format="csv") == f"COPY {ROWS}"
    return length


@asynccontextmanager
async def _reading(port: int) -> AsyncIterator[asyncio.StreamReader]:
    """Ask for the file; the answer's head is read."""
    token = mint_token(SECRET, "benchmark", scopes=["exports:read"], merchant_id="shop", lifetime=timedelta(hours=1))
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=MIB)
    path = "/api/v1/analytics/export?startDate=2026-01-01T00:00:00Z&endDate=2027-01-01T00:00:00Z"
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n".encode()
    )
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        yield reader
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _download(port: int) -> int:
    async with _reading(port) as reader:
        end, length = b"", 0
        while data := await reader.read(MIB):
            end, length = (end + data[-5:])[-5:], length + len(data)
        assert end == b"0\r\n\r\n"
        return length


async def _check(port: int) -> None:
    """Read the file once as somebody else would, before anything is timed."""
    parts = []
    async with _reading(port) as reader:
        while (length := int(await reader.readline(), 16)) > 0:
            parts.append(await reader.readexactly(length))
            await reader.readexactly(2)
    rows = csv.DictReader(io.StringIO(b"".join(parts).decode(), newline=""))
    count = gross = 0
    for row in rows:
        count += 1
        gross += int(row["gross_zatoshi"])
    assert (count, gross) == (ROWS, sum(1_000_000 + n for n in range(1, ROWS + 1) if n % 10))


async def _read_slowly(reader: asyncio.StreamReader) -> None:
    until = time.monotonic() + SLOW_SECONDS
    while time.monotonic() < until:
        await reader.readexactly(SLOW_BYTES // 10)
        await asyncio.sleep(0.1)


@asynccontextmanager
async def _memory() -> AsyncIterator[list[int]]:
    """The most bytes that the gateway had over what it has now."""
    [process] = [child for child in psutil.Process().children() if "serve" in child.cmdline()]
    idle, most = process.memory_info().rss, [0]

    async def watch() -> None:
        while True:
            most[0] = max(most[0], process.memory_info().rss - idle)
            await asyncio.sleep(0.02)

    watching = asyncio.create_task(watch())
    try:
        yield most
    finally:
        watching.cancel()

"""Dashboards a second over HTTP: answers kept, answers computed, and the least that a server without GraphQL does.

The whole dashboard of one merchant, 228 fields, asked over kept connections; three servers run beside each other and
are asked in turns. `computed` is the same gateway with its Redis away.
"""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median

import orjson

from gateway.auth import mint_token
from resolvers.operations import document
from tests.benchmarks.filling import filled
from tests.benchmarks.ingest_gateway import SECRET, _answering, clients
from tests.benchmarks.report import Figure
from tests.benchmarks.store import redis_server

EVENTS = 1_000_000
CONNECTIONS, ROUNDS, SECONDS = 16, 3, 4.0


async def run(server_url: str) -> list[Figure]:
    """Ask each server in turns."""
    async with AsyncExitStack() as stack:
        redis_url = stack.enter_context(redis_server())
        database = await stack.enter_async_context(filled(server_url, "bench_fields_1m", EVENTS))
        await database.close()
        ports = {
            "kept": await stack.enter_async_context(served(gateway(database.url, redis_url))),
            "computed": await stack.enter_async_context(served(gateway(database.url, "redis://127.0.0.1:1"))),
            "floor": await stack.enter_async_context(served(floor(database.url))),
        }
        rates: dict[str, list[float]] = {name: [] for name in ports}
        for _ in range(ROUNDS):
            for name, port in ports.items():
                rates[name].append(await rate(port))
    found = {name: median(each) for name, each in rates.items()}
    return [
        Figure("dashboards a second: kept / computed", found["kept"], found["computed"], "1/s", 1.0, True),
        Figure("dashboards a second: kept / Starlette + asyncpg", found["kept"], found["floor"], "1/s", 0.1, True),
        Figure(
            "dashboards a second: computed / Starlette + asyncpg", found["computed"], found["floor"], "1/s", 0.1, True
        ),
    ]


Served = tuple[list[str], dict[str, str]]


def gateway(database_url: str, redis_url: str) -> Served:
    """The gateway as it is served, with these servers; its port comes last."""
    given = {"Z402_DATABASE_URL": database_url, "Z402_REDIS_URL": redis_url, "Z402_JWT_SECRET": SECRET}
    return ["gateway", "serve", "--port"], {**given, "Z402_LOG_LEVEL": "ERROR"}


def floor(database_url: str) -> Served:
    """The floor, likewise."""
    return ["tests.benchmarks.answers_floor", database_url], {}


@asynccontextmanager
async def served(what: Served) -> AsyncIterator[int]:
    """Run a server in a process of its own; give its port when it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = (sys.executable, "-m", *what[0], str(port))
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **what[1]})
    try:
        await _answering(port)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def rate(port: int) -> float:
    """Answers a second over some seconds, once it is warm."""
    body = orjson.dumps({"query": document("dashboard"), "variables": {"merchantId": "m1"}})
    token = mint_token(SECRET, "benchmark", scopes=["analytics:read"], merchant_id="m1")
    head = (
        "POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    whole = head.encode() + body
    count, end = 0, 0.0

    async with clients(port, CONNECTIONS) as opened:
        for client in opened:
            assert b'"errors"' not in await client.send(whole)

        async def ask(client: object) -> None:
            nonlocal count
            while time.perf_counter() < end:
                await client.send(whole)  # type: ignore[attr-defined]
                count += 1

        started = time.perf_counter()
        end = started + SECONDS
        await asyncio.gather(*(ask(client) for client in opened))
        return count / (time.perf_counter() - started)

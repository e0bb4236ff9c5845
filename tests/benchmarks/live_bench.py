"""What the live benchmarks stand on: servers on their cores, merchants, and a way in for events."""

import asyncio
import os
import resource
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx2
import psutil

from gateway.caching import caching
from gateway.embedded import start
from gateway.ingest.service import IngestService
from sql import Database
from tests.benchmarks.ingest_gateway import SECRET, _answering
from tests.benchmarks.store import fresh_database

GATEWAY_CORE, OTHER_CORE = 0, 1


@dataclass
class Bench:
    """A running gateway, seen from outside, and the ingest of another process."""

    port: int
    process: psutil.Process
    ingest: IngestService
    client: httpx2.AsyncClient
    told: Counter[str] = field(default_factory=Counter)

    def memory(self) -> int:
        """The gateway's resident bytes."""
        return int(self.process.memory_info().rss)

    def cpu(self) -> float:
        """Seconds of CPU that the gateway has used."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    async def statements(self) -> float:
        """How many statements the gateway has sent."""
        return await self.metric("z402_sql_statements_total")

    async def tasks(self) -> int:
        """How many tasks the gateway has, but for the one that answers."""
        return int((await self.client.get("/tasks")).text)

    async def metric(self, name: str) -> float:
        """The sum of a metric over its labels."""
        lines = (await self.client.get("/metrics")).text.splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((f"{name}{{", f"{name} ")))

    async def settle(self, merchant_ids: Sequence[str], at: datetime) -> list[int]:
        """Commit a payment of each merchant; return how many each has now."""
        self.told.update(merchant_ids)
        events = [
            {
                "event_id": f"live-{merchant_id}-{self.told[merchant_id]}",
                "merchant_id": merchant_id,
                "occurred_at": at.isoformat(),
                "type": "settled",
                "payment_id": f"live-{merchant_id}-{self.told[merchant_id]}",
                "amount": 1_000,
            }
            for merchant_id in merchant_ids
        ]
        outcomes = await self.ingest.submit_many(events, None)
        assert {each.status for each in outcomes} == {"accepted"}, outcomes
        return [self.told[merchant_id] for merchant_id in merchant_ids]


@asynccontextmanager
async def live_bench(server_url: str, merchant_ids: Sequence[str]) -> AsyncIterator[Bench]:
    """Pin everything, make the merchants, start the gateway."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    os.sched_setaffinity(0, {OTHER_CORE})
    folders = tempfile.TemporaryDirectory(prefix="z402-live-", ignore_cleanup_errors=True)
    with folders as folder, start(Path(folder) / "data", durable=False) as servers:
        async with fresh_database(server_url, "bench_live") as database, caching(servers.redis_url) as kept:
            await _merchants(database, merchant_ids)
            _pin_servers(Path(folder))
            ingest = IngestService(database, None, notify=kept.changes)
            async with _gateway(database.url, servers.redis_url, ingest) as bench:
                yield bench


def _pin_servers(folder: Path) -> None:
    """Keep our own servers, and nobody else's, off the gateway's core."""
    folders = (folder, folder.parent / "z402-bench-")
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error):
            if process.info["name"] in {"postgres", "valkey-server"} and process.cwd().startswith(
                tuple(map(str, folders))
            ):
                process.cpu_affinity([OTHER_CORE])


async def _merchants(database: Database, merchant_ids: Sequence[str]) -> None:
    async with database.acquire() as connection:
        await connection.executemany(
            "INSERT INTO merchants (merchant_id, name) VALUES ($1, $1)", [(each,) for each in merchant_ids]
        )


@asynccontextmanager
async def _gateway(database_url: str, redis_url: str, ingest: IngestService) -> AsyncIterator[Bench]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {
        **os.environ,
        "Z402_DATABASE_URL": database_url,
        "Z402_REDIS_URL": redis_url,
        "Z402_JWT_SECRET": SECRET,
        "Z402_LOG_LEVEL": "ERROR",
        "Z402_PORT": str(port),
    }
    command = (sys.executable, "-m", "tests.benchmarks.live_server", str(GATEWAY_CORE))
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        await _answering(port)
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield Bench(port, psutil.Process(process.pid), ingest, client)
    finally:
        process.terminate()
        await process.wait()

"""`serve` and `worker` as processes: they start, answer, and leave nothing behind."""

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx2
import psutil
import pytest

from jobs.contract import JobName
from sql import Database, Q


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(environment: Mapping[str, str], database_url: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "gateway", *arguments]
    variables = {**environment, "Z402_DATABASE_URL": database_url, "Z402_LOG_LEVEL": "WARNING"}
    process = subprocess.Popen(command, env=variables)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def until_healthy(port: int) -> None:
    async with httpx2.AsyncClient() as client:
        for _ in range(300):
            try:
                answer = await client.get(f"http://127.0.0.1:{port}/health")
                assert answer.json() == {"state": "ok"}
                return
            except httpx2.TransportError:
                await asyncio.sleep(0.1)
    pytest.fail("the gateway did not answer")


async def until_done(database: Database, name: JobName) -> None:
    for _ in range(300):
        if any(job.job == name and job.last_done_at for job in await database.fetch(Q.job_states)):
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"{name} was not done")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_one_process_ends_in_order(how: signal.Signals, environment: dict[str, str], database_url: str) -> None:
    port = free_port()
    with running(environment, database_url, "serve", "--port", str(port)) as process:
        await until_healthy(port)
        process.send_signal(how)
        assert process.wait(timeout=15) == 0


async def test_workers_leave_when_the_process_above_them_is_killed(
    environment: dict[str, str], database_url: str
) -> None:
    port = free_port()
    with running(environment, database_url, "serve", "--port", str(port), "--workers", "2") as process:
        await until_healthy(port)
        below = psutil.Process(process.pid).children(recursive=True)
        assert len(below) >= 2
        process.kill()
        _, alive = await asyncio.to_thread(psutil.wait_procs, below, 15)
        assert alive == []


async def test_a_head_that_never_ends_is_refused(environment: dict[str, str], database_url: str) -> None:
    port = free_port()
    with running(environment, database_url, "serve", "--port", str(port)):
        await until_healthy(port)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /health HTTP/1.1\r\nhost: x\r\nx-long: " + b"a" * 80_000)
        answer = await asyncio.wait_for(reader.read(), timeout=10)
        assert answer.startswith(b"HTTP/1.1 431 ")
        writer.close()

        # A body after a complete head is nobody's concern here, and neither is the next head on the connection.
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(b"POST /health HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n\r\n" + b"a" * 200_000)
        writer.write(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        answer = await asyncio.wait_for(reader.read(), timeout=10)
        assert answer.count(b"HTTP/1.1 405 ") == 3
        assert answer.endswith(b'{"state":"ok"}')
        writer.close()


async def test_the_worker_refreshes_and_ends_in_order(
    environment: dict[str, str], database: Database, database_url: str
) -> None:
    with running(environment, database_url, "worker") as process:
        await until_done(database, JobName.REFRESH_AGGREGATES)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0

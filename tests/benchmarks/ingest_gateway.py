"""The real gateway in a process of its own, and clients that cost the machine next to nothing."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from gateway.auth import mint_token

SECRET = "a secret that only benchmarks know, of 32 bytes or more"
START_SECONDS = 30


@asynccontextmanager
async def gateway(database_url: str) -> AsyncIterator[int]:
    """Start `z402-analytics serve` on a free port; give the port when it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {
        **os.environ,
        "Z402_DATABASE_URL": database_url,
        "Z402_REDIS_URL": "redis://127.0.0.1:1",
        "Z402_JWT_SECRET": SECRET,
        "Z402_LOG_LEVEL": "ERROR",
    }
    command = (sys.executable, "-m", "gateway", "serve", "--port", str(port))
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        await _answering(port)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def _answering(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


def request(body: bytes) -> bytes:
    """A whole POST of events, as bytes to send."""
    token = mint_token(SECRET, "benchmark", scopes=["admin"])
    head = (
        "POST /events HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/x-ndjson\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Client:
    """One kept connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, port: int) -> "Client":
        """Open the connection."""
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 20))

    async def send(self, whole: bytes) -> bytes:
        """Send a request and return the body of a 200; raise on anything else."""
        self._writer.write(whole)
        await self._writer.drain()
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError((head + body)[:500].decode())
        return body

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()


@asynccontextmanager
async def clients(port: int, count: int) -> AsyncIterator[Sequence[Client]]:
    """Several connections, open for a moment: an idle one is closed by the gateway."""
    opened = await asyncio.gather(*(Client.connect(port) for _ in range(count)))
    try:
        yield opened
    finally:
        for client in opened:
            client.close()

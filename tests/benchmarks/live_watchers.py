"""Subscribers that cost next to nothing: raw sockets that look for one number in each frame and note when it came."""

import asyncio
import base64
import os
import time
from collections.abc import Callable, Sequence
from typing import Final

import orjson

from tests.waiting import until

GRAPHQL: Final = "/graphql"
COUNT: Final = b'"transactionCount":'


def upgrade(path: str) -> bytes:
    """The request that makes a socket of a connection."""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: gateway\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
    ).encode()


def frame(message: object) -> bytes:
    """A client's text frame; its mask is zero, so that nothing needs masking."""
    body = orjson.dumps(message)
    size = bytes((0x80 | len(body),)) if len(body) < 126 else bytes((0x80 | 126,)) + len(body).to_bytes(2)
    return b"\x81" + size + b"\0\0\0\0" + body


PONG: Final = b"\x8a\x84\0\0\0\0"


class Watcher(asyncio.Protocol):
    """One socket with one subscription; `seen` is called with the number of each frame and the time it came."""

    def __init__(self, first: Sequence[bytes], seen: Callable[[int, float], None]) -> None:
        self._first = first
        self._seen = seen
        self._rest = b""
        self.open = False
        self.values = 0
        self.closed = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._first[0])

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        data = self._rest + data
        if not self.open:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self._rest = data
                return
            assert data.startswith(b"HTTP/1.1 101"), data[:200]
            self.open, data = True, data[end + 4 :]
            self.transport.write(b"".join(self._first[1:]))
        self._rest = self._frames(data, now)

    def connection_lost(self, _: Exception | None) -> None:
        self.closed = True

    def _frames(self, data: bytes, now: float) -> bytes:
        while len(data) >= 2:
            size, start = data[1], 2
            if size == 126:
                size, start = int.from_bytes(data[2:4]), 4
            if len(data) < start + size:
                break
            body, opcode, data = data[start : start + size], data[0] & 0x0F, data[start + size :]
            if opcode == 0x9:
                self.transport.write(PONG + body)
            found = body.find(COUNT) if opcode == 0x1 else -1
            if found >= 0:
                self.values += 1
                digits = body[found + len(COUNT) : found + len(COUNT) + 12].split(b",")[0].split(b"}")[0]
                self._seen(int(digits), now)
        return data


async def connect(
    port: int, path: str, first: Sequence[Sequence[bytes]], seen: Sequence[Callable[[int, float], None]]
) -> list[Watcher]:
    """Open a socket for each of `first`, some hundred at a time, and wait until each has a value."""
    loop = asyncio.get_running_loop()
    watchers: list[Watcher] = []
    for number, (messages, heard) in enumerate(zip(first, seen, strict=True)):
        head = [upgrade(path), *messages]
        _, watcher = await loop.create_connection(lambda h=head, s=heard: Watcher(h, s), "127.0.0.1", port)  # type: ignore[misc]
        watchers.append(watcher)
        if number % 200 == 199:
            await _all(watchers[-200:], lambda each: each.open)
    await _all(watchers, lambda each: each.values > 0)
    return watchers


async def _all(watchers: Sequence[Watcher], done: Callable[[Watcher], bool]) -> None:
    async with asyncio.timeout(120):
        while not all(map(done, watchers)):
            assert not any(each.closed for each in watchers)
            await asyncio.sleep(0.05)


async def disconnect(watchers: Sequence[Watcher]) -> None:
    """Close all and wait until they are."""
    for watcher in watchers:
        watcher.transport.abort()
    await until(lambda: all(watcher.closed for watcher in watchers), 60)
    await asyncio.sleep(1)

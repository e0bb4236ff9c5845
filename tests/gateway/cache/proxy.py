"""A door to Redis that can be shut, and a road behind it that can be blocked: what an outage looks like from here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class Proxy:
    """Passes bytes on; `url` is where to connect to."""

    def __init__(self, redis_url: str) -> None:
        self._parts = urlsplit(redis_url)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._free = asyncio.Event()
        self._free.set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Let connections in."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Cut all connections and let none in: Redis is gone."""
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()
        await asyncio.sleep(0.01)

    def block(self) -> None:
        """Let no reply through: the machine is there, and silent."""
        self._free.clear()

    def unblock(self) -> None:
        self._free.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._parts.scheme == "unix":
            there, back = await asyncio.open_unix_connection(self._parts.path)
        else:
            there, back = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        self._writers |= {writer, back}
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer, self._free))
        writer.transport.abort()
        back.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, free: asyncio.Event | None = None
    ) -> None:
        try:
            while data := await reader.read(65_536):
                if free is not None:
                    await free.wait()
                writer.write(data)
        except OSError:
            pass
        finally:
            writer.transport.abort()


@asynccontextmanager
async def proxy(redis_url: str) -> AsyncIterator[Proxy]:
    """An open one."""
    found = Proxy(redis_url)
    await found.open()
    try:
        yield found
    finally:
        found.unblock()
        await found.shut()

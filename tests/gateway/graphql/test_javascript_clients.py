"""The public JavaScript clients watch, are cut off, and come back: sockets and streams, restarts, a token that ends."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.http_protocol import LEAVE
from gateway.web import build
from gateway.websocket_protocol import FramedSocket
from tests.conftest import NewDatabase, Servers
from tests.gateway.graphql.conftest import Site, running, settings, token
from tests.gateway.graphql.test_live import settle

JAVASCRIPT = Path(__file__).parents[2] / "javascript"
CLIENTS = ("graphql-ws", "graphql-sse", "apollo", "urql")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def node() -> dict[str, str]:
    """The environment of a current Node.js, with the locked packages installed."""
    environment = build.node_environment(JAVASCRIPT)
    build._install(JAVASCRIPT, environment)
    return environment


class Client:
    """A client in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.lines: list[Any] = []

    async def line(self) -> Any:
        """The next thing that it says."""
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            text = await self._process.stdout.readline()
        assert text, "it ended"
        self.lines.append(orjson.loads(text))
        return self.lines[-1]

    async def count(self, wanted: Callable[[int], bool] = lambda _: True) -> int:
        """The next value that is wanted; there may be the same one again, and nothing else."""
        while True:
            said = await self.line()
            assert set(said) == {"count"}, said
            if wanted(said["count"]):
                return int(said["count"])


@asynccontextmanager
async def client(node: dict[str, str], which: str, site: Site, credential: str | None = None) -> AsyncIterator[Client]:
    process = await asyncio.create_subprocess_exec(
        "node",
        "watch.mjs",
        which,
        f"http://127.0.0.1:{site.port}/graphql",
        credential or token("shop"),
        cwd=JAVASCRIPT,
        env=node,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Client(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        async with asyncio.timeout(10):
            await process.wait()


@pytest.mark.parametrize("which", CLIENTS)
async def test_it_watches_is_cut_off_and_comes_back(site: Site, node: dict[str, str], which: str) -> None:
    async with client(node, which, site) as watching:
        count = await watching.count()
        await asyncio.sleep(1)
        await settle(site, f"{which}-before")
        count = await watching.count(lambda seen: seen > count)
        for protocol in tuple(site.server_connections()):
            if isinstance(protocol, FramedSocket) or (protocol.cycle and LEAVE in protocol.cycle.scope):
                protocol.transport.abort()
        await settle(site, f"{which}-meanwhile")
        count = await watching.count(lambda seen: seen > count)
        await asyncio.sleep(1)
        await settle(site, f"{which}-after")
        await watching.count(lambda seen: seen > count)


@pytest.mark.parametrize("which", CLIENTS)
async def test_it_survives_a_deploy(
    node: dict[str, str], which: str, tmp_path: Path, new_database: NewDatabase, servers: Servers
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    async with new_database() as url, AsyncExitStack() as leaving:
        given = settings(tmp_path, url, redis_url=await servers.empty_redis())
        async with running(given, port) as site:
            created = {"query": 'mutation { createMerchant(input: {id: "shop", name: "Shop"}) { merchant { id } } }'}
            assert "errors" not in (await site.post(created, token())).json()
            watching = await leaving.enter_async_context(client(node, which, site))
            count = await watching.count()
        async with running(given, port) as site:
            await settle(site, f"{which}-deployed")
            await watching.count(lambda seen: seen == count + 1)

"""The whole application behind real sockets: one process, one database for the tests of a module."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette

from gateway.app import create_app
from gateway.auth import mint_token
from gateway.serving import server_config
from gateway.settings import Settings
from resolvers.context import ADMIN, READ, WRITE
from sql import Database
from tests.conftest import NewDatabase, Servers

SECRET = "a secret of at least thirty-two bytes"
MAX_BODY = 20_000


def token(merchant_id: str | None = None, *scopes: str, lifetime: timedelta = timedelta(hours=1)) -> str:
    """A token: of the facilitator's administrator, or of a merchant."""
    given = scopes or ((READ, WRITE) if merchant_id else (ADMIN,))
    return mint_token(SECRET, "tester", scopes=given, merchant_id=merchant_id, lifetime=lifetime)


class Quiet(uvicorn.Server):
    """A server that leaves the signals to pytest."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class Site:
    """A running application and a client for it."""

    app: Starlette
    client: httpx2.AsyncClient
    port: int
    server: uvicorn.Server

    def server_connections(self) -> set[Any]:
        """The protocols of its open connections."""
        return self.server.server_state.connections

    def stop(self) -> None:
        """Ask it to end, as a deploy does."""
        self.server.should_exit = True

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/graphql"

    async def post(self, body: Any, credential: str | None = None, **headers: str) -> httpx2.Response:
        given = {"authorization": f"Bearer {credential}"} if credential else {}
        return await self.client.post("/graphql", json=body, headers={**given, **headers})


def settings(folder: Path, database_url: str, **changes: Any) -> Settings:
    """Settings of a process that was given its servers."""
    values = {"jwt_secret": SECRET, "max_body_bytes": MAX_BODY, "acquire_timeout_ms": 1_000, **changes}
    return Settings(data_dir=folder, database_url=database_url, **values)


@contextlib.asynccontextmanager
async def running(given: Settings, port: int = 0) -> AsyncIterator[Site]:
    """Serve an application as the program does, on a free port unless one is named."""
    app = create_app(given)
    config = server_config(given, app)
    config.port, config.timeout_graceful_shutdown = port, 2
    server = Quiet(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
        assert not serving.done()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            yield Site(app, client, port, server)
    finally:
        server.should_exit = True
        await serving


@pytest.fixture(scope="module")
async def site(
    tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase, servers: Servers
) -> AsyncIterator[Site]:
    """An application for the tests of a module, with the merchants shop and other."""
    async with new_database() as url:
        database = Database(url, pool_size=1)
        async with database.acquire() as connection:
            await connection.execute(
                "INSERT INTO merchants (merchant_id, name) VALUES ('shop', 'Shop'), ('other', 'Other')"
            )
        await database.close()
        folder = tmp_path_factory.mktemp("site")
        async with running(settings(folder, url, redis_url=await servers.empty_redis())) as site:
            yield site

"""A dashboard through `kill -9` of Valkey, PostgreSQL and the gateway: it comes to see all that was committed."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from gateway.embedded import start
from sql import Database
from sql.migrate import migrate
from tests.chaos.gateway import Gateway, token
from tests.factories import settled
from tests.gateway.embedded.processes import pid_of
from tests.waiting import until

COUNT = 'subscription { realtime(merchantId: "shop") { today { transactionCount } } }'


class Dashboard:
    """A client that connects again whenever it was cut off, and holds the newest count."""

    def __init__(self, gateway: Gateway) -> None:
        self.count: int | None = None
        self.seen_at = 0.0
        self.connections = 0
        self._url = f"ws://127.0.0.1:{gateway.port}/graphql"

    async def run(self) -> None:
        while True:
            with suppress(OSError, WebSocketException, TimeoutError):
                await self._watch()
            await asyncio.sleep(0.1)

    async def _watch(self) -> None:
        async with connect(self._url, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
            init = {"type": "connection_init", "payload": {"authorization": f"Bearer {token()}"}}
            await socket.send(orjson.dumps(init).decode())
            await socket.send(orjson.dumps({"type": "subscribe", "id": "1", "payload": {"query": COUNT}}).decode())
            self.connections += 1
            async for text in socket:
                message = orjson.loads(text)
                if message["type"] == "next":
                    assert "errors" not in message["payload"], message
                    self.count = message["payload"]["data"]["realtime"]["today"]["transactionCount"]
                    self.seen_at = time.monotonic()


class Till:
    """Sends payments until they are acknowledged."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.told = 0

    async def settle(self) -> None:
        """Commit one more, however long that takes."""
        self.told += 1
        event = settled(f"p{self.told}", datetime.now(UTC), 1, merchant="shop")
        headers = {"authorization": f"Bearer {token()}", "content-type": "application/x-ndjson"}
        async with httpx2.AsyncClient(base_url=self._gateway.url, headers=headers, timeout=20) as client:

            async def committed() -> bool:
                with suppress(httpx2.HTTPError):
                    answer = await client.post("/events", content=orjson.dumps(event) + b"\n")
                    return answer.status_code == 200
                return False

            await until(committed, 60, every=0.2)


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_a_dashboard_comes_to_see_what_was_committed_whatever_is_killed(data_dir: Path) -> None:
    with start(data_dir) as servers:
        await migrate(servers.database_url)
        database = Database(servers.database_url, pool_size=1)
        async with database.acquire() as connection:
            await connection.execute("INSERT INTO merchants (merchant_id, name) VALUES ('shop', 'Shop')")
        await database.close()
        gateway = Gateway.begin(data_dir)
        till, dashboard = Till(gateway), Dashboard(gateway)
        watching = asyncio.create_task(dashboard.run())
        try:
            await until(lambda: dashboard.count == 0, 60)
            for killed in ("valkey-server", "postgres", "gateway", "valkey-server", "gateway", "postgres"):
                if killed == "gateway":
                    gateway.kill()
                    gateway = Gateway.begin(data_dir, gateway.port)
                else:
                    os.kill(pid_of(killed, data_dir), signal.SIGKILL)
                await till.settle()
                await until(lambda: dashboard.count == till.told, 60)
                await asyncio.sleep(1.5)
                await till.settle()
                committed = time.monotonic()
                await until(lambda: dashboard.count == till.told, 20)
                # Once all is back it is as quick as before; a machine that does other work gets some time more.
                assert dashboard.seen_at - committed < 5
            assert dashboard.connections == 3  # Valkey and PostgreSQL cost it no connection
        finally:
            watching.cancel()
            gateway.stop()

"""The dashboard while everything below it is killed and comes back, with servers of the test's own."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from playwright.async_api import Browser, expect

from gateway.auth import mint_token
from gateway.embedded import start
from gateway.settings import Settings
from sql.migrate import migrate
from tests.browser.conftest import SECRET, Site, serving
from tests.browser.dashboard import Dashboard
from tests.factories import settled
from tests.folders import server_folder
from tests.gateway.embedded.processes import pid_of

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Below:
    """The servers of one data folder, and the settings of a gateway on them."""

    data_dir: Path
    settings: Settings

    def kill(self, server: str) -> None:
        """End a server without a word; its keeper starts it again."""
        os.kill(pid_of(server, self.data_dir), signal.SIGKILL)


@pytest.fixture
async def below() -> AsyncIterator[Below]:
    with server_folder("restart") as folder, start(folder / "data", durable=False) as servers:
        await migrate(servers.database_url)
        yield Below(
            folder / "data",
            Settings(
                data_dir=folder / "data",
                database_url=servers.database_url,
                redis_url=servers.redis_url,
                jwt_secret=SECRET,
            ),
        )


async def tell(site: Site, number: int) -> None:
    """Write an event as a good client does: again, until it is acknowledged."""
    event = settled(f"again-{number}", datetime.now(UTC), 100_000_000)
    for _ in range(100):
        with suppress(httpx2.HTTPError, AssertionError):
            return await site.tell(event)
        await asyncio.sleep(0.2)
    raise AssertionError("it was never acknowledged")


async def test_it_comes_back_after_redis_postgresql_and_the_gateway(below: Below, browser: Browser) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    context = await browser.new_context()
    async with AsyncExitStack() as running, httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        origin = await running.enter_async_context(serving(below.settings, port))
        site = Site(origin, client)
        await site.add_merchant("shop", "Aurora Coffee")
        dashboard = Dashboard(await context.new_page(), origin)
        await dashboard.open(mint_token(SECRET, "shop", scopes=["analytics:read"], merchant_id="shop"))
        await dashboard.live()
        await tell(site, 1)
        await expect(dashboard.revenue).to_have_text("1.00000000")

        below.kill("valkey-server")
        await tell(site, 2)
        await expect(dashboard.revenue).to_have_text("2.00000000")

        below.kill("postgres")
        await tell(site, 3)
        await expect(dashboard.revenue).to_have_text("3.00000000")

        await running.aclose()
        await expect(dashboard.connection).not_to_have_attribute("data-connection", "live")
        # What is known stays in sight while there is nobody to ask.
        await expect(dashboard.revenue).to_have_text("3.00000000")
        await running.enter_async_context(serving(below.settings, port))
        await tell(site, 4)
        await expect(dashboard.revenue).to_have_text("4.00000000")
        await dashboard.live()
        await expect(dashboard.tile("trend").locator("[data-series=current] dd")).to_contain_text("4.00000000")
    await context.close()

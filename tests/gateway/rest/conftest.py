"""The application with a small known history behind its REST routes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from sql import Database
from tests import factories as f
from tests.conftest import NewDatabase, Servers
from tests.gateway.graphql.conftest import Site, running, settings, token
from tests.resolvers.conftest import desk_of

AT = "2026-05-13T12:00:00Z"  # a Wednesday, 14:00 in Berlin
PREFIX = "/api/v1/analytics"


@dataclass
class Rest:
    """Asks the routes as the merchant `shop`, at AT."""

    site: Site
    folder: Path

    async def get(self, path: str, *, credential: str | None = "shop", **more: Any) -> httpx2.Response:
        """The answer to a route; parameters are part of the path."""
        headers = dict(more.pop("headers", {}))
        if credential is not None:
            headers["authorization"] = f"Bearer {token(credential)}"
        method = more.pop("method", "GET")
        return await self.site.client.request(method, f"{PREFIX}{path}", headers=headers, **more)

    async def told(self, path: str) -> Any:
        """What a route tells at AT under its own key."""
        answer = await self.get(f"{path}{'&' if '?' in path else '?'}at={AT}")
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body.pop("success") is True
        [(_, told)] = body.items()
        return told


HISTORY = [
    # This hour, in Berlin from 14:00 on: nothing yet; today from 2026-05-12T22:00Z on.
    f.created("a", "2026-05-13T08:00:00", amount=125_000_000, payer="t1alice", method="transparent", resource="/maps"),
    f.settled("a", "2026-05-13T08:01:15", 125_000_000, fee=1_000_000, payer="t1alice", method="transparent",
              resource="/maps", latency_ms=75_000),
    f.settled("b", "2026-05-13T09:30:00", 3, payer="t1bob", method="transparent", resource="/tiles", latency_ms=25_000),
    f.settled("c", "2026-05-13T09:31:00", 2_100_000_000_000_000, method="shielded", resource="/maps",
              latency_ms=50_000),
    f.failed("d", "2026-05-13T09:40:00", "INSUFFICIENT_CONFIRMATIONS", method="shielded", resource="/maps"),
    f.failed("e", "2026-05-13T09:41:00", "TIMEOUT", method="transparent"),
    f.expired("g", "2026-05-13T09:50:00"),
    f.verifying("open", "2026-05-13T11:50:00", amount=5),
    f.created("waiting", "2026-05-13T11:55:00", amount=5),
    # Failed at first, settled at the second attempt, long ago.
    f.failed("retry", "2026-03-20T09:00:00", "TIMEOUT", method="transparent"),
    f.settled("retry", "2026-03-20T09:05:00", 7, attempt=2, payer="t1dave", method="transparent"),
    # Yesterday, before and after the same wall time.
    f.settled("y1", "2026-05-12T07:00:00", 100_000_000, payer="t1alice", method="transparent", resource="/maps"),
    f.settled("y2", "2026-05-12T20:00:00", 50_000_000, payer="t1carol", method="transparent", resource="/tiles"),
    # Last month.
    f.settled("m1", "2026-04-02T10:00:00", 10_000_000, payer="t1dave", method="transparent", resource="/maps"),
    f.access("/maps", "2026-05-13T08:00:00"),
    f.access("/maps", "2026-05-13T08:01:16", "paid"),
    f.access("/maps", "2026-05-13T08:02:00"),
    f.webhook("w1", "2026-05-13T08:01:20", "delivered", latency_ms=120),
    f.webhook("w2", "2026-05-13T09:30:20", "failed", event_type="payment.failed"),
    f.webhook("w2", "2026-05-13T09:31:20", "delivered", 2, event_type="payment.failed", latency_ms=240),
    f.webhook("w3", "2026-05-13T09:32:20", "pending"),
]  # fmt: skip


@pytest.fixture(scope="module")
async def rest(
    tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase, servers: Servers
) -> AsyncIterator[Rest]:
    """The routes of the merchants shop, in Berlin, and other, which has nothing."""
    async with new_database() as url:
        database = Database(url, pool_size=2)
        desk = desk_of(database)
        await desk.merchants("shop", zone="Europe/Berlin")
        await desk.merchants("other")
        await desk.tell(HISTORY)
        await database.close()
        folder = tmp_path_factory.mktemp("rest")
        given = settings(
            folder,
            url,
            redis_url=await servers.empty_redis(),
            allowed_origins=("https://shop.example",),
        )
        async with running(given) as site:
            yield Rest(site, folder)

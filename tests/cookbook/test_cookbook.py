"""The cookbook's snippets, as they stand in it, against a real gateway."""

import asyncio
import functools
import http.server
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from sql import Database
from tests import factories as f
from tests.browser.conftest import browser
from tests.conftest import NewDatabase, Servers
from tests.cookbook.kitchen import Kitchen, cook, snippets
from tests.gateway.graphql.conftest import Site, running, settings, token
from tests.resolvers.conftest import desk_of

__all__ = ["browser"]

pytestmark = pytest.mark.slow
RUN = ("payments.ts", "rest.ts", "metrics.ts", "urql.ts", "apollo.ts", "relay.ts")
READ_ALONE = "analytics:read"
#: Browsers and later versions of Node.js have one anyway.
WEB_SOCKET = "--experimental-websocket"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None: ...


@contextmanager
def pages(folder: Path) -> Iterator[str]:
    """Another host, which serves a folder; gives its origin."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder that another host serves, and that host's origin."""
    folder = tmp_path_factory.mktemp("pages")
    with pages(folder) as origin:
        yield folder, origin


@pytest.fixture(scope="module")
async def site(
    tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase, servers: Servers, shelf: tuple[Path, str]
) -> AsyncIterator[Site]:
    """A gateway that lets the other host's pages read, with five payments of today."""
    now = datetime.now(UTC)
    async with new_database() as url:
        database = Database(url, pool_size=2)
        desk = desk_of(database)
        await desk.merchants("shop")
        await desk.tell([f.settled(f"p{n}", now, 50_000_000, method="transparent") for n in range(5)])
        await database.close()
        folder = tmp_path_factory.mktemp("gateway")
        async with running(
            settings(folder, url, redis_url=await servers.empty_redis(), allowed_origins=(shelf[1],))
        ) as site:
            yield site


@pytest.fixture(scope="module")
async def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Kitchen:
    """The snippets, typed by the schema and compiled: a type error fails here."""
    return await asyncio.to_thread(cook, tmp_path_factory.mktemp("kitchen"))


def test_every_program_of_the_cookbook_is_run() -> None:
    libraries = {"ask.ts"}
    programs = {name for name in snippets() if name.endswith(".ts")} - libraries
    assert programs == set(RUN)


@pytest.mark.parametrize(
    ("program", "written"),
    [
        ("payments.ts", "p4 p3 p2 p1 p0\n"),
        ("rest.ts", "5 304\n"),
        ("metrics.ts", "REVENUE 250000000 ZATOSHI\nSUCCESS_RATE 100 PERCENT\nTRANSPARENT 7 2.5\n"),
        ("urql.ts", "2.50000000\n5\n"),
        ("apollo.ts", "2.50000000\np4 p3 p2 p1 p0\n5\n"),
        ("relay.ts", "2.50000000 2\n5\n"),
    ],
)
async def test_a_program_writes_what_the_merchant_has(site: Site, kitchen: Kitchen, program: str, written: str) -> None:
    url = f"http://127.0.0.1:{site.port}/graphql"
    name = program.replace(".ts", ".js")
    variables = {"Z402_URL": url, "Z402_TOKEN": token("shop", READ_ALONE)}
    assert await asyncio.to_thread(kitchen.run, "node", WEB_SOCKET, name, **variables) == written


async def test_the_first_chart_draws_the_day(site: Site, shelf: tuple[Path, str], browser: Browser) -> None:
    folder, origin = shelf
    page = snippets()["chart.html"]
    assert "127.0.0.1:8402" in page
    (folder / "chart.html").write_text(page.replace("127.0.0.1:8402", f"127.0.0.1:{site.port}"), encoding="utf-8")
    context = await browser.new_context()
    try:
        tab = await context.new_page()
        complaints: list[str] = []
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        await tab.goto(f"{origin}/chart.html#{token('shop', READ_ALONE)}")
        await expect(tab.locator("#total")).to_have_text("2.50000000 ZEC")
        await expect(tab.locator("rect")).to_have_count(24)
        await expect(tab.locator('rect[height="100"]')).to_have_count(1)
        assert complaints == []
    finally:
        await context.close()

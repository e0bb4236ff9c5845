"""One gateway and one browser for the run; a page, and a look at all that it asked for, for each test."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright, expect

from gateway.app import create_app
from gateway.auth import mint_token
from gateway.http_protocol import BoundedHttp
from gateway.settings import Settings
from gateway.web.pages import DIST
from gateway.websocket_protocol import FramedSocket
from tests.browser.dashboard import Dashboard
from tests.browser.explorer import Explorer
from tests.browser.heard import Heard
from tests.conftest import NewDatabase, Servers
from tests.factories import MERCHANT, WireEvent, settled

SECRET = "a secret of the browser tests, long enough"

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# For a machine that does other work at the same time; a page that stands takes a second or two.
PATIENCE_MS = 30_000
# The first keeps the browser from looking up any name but ours, whatever a page should ask for.
ARGUMENTS = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True, slots=True)
class Site:
    """A running gateway with one merchant, and tokens for it."""

    origin: str
    client: httpx2.AsyncClient

    @property
    def admin(self) -> str:
        """A token of the facilitator."""
        return mint_token(SECRET, "browser-admin", scopes=("admin", "analytics:read", "events:write"))

    @property
    def merchant(self) -> str:
        """A token of the merchant's own."""
        return self.token()

    def token(self, merchant_id: str = MERCHANT, lifetime: timedelta = timedelta(hours=1)) -> str:
        """A token of any merchant's own."""
        scopes = ("analytics:read", "events:write")
        return mint_token(SECRET, f"browser-{merchant_id}", scopes=scopes, merchant_id=merchant_id, lifetime=lifetime)

    async def add_merchant(self, merchant_id: str, name: str, timezone: str = "UTC") -> None:
        """Make a further merchant, for a test that wants figures of its own."""
        document = "mutation ($input: CreateMerchantInput!) { createMerchant(input: $input) { merchant { id } } }"
        await self.ask(document, input={"id": merchant_id, "name": name, "timezone": timezone})

    async def tell(self, *events: WireEvent) -> None:
        """Write events, all of which must be taken."""
        document = "mutation ($events: [Event!]!) { trackEvents(events: $events) { accepted } }"
        data = await self.ask(document, events=list(events))
        assert data == {"trackEvents": {"accepted": len(events)}}

    async def ask(self, document: str, **variables: object) -> object:
        """Run a document as the facilitator, and return its data."""
        answer = await self.client.post(
            "/graphql",
            json={"query": document, "variables": variables},
            headers={"authorization": f"Bearer {self.admin}"},
        )
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]


@pytest.fixture(scope="session")
async def site(
    servers: Servers, new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Site]:
    if not all((DIST / page / "index.html").is_file() for page in ("explorer", "dashboard")):
        pytest.skip("the pages are not built: run `make web`")
    async with new_database() as database_url:
        settings = Settings(
            data_dir=tmp_path_factory.mktemp("browser"),
            database_url=database_url,
            redis_url=await servers.empty_redis(),
            jwt_secret=SECRET,
        )
        async with serving(settings) as origin, httpx2.AsyncClient(base_url=origin) as client:
            site = Site(origin, client)
            await site.ask(
                'mutation { createMerchant(input: {id: "shop", name: "Aurora Coffee"}) { merchant { id } } }'
            )
            await site.tell(settled("first", datetime.now(UTC), 150_000_000, method="shielded"))
            yield site


class Server(uvicorn.Server):
    """Says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def serving(settings: Settings, port: int = 0) -> AsyncIterator[str]:
    """Serve the real application in this event loop, on a port of its own unless one is named; gives the origin."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    config = uvicorn.Config(
        create_app(settings), log_level="warning", http=BoundedHttp, ws=FramedSocket, timeout_graceful_shutdown=1
    )
    server = Server(config)
    task = asyncio.create_task(server.serve([listener]))
    try:
        await server.ready.wait()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()


def chromium() -> str | None:
    """Where a Chromium is; None for none."""
    found = (shutil.which(name) for name in NAMES)
    return os.environ.get("Z402_CHROMIUM") or next(filter(None, found), None)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        executable = chromium() or playwright.chromium.executable_path
        if not Path(executable).exists():
            pytest.skip("needs a Chromium: install one, or name it in Z402_CHROMIUM")
        running = await playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield running
        finally:
            await running.close()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def theme() -> str:
    """The system's colours; a test may parametrize it."""
    return "light"


@pytest.fixture
def size() -> tuple[int, int]:
    """Width and height of the window; a test may parametrize it."""
    return 1440, 900


@pytest.fixture
async def page(site: Site, browser: Browser, heard: Heard, theme: str, size: tuple[int, int]) -> AsyncIterator[Page]:
    """A page in a browser profile of its own; no test may ask anything of anyone else, nor leave a complaint."""
    context = await browser.new_context(
        color_scheme="dark" if theme == "dark" else "light", viewport={"width": size[0], "height": size[1]}
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    heard.listen(page)
    try:
        yield page
        assert heard.foreign(site.origin) == []
        assert heard.complaints == []
    finally:
        await context.close()


@pytest.fixture
def explorer(page: Page, site: Site) -> Explorer:
    """The explorer's page object."""
    return Explorer(page, site.origin)


@pytest.fixture
def dashboard(page: Page, site: Site) -> Dashboard:
    """The dashboard's page object."""
    return Dashboard(page, site.origin)

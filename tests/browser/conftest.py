"""One gateway and one browser for the run; a page, and a look at all that it asked for, for each test."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
import uvicorn
from playwright.async_api import Browser, ConsoleMessage, Error, Page, Request, WebSocket, async_playwright, expect

from gateway.app import create_app
from gateway.auth import mint_token
from gateway.http_protocol import BoundedHttp
from gateway.settings import Settings
from gateway.web.pages import DIST
from gateway.websocket_protocol import FramedSocket
from tests.browser.explorer import Explorer
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
        scopes = ("analytics:read", "events:write")
        return mint_token(SECRET, "browser-shop", scopes=scopes, merchant_id=MERCHANT)

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
    if not (DIST / "explorer" / "index.html").is_file():
        pytest.skip("the pages are not built: run `make web`")
    async with new_database() as database_url:
        settings = Settings(
            data_dir=tmp_path_factory.mktemp("browser"),
            database_url=database_url,
            redis_url=servers.redis_url,
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
async def serving(settings: Settings) -> AsyncIterator[str]:
    """Serve the real application on a port of its own, in this event loop; gives the origin."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
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


@dataclass  # without slots: Playwright leaves a mark of its own on what it is given to call
class Heard:
    """All that a page asked for and complained of."""

    requests: list[Request] = field(default_factory=list)
    sockets: list[WebSocket] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.context.on("request", self._request)
        page.on("websocket", self._socket)
        page.on("console", self._console)
        page.on("pageerror", self._error)

    def _request(self, request: Request) -> None:
        self.requests.append(request)

    def _socket(self, opened: WebSocket) -> None:
        self.sockets.append(opened)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium also reports each answer of 4xx there, which tests of refusals want.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)

    def _error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def foreign(self, origin: str) -> list[str]:
        """What was asked of anyone but the origin."""
        ours = (f"{origin}/", f"{origin.replace('http', 'ws', 1)}/", "about:blank", "data:", f"blob:{origin}/")
        asked = [request.url for request in self.requests] + [opened.url for opened in self.sockets]
        return [url for url in asked if not url.startswith(ours)]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def theme() -> str:
    """The system's colours; a test may parametrize it."""
    return "light"


@pytest.fixture
async def explorer(site: Site, browser: Browser, heard: Heard, theme: str) -> AsyncIterator[Explorer]:
    """The explorer's page object, in a browser profile of its own; no test may ask anything of anyone else."""
    context = await browser.new_context(
        color_scheme="dark" if theme == "dark" else "light", viewport={"width": 1440, "height": 900}
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    heard.listen(page)
    try:
        yield Explorer(page, site.origin)
        assert heard.foreign(site.origin) == []
        assert heard.complaints == []
    finally:
        await context.close()

"""The dashboard where the live connection is open and says nothing, and where none can be had."""

import asyncio
import json
from datetime import UTC, datetime

from playwright.async_api import Route, WebSocketRoute, expect

from tests.browser.conftest import Site
from tests.browser.dashboard import Dashboard
from tests.factories import settled

PAST_SILENCE = "00:41"  # the page asks by the other way after 40 s
AWAY = {"message": "The database does not answer; try again.", "extensions": {"code": "STORE_UNAVAILABLE"}}


class Silence:
    """A live connection whose values are lost on the way from when it is told to."""

    def __init__(self) -> None:
        self.fallen = False
        self._lost = ""
        self._stirred = asyncio.Event()

    def pass_on(self, page: WebSocketRoute) -> None:
        """Be between the page and the gateway."""
        gateway = page.connect_to_server()

        def from_gateway(message: str | bytes) -> None:
            if self.fallen and json.loads(message)["type"] == "next":
                self._lost += str(message)
                self._stirred.set()
            else:
                page.send(message)

        gateway.on_message(from_gateway)

    async def swallowed(self, payment_id: str) -> None:
        """Return when the gateway has told of a payment, which the page did not hear."""
        async with asyncio.timeout(30):
            while payment_id not in self._lost:
                self._stirred.clear()
                await self._stirred.wait()


async def shut(route: Route) -> None:
    """Answer as a gateway does whose database is away."""
    await route.fulfill(status=503, content_type="application/json", body=json.dumps({"errors": [AWAY]}))


async def test_a_silent_connection_is_asked_about_by_the_other_way(dashboard: Dashboard, site: Site) -> None:
    page, silence = dashboard.page, Silence()
    await site.add_merchant("mute", "Mute")
    await site.tell(settled("mute-1", datetime.now(UTC), 1, merchant="mute"))
    await page.clock.install()
    await page.route_web_socket("**/graphql", silence.pass_on)
    await dashboard.open(site.token("mute"))
    await dashboard.live()
    await expect(dashboard.payment("mute-1")).to_be_visible()
    silence.fallen = True
    await site.tell(settled("mute-2", datetime.now(UTC), 2, merchant="mute"))
    await silence.swallowed("mute-2")
    await expect(dashboard.payment("mute-2")).to_have_count(0)
    await page.clock.fast_forward(PAST_SILENCE)
    await expect(dashboard.revenue).to_have_text("0.00000003")
    await expect(dashboard.payment("mute-2")).to_be_visible()
    await expect(dashboard.connection).to_have_attribute("data-connection", "live")

    await page.route("**/graphql", shut)
    await page.clock.fast_forward(PAST_SILENCE)
    await expect(dashboard.connection).to_contain_text("LiveSTORE_UNAVAILABLE")
    await expect(dashboard.tile("feed")).to_contain_text("Not up to date")
    await expect(dashboard.revenue).to_have_text("0.00000003")
    await page.unroute("**/graphql")
    await page.clock.fast_forward("00:06")
    await expect(dashboard.connection).not_to_contain_text("STORE_UNAVAILABLE")
    await expect(dashboard.tile("feed")).not_to_contain_text("Not up to date")


async def test_without_a_live_connection_it_asks_every_few_seconds(dashboard: Dashboard, site: Site) -> None:
    page = dashboard.page
    await site.add_merchant("poll", "Poll")
    await site.tell(settled("poll-1", datetime.now(UTC), 1, merchant="poll"))
    await page.clock.install()
    await page.route_web_socket("**/graphql", close)
    await dashboard.open(site.token("poll"))
    await expect(dashboard.revenue).to_have_text("0.00000001")
    await page.clock.fast_forward("00:07")
    await expect(dashboard.connection).to_have_attribute("data-connection", "polling")
    await expect(dashboard.payment("poll-1")).to_be_visible()
    await site.tell(settled("poll-2", datetime.now(UTC), 2, merchant="poll"))
    await page.clock.fast_forward("00:06")
    await expect(dashboard.revenue).to_have_text("0.00000003")
    await expect(dashboard.payment("poll-2")).to_be_visible()


async def close(socket: WebSocketRoute) -> None:
    """As a proxy that lets no WebSocket through."""
    await socket.close(code=1011)

"""Subscriptions in the explorer: over graphql-transport-ws, with the token, for as long as they are wanted."""

import json
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import WebSocket, expect

from tests.browser.conftest import Site
from tests.browser.explorer import Explorer
from tests.browser.heard import Heard
from tests.factories import settled


class Frames:
    """What one socket sent."""

    def __init__(self, opened: WebSocket) -> None:
        self.sent: list[dict[str, Any]] = []
        opened.on("framesent", lambda frame: self.sent.append(json.loads(frame)))


async def start(explorer: Explorer, token: str) -> list[Frames]:
    """Open the page and start the example; gives the frames of each socket that is opened from then on."""
    sockets: list[Frames] = []
    explorer.page.on("websocket", lambda opened: sockets.append(Frames(opened)))
    await explorer.open(token)
    await explorer.tab("LiveRealtime")
    await explorer.run()
    return sockets


async def test_it_shows_the_whole_at_once_and_then_each_change(explorer: Explorer, site: Site) -> None:
    token = site.merchant
    sockets = await start(explorer, token)
    await expect(explorer.live).to_have_text("Live")
    assert [frame["type"] for frame in sockets[0].sent] == ["connection_init", "subscribe"]
    assert sockets[0].sent[0]["payload"] == {"authorization": f"Bearer {token}"}

    await site.tell(settled("watched", datetime.now(UTC), 2_500_000, method="transparent"))
    answer = await explorer.answer(containing='"watched"')
    latest = answer["data"]["realtime"]["recentPayments"][0]
    assert (latest["paymentId"], latest["amount"]) == ("watched", {"zec": "0.02500000"})
    await expect(explorer.exchange).to_contain_text("updates · last at")


async def test_the_button_stops_it_and_the_connection_closes(explorer: Explorer, site: Site, heard: Heard) -> None:
    sockets = await start(explorer, site.merchant)
    await explorer.press_run()
    await expect(explorer.live).to_have_text("Live idle")
    assert sockets[0].sent[-1]["type"] == "complete"
    assert [opened.is_closed() for opened in heard.sockets] == [True]


async def test_a_new_token_takes_it_over_on_a_new_connection(explorer: Explorer, site: Site, heard: Heard) -> None:
    sockets = await start(explorer, site.merchant)
    admin = site.admin
    async with explorer.page.expect_websocket():
        await explorer.use_token(admin)
    await expect(explorer.live).to_have_text("Live")
    await explorer.answer(containing="recentPayments")
    assert sockets[1].sent[0]["payload"] == {"authorization": f"Bearer {admin}"}
    if not heard.sockets[0].is_closed():
        await heard.sockets[0].wait_for_event("close")


async def test_a_socket_that_is_refused_is_not_tried_again(explorer: Explorer, site: Site, heard: Heard) -> None:
    await explorer.open("not-a-token")
    await explorer.tab("LiveRealtime")
    await explorer.press_run()
    answer = await explorer.answer(containing="errors")
    assert answer["errors"][0]["message"].startswith("The live connection ended (4403)")
    await expect(explorer.live).to_have_text("Live ended")
    assert len(heard.sockets) == 1

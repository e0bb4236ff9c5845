"""Charts whose code cannot be fetched: their places say so, and all else goes on."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Site
from tests.browser.dashboard import Dashboard
from tests.browser.heard import Heard
from tests.factories import settled

HEAT_MAP = "**/assets/HeatMap-*.js"
SHARED = "**/assets/TimeChart-*.js"
LOST = "The chart could not be loaded."


async def refuse(route: Route) -> None:
    await route.abort()


async def gone(route: Route) -> None:
    await route.fulfill(status=404)


@pytest.mark.parametrize(("payment", "answer"), [("amid-refusal", refuse), ("amid-absence", gone)])
async def test_a_chart_that_is_not_fetched_says_so_and_is_fetched_again(
    dashboard: Dashboard, site: Site, heard: Heard, payment: str, answer: Callable[[Route], Awaitable[None]]
) -> None:
    await dashboard.page.route(HEAT_MAP, answer)
    await dashboard.open(site.merchant)
    await dashboard.live()
    tile = dashboard.tile("peak")
    chart = tile.get_by_role("group", name="Transactions per average hour")
    await expect(tile.get_by_role("status")).to_contain_text(LOST)
    await expect(chart).to_have_count(0)
    # All else goes on: other charts, what is pushed, and the same numbers as a table.
    await expect(dashboard.tile("trend").locator(".chart")).to_be_visible()
    await site.tell(settled(payment, datetime.now(UTC), 1))
    await expect(dashboard.payment(payment).first).to_be_visible()
    await dashboard.button("Peak times as a table").click()
    await expect(tile.get_by_role("rowheader")).to_have_count(168)
    await dashboard.button("Peak times as a table").click()
    # Tried again in vain, it says so again.
    await tile.get_by_role("button", name="Try again").click()
    await expect(tile.get_by_role("status")).to_contain_text(LOST)
    await dashboard.page.unroute(HEAT_MAP)
    await tile.get_by_role("button", name="Try again").click()
    await expect(chart).to_be_visible()
    await expect(tile).not_to_contain_text(LOST)
    assert heard.complaints
    assert all("HeatMap" in complaint for complaint in heard.complaints)
    heard.complaints.clear()


async def test_code_that_charts_share_is_missed_by_those_alone(dashboard: Dashboard, site: Site, heard: Heard) -> None:
    await dashboard.page.route(SHARED, refuse)
    await dashboard.open(site.merchant)
    await dashboard.live()
    for name in ("trend", "rate"):
        await expect(dashboard.tile(name).get_by_role("status")).to_contain_text(LOST)
        await expect(dashboard.tile(name).locator(".legend")).to_be_visible()
    await expect(dashboard.tile("peak").locator(".chart")).to_be_visible()
    await dashboard.page.unroute(SHARED)
    for name in ("trend", "rate"):
        await dashboard.tile(name).get_by_role("button", name="Try again").click()
        await expect(dashboard.tile(name).locator(".chart")).to_be_visible()
    heard.complaints.clear()

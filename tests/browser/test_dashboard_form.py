"""The dashboard's form: for everybody (axe), at every size, with nothing that jumps."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from gateway.web.build import WEB
from tests.browser.conftest import Site
from tests.browser.dashboard import Dashboard
from tests.factories import access, created, failed, settled, webhook

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COUNT_SHIFTS = """() => {
    globalThis.shifted = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) globalThis.shifted += entry.value; })
        .observe({ type: "layout-shift", buffered: true });
}"""
OVERFLOW = """() => [...document.querySelectorAll(".tile, .tile-body > *, .head-bar > *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth + 1).map((each) => each.className)"""

# Wider or higher than its own box: notes below titles, names, and figures.
CUT = """() => [...document.querySelectorAll(".tile-title p, .bars tbody th, .now-open dd, .figure")]
    .filter((each) => each.scrollWidth > each.clientWidth + 1
        || each.getBoundingClientRect().bottom > each.closest(".tile").getBoundingClientRect().bottom)
    .map((each) => each.textContent)"""


async def violations(page: Page, within: str = "body") -> list[str]:
    """What axe has against the page as it stands, or against a part of it."""
    # By evaluation: the page's own policy lets no script in.
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = await page.evaluate(
        "([within, tags]) => axe.run({ include: within }, { runOnly: tags, resultTypes: ['violations'] })",
        [within, RULES],
    )
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


@pytest.fixture(scope="session")
async def busy(site: Site) -> str:
    """A token of a merchant with something of everything."""
    await site.add_merchant("busy", "Busy Street", "Europe/Berlin")
    for number in range(60):
        at = datetime.now(UTC) - timedelta(hours=number * 3)
        own: dict[str, Any] = {
            "merchant": "busy",
            "resource": f"/street/{number % 4}",
            "latency_ms": 1_000 * (number + 1),
        }
        method = "shielded" if number % 3 else "transparent"
        step = (
            failed(f"b{number}", at, **own)
            if number % 9 == 0
            else settled(f"b{number}", at, 9_876_543, method=method, **own)
        )
        hook = webhook(f"h{number}", at, merchant="busy", endpoint=f"https://{number % 3}.example/in", latency_ms=70)
        await site.tell(step, hook, access("/street/1", at, merchant="busy", payer=f"p{number}"))
    await site.tell(created("open", datetime.now(UTC), merchant="busy", amount=1))
    return site.token("busy")


@pytest.mark.parametrize(("theme", "size"), [("light", (1366, 900)), ("dark", (1366, 900)), ("light", (360, 780))])
async def test_axe_finds_nothing(dashboard: Dashboard, busy: str, theme: str, size: tuple[int, int]) -> None:
    await dashboard.open(busy, "?range=7d")
    await dashboard.live()
    await expect(dashboard.page.locator(".chart svg")).to_have_count(4)
    assert await violations(dashboard.page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_in_what_opens(dashboard: Dashboard, busy: str, theme: str) -> None:
    page = dashboard.page
    await dashboard.open()
    assert await violations(page) == []
    await dashboard.open(busy)
    await dashboard.live()
    await dashboard.button("Success over time as a table").click()
    assert await violations(page, "[data-tile=rate]") == []
    await dashboard.button("Custom range").click()
    assert await violations(page, ".popover-panel") == []
    await page.keyboard.press("Escape")
    await dashboard.button("GraphQL behind Revenue").click()
    assert await violations(page, "dialog[open]") == []


@pytest.mark.parametrize("size", [(360, 780), (768, 1024), (1366, 768), (2560, 1440)])
async def test_every_size_has_room_for_it(dashboard: Dashboard, busy: str, size: tuple[int, int]) -> None:
    await dashboard.page.add_init_script(f"({COUNT_SHIFTS})()")
    await dashboard.open(busy, "?range=7d")
    await dashboard.live()
    await expect(dashboard.page.locator(".chart svg")).to_have_count(4)
    assert await dashboard.page.evaluate(OVERFLOW) == []
    assert await dashboard.page.evaluate("document.documentElement.scrollWidth") == size[0]
    # What arrives takes the place that was kept for it.
    assert await dashboard.page.evaluate("globalThis.shifted") < 0.05
    if size[0] > 2_000:
        assert await dashboard.page.evaluate("document.documentElement.scrollHeight") == size[1]
    # Figures may scroll away; whether they are live, and how old they are, may not.
    await dashboard.page.mouse.wheel(0, 3_000)
    await expect(dashboard.connection).to_be_in_viewport()


@pytest.mark.parametrize("size", [(360, 780)])
async def test_on_a_phone_nothing_is_said_by_halves(dashboard: Dashboard, busy: str, size: tuple[int, int]) -> None:
    await dashboard.open(busy, "?range=30d")
    await dashboard.live()
    for name in ("revenue", "transactions", "success", "average"):
        await expect(dashboard.tile(name)).to_contain_text("yesterday by now", use_inner_text=True)
    await expect(dashboard.tile("webhooks")).to_contain_text("0.example/in")
    assert await dashboard.page.evaluate(CUT) == []


async def slowly(route: Route) -> None:
    """Bring something a while after all else."""
    await asyncio.sleep(2)
    await route.continue_()


async def test_it_can_be_read_by_keyboard_alone(dashboard: Dashboard, busy: str) -> None:
    page = dashboard.page
    await page.route("**/assets/RevenueChart-*.js", slowly)
    await dashboard.open(busy, "?range=7d")
    await dashboard.live()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the figures")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main")).to_be_focused()
    for _ in range(4):  # what is behind the four figures
        await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(dashboard.button("Revenue and transactions as a table")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="GraphQL behind Revenue and transactions")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(dashboard.button("GraphQL behind Revenue and transactions")).to_be_focused()

    await page.keyboard.press("Tab")
    chart = page.get_by_role("group", name="Revenue and transactions over time.")
    await expect(chart).to_be_focused()
    await page.keyboard.press("End")
    await expect(chart.locator("[aria-live]")).to_contain_text(" ZEC, ")
    last = await chart.locator("[aria-live]").inner_text()
    await page.keyboard.press("ArrowLeft")
    await expect(chart.locator("[aria-live]")).not_to_have_text(last)
    await page.keyboard.press("Escape")
    await expect(chart.locator("[aria-live]")).to_be_empty()


async def test_who_wants_no_motion_gets_none(dashboard: Dashboard, site: Site) -> None:
    await dashboard.page.emulate_media(reduced_motion="reduce")
    await dashboard.open(site.merchant)
    await dashboard.live()
    await site.tell(settled("calm", datetime.now(UTC), 5))
    await expect(dashboard.payment("calm")).to_have_css("animation-name", "none")

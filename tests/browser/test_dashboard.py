"""The dashboard on one merchant: exact figures, pushed within a second, nothing drawn again that did not change."""

import time
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.browser.conftest import Site
from tests.browser.dashboard import TILES, Dashboard
from tests.browser.heard import Heard
from tests.factories import access, created, failed, settled, webhook

# More digits than a float has: 104,999,999.99999995 ZEC would come out as ...96.
MOST = 2_099_999_999_999_999

# Counts what is drawn within a tile from now on.
COUNT_DRAWN = """(name) => {
    const drawn = (globalThis.drawn ??= {});
    drawn[name] = 0;
    new MutationObserver((records) => (drawn[name] += records.length)).observe(
        document.querySelector(`[data-tile=${name}]`),
        { subtree: true, childList: true, characterData: true, attributes: true });
}"""
# Notes by the browser's clock, which is the test's, when a figure first differs from what it is now.
NOTE_CHANGE = """() => {
    const figure = document.querySelector("[data-tile=revenue] .figure-value");
    globalThis.changedAt = null;
    const observer = new MutationObserver(() => { globalThis.changedAt = Date.now(); observer.disconnect(); });
    observer.observe(figure, { subtree: true, childList: true, characterData: true });
}"""


def now() -> datetime:
    return datetime.now(UTC)


async def test_amounts_are_shown_to_the_last_zatoshi(dashboard: Dashboard, site: Site) -> None:
    await site.add_merchant("vault", "The Vault")
    events = [settled(f"vault-{number}", now(), MOST, merchant="vault", resource="/gold") for number in range(5)]
    await site.tell(*events)
    await dashboard.open(site.token("vault"))
    await expect(dashboard.revenue).to_have_text("104,999,999.99999995")
    await expect(dashboard.tile("resources").get_by_role("row", name="/gold")).to_contain_text("104,999,999.99999995")
    await expect(dashboard.tile("methods")).to_contain_text("104,999,999.99999995 ZEC")


async def test_every_tile_shows_what_happened(dashboard: Dashboard, site: Site, heard: Heard) -> None:
    await site.add_merchant("orbit", "Orbit Imagery")
    # A minute ago may be yesterday, which the range of seven days has all the same.
    at = now() - timedelta(minutes=1)
    own = {"merchant": "orbit", "resource": "/tiles"}
    await site.tell(
        settled("o1", at, 150_000_000, method="shielded", latency_ms=72_000, **own),
        settled("o2", at, 50_000_000, method="transparent", payer="t1Payer", latency_ms=90_000, **own),
        failed("o3", at, "INVALID_PROOF", latency_ms=2_000, **own),
        created("o4", at, amount=1_000, **own),
        access("/tiles", at, merchant="orbit"),
        webhook("d1", at, merchant="orbit", endpoint="https://hooks.orbit.example/in", latency_ms=120),
        webhook("d2", at, "failed", merchant="orbit", endpoint="https://old.orbit.example/in", latency_ms=900),
    )
    await dashboard.open(site.token("orbit"), "?range=7d")
    await dashboard.live()
    says = {name: dashboard.tile(name) for name in TILES}
    await expect(says["trend"]).to_contain_text("2.00000000")
    await expect(says["rate"]).to_contain_text("66.7 %")
    await expect(says["failures"].get_by_role("row", name="Invalid proof")).to_contain_text("100.0 %")
    await expect(says["methods"]).to_contain_text("Shielded50.0 %1.50000000 ZEC")
    await expect(says["resources"].get_by_role("row", name="/tiles")).to_contain_text("2.00000000")
    await expect(says["webhooks"].get_by_role("row", name="old.orbit.example/in")).to_contain_text("0.0 %")
    await expect(says["now"]).to_contain_text("Pending1")
    await expect(dashboard.payment("o3")).to_contain_text("Invalid proof")
    await expect(says["latency"].locator(".latency-step")).to_have_count(2)
    await expect(says["peak"].locator(".heat-chart .heat-cell[data-shade='6']")).to_have_count(1)
    kinds = {request.resource_type for request in heard.requests}
    assert {"document", "script", "stylesheet", "font", "fetch"} <= kinds


async def test_it_moves_within_a_second_of_an_event(dashboard: Dashboard, site: Site) -> None:
    await site.add_merchant("ticker", "Ticker")
    await dashboard.open(site.token("ticker"))
    await dashboard.live()
    lags = []
    # The best of three: on a machine that does other work one alone may be late.
    for number in range(1, 4):
        await dashboard.page.evaluate(NOTE_CHANGE)
        await site.tell(settled(f"tick-{number}", now(), 100_000_000, merchant="ticker"))
        committed = time.time() * 1_000
        await expect(dashboard.revenue).to_have_text(f"{number}.00000000")
        lags.append(await dashboard.page.evaluate("globalThis.changedAt") - committed)
        await expect(dashboard.payment(f"tick-{number}")).to_contain_text("Settled")
    assert min(lags) < 1_000, lags


async def test_only_what_changed_is_drawn_again(dashboard: Dashboard, site: Site) -> None:
    await site.add_merchant("still", "Still Waters")
    await site.tell(settled("still-1", now(), 100_000_000, merchant="still", resource="/a"))
    await dashboard.open(site.token("still"))
    await dashboard.live()
    quiet = ("methods", "resources", "failures", "success", "average")
    for name in quiet:
        await expect(dashboard.tile(name).locator(".tile-skeleton")).to_have_count(0)  # it is there, and drawn
        await dashboard.page.evaluate(COUNT_DRAWN, name)
    async with dashboard.page.expect_response(lambda answer: "TileResources" in (answer.request.post_data or "")):
        # It is open and decides nothing: what is open moves, and the ranges are asked again in vain.
        await site.tell(created("still-2", now(), amount=1, merchant="still", resource="/a"))
        await expect(dashboard.tile("now")).to_contain_text("Pending1")
        await expect(dashboard.payment("still-2")).to_be_visible()
    assert await dashboard.page.evaluate("globalThis.drawn") == dict.fromkeys(quiet, 0)


async def test_held_payments_stand_still_until_they_go_on(dashboard: Dashboard, site: Site) -> None:
    await site.add_merchant("hold", "Hold On")
    await site.tell(settled("hold-1", now(), 1, merchant="hold"))
    await dashboard.open(site.token("hold"))
    await expect(dashboard.payment("hold-1")).to_be_visible()
    await dashboard.button("Hold the payments still").click()
    await site.tell(settled("hold-2", now(), 1, merchant="hold"))
    await expect(dashboard.revenue).to_have_text("0.00000002")
    await expect(dashboard.payment("hold-2")).to_have_count(0)
    await dashboard.button("Hold the payments still").click()
    await expect(dashboard.payment("hold-2")).to_be_visible()


async def test_where_there_is_nothing_each_tile_says_so(dashboard: Dashboard, site: Site) -> None:
    await site.add_merchant("empty", "Empty Shelf")
    await dashboard.open(site.token("empty"))
    await dashboard.live()
    await expect(dashboard.tile("feed")).to_contain_text("No payment has happened yet.")
    await expect(dashboard.tile("webhooks")).to_contain_text("No webhook was sent in this range.")
    await expect(dashboard.tile("failures")).to_contain_text("No attempt failed in this range.")
    # Nothing against nothing: no percentage is made up.
    await expect(dashboard.tile("revenue").locator(".change").first).to_have_text("from zero")
    await expect(dashboard.tile("success").locator(".change").first).to_have_text("no data")

"""The page of the REST routes: it asks one of them and shows the answer."""

from playwright.async_api import expect

from tests.browser.conftest import Site
from tests.browser.explorer import Explorer


async def test_asking_a_route_shows_its_answer(site: Site, explorer: Explorer) -> None:
    page = explorer.page
    await page.goto(f"{site.origin}/api/v1/docs")
    section = page.locator("#overview")
    await section.get_by_role("button", name="Ask").click()
    await expect(section.locator(".answer")).to_contain_text("UNAUTHENTICATED")
    await page.get_by_label("Token").fill(site.merchant)
    await section.get_by_label("period").fill("7d")
    await section.get_by_role("button", name="Ask").click()
    await expect(section.locator(".answer")).to_contain_text('"totalRevenue": 1.5')
    await expect(section.locator(".answer")).to_contain_text("/api/v1/analytics/overview?period=7d")

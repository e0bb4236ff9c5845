"""The token field: where a token may come from, where it stays, and what is said of it."""

from playwright.async_api import Page, Request, expect

from tests.browser.conftest import Site
from tests.browser.explorer import Explorer
from tests.browser.heard import Heard


def introspections(heard: Heard) -> list[Request]:
    return [request for request in heard.requests if "IntrospectionQuery" in (request.post_data or "")]


async def kept(page: Page) -> tuple[str | None, bool]:
    """The token in sessionStorage, and whether localStorage holds any text of it."""
    stored: str | None = await page.evaluate("sessionStorage.getItem('z402:token')")
    everything: str = await page.evaluate("JSON.stringify(localStorage)")
    return stored, stored is not None and stored in everything


async def test_without_a_token_it_asks_for_one_and_nothing_is_sent(
    explorer: Explorer, site: Site, heard: Heard
) -> None:
    await explorer.open()
    await expect(explorer.access).to_have_text("No token")
    await expect(explorer.note).to_contain_text("Paste a token above")
    assert [request.url for request in heard.requests if request.method == "POST"] == []


async def test_a_token_in_the_link_leaves_the_address_bar_and_lasts_as_long_as_the_tab(
    explorer: Explorer, site: Site
) -> None:
    token = site.merchant
    await explorer.open(token)
    await expect(explorer.access).to_have_text("AcceptedAurora Coffee")
    assert explorer.page.url == f"{site.origin}/graphql"
    assert await kept(explorer.page) == (token, False)

    await explorer.page.reload()
    await expect(explorer.access).to_have_text("AcceptedAurora Coffee")
    await expect(explorer.token).to_have_value(token)


async def test_a_refused_token_says_why_and_shows_no_schema(explorer: Explorer, site: Site, heard: Heard) -> None:
    await explorer.open("not-a-token")
    await expect(explorer.access).to_have_text("Refused")
    await expect(explorer.note).to_contain_text("The token does not hold.")
    await expect(explorer.builder).to_have_count(0)
    assert introspections(heard) == []


async def test_a_new_token_is_used_from_then_on_and_the_schema_fetched_with_it(
    explorer: Explorer, site: Site, heard: Heard
) -> None:
    admin = site.admin
    await explorer.open(site.merchant)
    await expect(explorer.builder).to_be_visible()
    await explorer.use_token(f"Authorization: Bearer {admin}")
    await expect(explorer.access).to_have_text("Acceptedbrowser-admin")
    await expect(explorer.token).to_have_value(admin)
    await expect(explorer.builder).to_be_visible()
    assert (await explorer.run())["viewer"]["subject"] == "browser-admin"
    assert [request.headers["authorization"] == f"Bearer {admin}" for request in introspections(heard)] == [False, True]


async def test_the_token_is_drawn_as_dots_until_it_is_asked_for_and_forgotten_when_cleared(
    explorer: Explorer, site: Site
) -> None:
    await explorer.open(site.merchant)
    await expect(explorer.token).to_have_css("-webkit-text-security", "disc")
    await explorer.page.get_by_role("button", name="Show", exact=True).click()
    await expect(explorer.token).to_have_css("-webkit-text-security", "none")
    await explorer.page.get_by_role("button", name="Clear").click()
    await expect(explorer.access).to_have_text("No token")
    assert await kept(explorer.page) == (None, False)


async def test_a_gateway_that_is_away_is_said_so_and_found_again(explorer: Explorer, site: Site) -> None:
    await explorer.open(site.merchant)
    await expect(explorer.access).to_contain_text("Accepted")
    await explorer.page.route("**/graphql", lambda route: route.abort())
    await explorer.press_run()
    await expect(explorer.access).to_have_text("No answer")
    await expect(explorer.note).to_contain_text("The gateway cannot be reached.")
    await explorer.page.unroute("**/graphql")
    await expect(explorer.access).to_contain_text("Accepted")
    await expect(explorer.builder).to_be_visible()

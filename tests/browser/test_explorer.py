"""The explorer as a tool: it loads from us alone, runs its examples, builds queries, and can be used by keyboard."""

import json

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Site
from tests.browser.explorer import Explorer
from tests.browser.heard import Heard

COLOURS = {"light": "rgb(242, 244, 247)", "dark": "rgb(15, 18, 24)"}


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_page_stands_in_the_systems_colours_and_loads_from_us_alone(
    explorer: Explorer, site: Site, heard: Heard, theme: str
) -> None:
    async with explorer.page.expect_request("**/assets/graphql.worker-*.js"):
        await explorer.open(site.merchant)
    await expect(explorer.page).to_have_title("GraphQL explorer · Z402 Analytics")
    await expect(explorer.page.locator("body")).to_have_css("background-color", COLOURS[theme])
    await expect(explorer.builder).to_contain_text("viewer")
    tabs = explorer.page.get_by_role("tab")
    await expect(tabs).to_contain_text(["WhoAmI", "Merchants", "Realtime", "Dashboard", "TrackPayment", "LiveRealtime"])
    kinds = {request.resource_type for request in heard.requests}
    assert {"document", "script", "stylesheet", "fetch"} <= kinds


async def test_chosen_colours_stay(explorer: Explorer, site: Site) -> None:
    await explorer.open()
    await explorer.page.get_by_role("button", name="Dark", exact=True).click()
    await explorer.page.reload()
    await expect(explorer.page.locator("body")).to_have_css("background-color", COLOURS["dark"])


async def test_a_query_goes_out_as_graphql_over_http_with_the_token(
    explorer: Explorer, site: Site, heard: Heard
) -> None:
    token = site.merchant
    await explorer.open(token)
    assert await explorer.run() == {
        "viewer": {
            "subject": "browser-shop",
            "scopes": ["ANALYTICS_READ", "EVENTS_WRITE"],
            "expiresAt": (await explorer.answer())["data"]["viewer"]["expiresAt"],
            "merchant": {"id": "shop", "name": "Aurora Coffee", "timezone": "UTC"},
        }
    }
    await expect(explorer.exchange).to_contain_text("HTTP 200")
    sent = next(request for request in heard.requests if "WhoAmI" in (request.post_data or ""))
    assert json.loads(sent.post_data or "")["operationName"] == "WhoAmI"
    headers = {name: sent.headers[name] for name in ("authorization", "content-type", "accept")}
    assert headers == {
        "authorization": f"Bearer {token}",
        "content-type": "application/json",
        "accept": "application/graphql-response+json, application/json;q=0.9",
    }


async def test_the_queries_run_as_they_stand_for_the_facilitator_too(explorer: Explorer, site: Site) -> None:
    await explorer.open(site.admin)
    for example in ("Merchants", "Realtime", "Dashboard"):
        await explorer.tab(example)
        assert await explorer.run() is not None


async def test_the_mutation_shows_that_nothing_counts_twice(explorer: Explorer, site: Site) -> None:
    await explorer.open(site.merchant)
    await explorer.tab("TrackPayment")
    first = await explorer.run()
    assert first["trackPayment"]["status"] == "ACCEPTED"
    await explorer.press_run()
    again = await explorer.answer(containing="DUPLICATE")
    assert again["data"]["trackPayment"]["eventId"] == first["trackPayment"]["eventId"]


async def test_an_error_of_the_gateway_is_shown_with_its_code(explorer: Explorer, site: Site) -> None:
    await explorer.open(site.merchant)
    # Under the name of the example that it replaces: the explorer learns of another name a moment later.
    await explorer.write_operation('query WhoAmI { merchant(id: "someone-else") { name } }')
    await explorer.press_run()
    answer = await explorer.answer(containing="errors")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_the_query_builder_writes_the_operation(explorer: Explorer, site: Site) -> None:
    await explorer.open(site.merchant)
    await explorer.builder.get_by_text("weekStart", exact=True).click()
    await explorer.page.wait_for_function(
        "document.querySelector('.graphiql-query-editor').innerText.includes('weekStart')"
    )
    assert "weekStart" in await explorer.operation()
    assert (await explorer.run())["viewer"]["merchant"]["weekStart"] == "MONDAY"


async def test_a_closed_example_opens_again_filled_in_for_the_merchant(explorer: Explorer, site: Site) -> None:
    await explorer.open(site.merchant)
    await explorer.page.get_by_role("button", name="Examples").click()
    await explorer.page.get_by_role("menuitem", name="Realtime", exact=False).first.click()
    await expect(explorer.page.get_by_role("tab")).to_have_count(7)
    assert (await explorer.run())["merchant"]["name"] == "Aurora Coffee"


async def test_it_can_be_used_by_keyboard(explorer: Explorer, site: Site) -> None:
    page = explorer.page
    await explorer.open()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(explorer.token).to_be_focused()
    await page.keyboard.insert_text(site.merchant)
    await page.keyboard.press("Enter")
    await expect(explorer.access).to_contain_text("Accepted")

    await page.get_by_role("button", name="Guide").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Guide")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Guide")).to_be_hidden()

    await page.locator(".graphiql-query-editor .view-lines").click()
    await page.keyboard.press("Control+Enter")
    assert (await explorer.answer())["data"]["viewer"]["subject"] == "browser-shop"

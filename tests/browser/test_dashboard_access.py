"""Who may see what on the dashboard: tokens in links and in the form, their end, and other merchants' figures."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, expect

from tests.browser.conftest import Site
from tests.browser.dashboard import Dashboard
from tests.browser.heard import Heard
from tests.factories import settled


async def test_a_token_in_the_link_leaves_the_address_and_lasts_as_long_as_the_tab(
    dashboard: Dashboard, site: Site
) -> None:
    token = site.merchant
    await dashboard.open(token)
    await expect(dashboard.tile("revenue")).to_be_visible()
    assert dashboard.page.url == f"{site.origin}/"
    assert await dashboard.page.evaluate("[sessionStorage.getItem('z402:token'), localStorage.length]") == [token, 0]
    await dashboard.page.reload()
    await expect(dashboard.tile("revenue")).to_be_visible()
    await dashboard.button("Account").click()
    await expect(dashboard.page.get_by_role("dialog", name="Account")).to_contain_text("browser-shop")
    await expect(dashboard.page.get_by_role("dialog", name="Account")).to_contain_text(", in 60 min")
    await dashboard.button("Sign out").click()
    await expect(dashboard.page.get_by_label("Access token")).to_be_focused()
    assert await dashboard.page.evaluate("sessionStorage.getItem('z402:token')") is None


async def test_the_form_says_why_a_token_is_refused_and_takes_a_good_one(
    dashboard: Dashboard, site: Site, heard: Heard
) -> None:
    await dashboard.open()
    assert [request.url for request in heard.requests if request.method == "POST"] == []
    field = dashboard.page.get_by_label("Access token")
    await field.fill("not-a-token")
    await field.press("Enter")
    await expect(dashboard.page.get_by_role("status")).to_contain_text("UNAUTHENTICATED")
    await field.fill(f"Bearer {site.merchant}")
    await field.press("Enter")
    await expect(dashboard.tile("revenue")).to_be_visible()


async def test_the_end_of_a_token_is_told_before_and_after(dashboard: Dashboard, site: Site) -> None:
    # The first time, the browser and the gateway may take longer than such a token lives.
    await dashboard.open(site.token())
    await expect(dashboard.tile("revenue")).to_be_visible()
    await dashboard.open(site.token(lifetime=timedelta(seconds=12)))
    await expect(dashboard.page.locator(".expiry")).to_contain_text("Your token ends in")
    said = dashboard.page.locator("#signin-state")
    await expect(said).to_contain_text("Your token ended at")
    await expect(said).to_contain_text("UNAUTHENTICATED")


async def test_two_merchants_tokens_never_see_each_other(
    dashboard: Dashboard, site: Site, browser: Browser, heard: Heard
) -> None:
    now = datetime.now(UTC)
    await site.add_merchant("north", "North Pole")
    await site.add_merchant("south", "South Pole")
    await site.tell(settled("n1", now, 11, merchant="north", resource="/secret-of-north"))
    await site.tell(settled("s1", now, 22, merchant="south", resource="/secret-of-south"))
    context = await browser.new_context()
    other = Dashboard(await context.new_page(), site.origin)
    bodies: list[str] = []
    dashboard.page.on("websocket", lambda opened: opened.on("framereceived", lambda text: bodies.append(str(text))))
    try:
        await dashboard.open(site.token("north"))
        await other.open(site.token("south"))
        await dashboard.live()
        await other.live()
        await site.tell(settled("s2", now, 33, merchant="south", resource="/secret-of-south"))
        await expect(other.revenue).to_have_text("0.00000055")
        await expect(other.payment("s2")).to_be_visible()
        await site.tell(settled("n2", now, 44, merchant="north", resource="/secret-of-north"))
        await expect(dashboard.revenue).to_have_text("0.00000055")
    finally:
        await context.close()
    assert "secret-of-north" in "".join(bodies)
    for request in heard.requests:
        answer = await request.response()
        # What the page no longer wanted, and broke off, has no body.
        if answer is not None and request.failure is None and request.resource_type == "fetch":
            bodies.append(await answer.text())
    assert [body for body in bodies if "south" in body.lower()] == []

    # A link to another merchant, and a token that takes the place of another in the same tab.
    await dashboard.open(search="?merchant=south")
    await expect(dashboard.page.get_by_role("main")).to_contain_text("FORBIDDEN")
    await dashboard.open(site.token("south"))
    await expect(dashboard.tile("resources")).to_contain_text("/secret-of-south")
    await expect(dashboard.page.get_by_role("main")).not_to_contain_text("/secret-of-north")


async def test_the_facilitator_finds_any_merchant_by_keyboard(dashboard: Dashboard, site: Site) -> None:
    await site.add_merchant("zenith-atlas", "Zénith Atlas", "Asia/Tokyo")
    await site.tell(settled("z1", datetime.now(UTC), 777, merchant="zenith-atlas"))
    await dashboard.open(site.admin)
    switch = dashboard.page.get_by_role("button", name="Merchant:")
    await switch.focus()
    await dashboard.page.keyboard.press("Enter")
    search = dashboard.page.get_by_role("combobox", name="Search merchants")
    await expect(search).to_be_focused()
    await search.press_sequentially("ÉNITH")
    await expect(dashboard.page.get_by_role("listbox", name="Merchants").get_by_role("option")).to_have_count(1)
    await dashboard.page.keyboard.press("Enter")
    await expect(dashboard.revenue).to_have_text("0.00000777")
    assert dashboard.page.url == f"{site.origin}/?merchant=zenith-atlas"
    await expect(dashboard.page.get_by_label("Time zone")).to_contain_text("Asia/Tokyo (merchant’s)")
    await dashboard.page.go_back()
    await expect(dashboard.revenue).not_to_have_text("0.00000777")


async def test_payments_that_are_held_stay_at_their_merchant(dashboard: Dashboard, site: Site) -> None:
    now = datetime.now(UTC)
    for name in ("held-one", "held-two"):
        await site.add_merchant(name, f"The {name}")
        await site.tell(settled(f"of-{name}", now, 1, merchant=name))
    await dashboard.open(site.admin, "?merchant=held-one")
    await expect(dashboard.payment("of-held-one")).to_be_visible()
    await dashboard.page.get_by_role("button", name="Merchant:").click()
    await dashboard.page.get_by_role("option", name="The held-two").click()
    await expect(dashboard.payment("of-held-two")).to_be_visible()
    await dashboard.button("Hold the payments still").click()
    await dashboard.page.go_back()
    await expect(dashboard.payment("of-held-one")).to_be_visible()
    await expect(dashboard.payment("of-held-two")).to_have_count(0)
    await expect(dashboard.button("Hold the payments still")).to_have_attribute("aria-pressed", "false")

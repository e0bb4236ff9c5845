"""Ranges, zones, and what is behind a tile: the address holds the view, the explorer runs the operation."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Site
from tests.browser.dashboard import Dashboard
from tests.browser.explorer import Explorer
from tests.browser.heard import Heard
from tests.factories import settled


async def test_ranges_and_zones_are_asked_as_chosen_and_kept_in_the_address(
    dashboard: Dashboard, site: Site, heard: Heard
) -> None:
    await site.add_merchant("range", "Long Range", "Europe/Berlin")
    now = datetime.now(UTC)
    await site.tell(
        settled("r1", now - timedelta(days=40), 100, merchant="range"),
        settled("r2", now - timedelta(days=3), 20, merchant="range"),
    )
    await dashboard.open(site.token("range"))
    total = dashboard.tile("trend").locator("[data-series=current] dd")
    await expect(total).to_contain_text("0.00000000")
    await dashboard.button("7 days").click()
    await expect(total).to_contain_text("0.00000020")
    await dashboard.button("90 days").click()
    await expect(total).to_contain_text("0.00000120")
    await expect(dashboard.button("90 days")).to_have_attribute("aria-pressed", "true")
    await dashboard.page.get_by_label("Time zone").select_option("Pacific/Chatham")
    await expect(dashboard.tile("peak")).to_contain_text("by the clock in Pacific/Chatham")
    assert dashboard.page.url == f"{site.origin}/?range=90d&zone=Pacific%2FChatham"
    assert heard.variables("TilePeakTimes")[-1] == {
        "merchantId": "range",
        "range": {"days": 90},
        "timezone": "Pacific/Chatham",
    }
    await dashboard.page.reload()
    await expect(total).to_contain_text("0.00000120")
    await dashboard.page.go_back()
    await expect(dashboard.tile("peak")).to_contain_text("by the clock in Europe/Berlin")


async def test_a_range_of_ones_own_is_counted_in_local_days(dashboard: Dashboard, site: Site, heard: Heard) -> None:
    await site.add_merchant("local", "Local Time", "Australia/Lord_Howe")
    await dashboard.open(site.token("local"))
    await dashboard.button("Custom range").click()
    dialog = dashboard.page.get_by_role("dialog", name="Custom range")
    await dialog.get_by_label("First day").fill("2026-10-04")
    await dialog.get_by_label("Last day").fill("2026-10-01")
    await dialog.get_by_role("button", name="Show").click()
    await expect(dialog.get_by_role("alert")).to_have_text("The first day lies behind the last one.")
    await dialog.get_by_label("Last day").fill("2026-10-05")
    await dialog.get_by_role("button", name="Show").click()
    await expect(dashboard.tile("failures")).to_contain_text("2026-10-04 to 2026-10-05")
    await dashboard.live()
    # Clocks went from +10:30 to +11 within the first day.
    asked = {"start": "2026-10-03T13:30:00.000Z", "end": "2026-10-05T13:00:00.000Z"}
    assert heard.variables("TileFailures")[-1]["range"] == {"between": asked}
    assert dashboard.page.url == f"{site.origin}/?range=2026-10-04..2026-10-05"


@pytest.mark.parametrize("days", [120, 400])
async def test_every_tile_answers_for_a_long_range(dashboard: Dashboard, site: Site, heard: Heard, days: int) -> None:
    last = datetime.now(UTC).date() - timedelta(days=1)
    first, hours_from = (last - timedelta(days=count - 1) for count in (days, 100))
    await dashboard.open(site.merchant, f"?range={first}..{last}")
    await dashboard.live()
    await expect(dashboard.page.locator(".tile-error")).to_have_count(0)
    await expect(dashboard.tile("failures")).to_contain_text(f"{first} to {last}")
    await expect(dashboard.tile("peak")).to_contain_text(f"{hours_from} to {last}, at most 100 days: transactions")
    asked = {"start": f"{hours_from}T00:00:00.000Z", "end": f"{last + timedelta(days=1)}T00:00:00.000Z"}
    assert heard.variables("TilePeakTimes")[-1]["range"] == {"between": asked}


async def test_days_to_come_leave_peak_times_those_that_have_come(dashboard: Dashboard, site: Site) -> None:
    today = datetime.now(UTC).date()
    first, last = today - timedelta(days=9), today + timedelta(days=300)
    await dashboard.open(site.merchant, f"?range={first}..{last}")
    await dashboard.live()
    await expect(dashboard.tile("peak")).to_contain_text(f"{first} to {today}, at most 100 days: transactions")
    await expect(dashboard.tile("peak").locator(".chart")).to_be_visible()


async def test_the_operation_behind_a_tile_opens_in_the_explorer_and_runs(dashboard: Dashboard, site: Site) -> None:
    await dashboard.open(site.merchant, "?range=7d")
    await dashboard.live()
    await dashboard.button("GraphQL behind Why attempts fail").click()
    dialog = dashboard.page.get_by_role("dialog", name="GraphQL behind Why attempts fail")
    await expect(dialog.get_by_label("Operation")).to_contain_text("query TileFailures(")
    await expect(dialog.get_by_label("Variables")).to_contain_text('"days": 7')
    async with dashboard.page.context.expect_page() as opened:
        await dialog.get_by_role("link", name="Open in GraphiQL").click()
    explorer = Explorer(await opened.value, site.origin)
    await expect(explorer.access).to_contain_text("Accepted")
    await expect(explorer.page.locator(".graphiql-query-editor .view-lines")).to_contain_text("TileFailures")
    assert explorer.page.url == f"{site.origin}/graphql"
    failures = (await explorer.run())["merchant"]["failures"]
    assert isinstance(failures["failedCount"], int)


async def test_an_answer_that_does_not_come_is_told_with_its_code_and_asked_for_again(
    dashboard: Dashboard, site: Site
) -> None:
    body = '{"data":{"merchant":null},"errors":[{"message":"It took too long.","extensions":{"code":"TIMEOUT"}}]}'

    async def fail_one(route: Route) -> None:
        if "TileLatency" in (route.request.post_data or ""):
            await route.fulfill(status=200, content_type="application/json", body=body)
        else:
            await route.continue_()

    tile = dashboard.tile("latency")
    await dashboard.page.route("**/graphql", fail_one)
    await dashboard.open(site.merchant)
    await expect(tile).to_contain_text("It took too long.TIMEOUT")
    await expect(dashboard.tile("methods")).not_to_contain_text("TIMEOUT")
    await dashboard.page.unroute("**/graphql")
    await tile.get_by_role("button", name="Try again").click()
    await expect(tile).not_to_contain_text("TIMEOUT")

"""Cases by hand at the edges that examples seldom hit, through the same way in and out."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import WireEvent, api_request, created, failed, refunded, settled, verifying
from tests.oracle.merchants import Merchant
from tests.oracle.payments import payments
from tests.property.test_aggregates import check as check_views
from tests.property.test_answers import differences, document, expected, instant
from tests.property.test_payments import columns, projected
from tests.property.world import Delivery, World, counted
from tests.strategies.arrivals import Scenario
from tests.strategies.events import LARGEST_AMOUNT

#: Examples take a fifth of a second each, on TimescaleDB ten times that; shrinking a failure takes minutes.
pytestmark = pytest.mark.timeout(900)

AT = datetime(2026, 5, 6, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def check(world: World, at: datetime, *lines: WireEvent, shop: Merchant | None = None) -> None:
    """Send the lines, one request each, then compare all that can be asked at `at`."""
    found = await world.settle_in(Scenario((shop or Merchant("shop"),), lines, at))
    await world.deliver_all([Delivery((line,), refresh=False) for line in found.lines])
    await world.catch_up()
    known = {key: columns(payment) for key, payment in payments(counted(found)).items()}
    assert await projected(world, found) == known
    answer = await world.ask(document(found.merchants), at=instant(at))
    assert differences(answer, expected(counted(found), found)) == {}


async def test_the_instant_at_which_day_week_and_month_begin(world: World) -> None:
    await check(world, datetime(2026, 6, 1, tzinfo=UTC), settled("p", AT, 5))


async def test_a_payment_as_old_as_the_timeout_is_stale(world: World) -> None:
    await check(
        world, AT, created("p", AT - 60 * MINUTE), created("q", AT - 59 * MINUTE), verifying("r", AT - 60 * MINUTE)
    )


async def test_ids_that_begin_as_others_do_order_events_of_one_instant(world: World) -> None:
    refund = refunded("p", AT - MINUTE, 5, event_id="e1")
    await check(world, AT, refund, settled("p", AT - MINUTE, 5, event_id="e10"))
    codes = [
        failed("p", AT - MINUTE, code, event_id=event_id) for code, event_id in (("TIMEOUT", "f"), ("OTHER", "f0"))
    ]
    await check(world, AT, *codes)


async def test_a_past_moment_knows_nothing_of_what_came_after_it(world: World) -> None:
    later = [refunded("p", AT + MINUTE, 5), settled("q", AT + MINUTE, 7, event_id="again")]
    await check(world, AT, settled("p", AT - MINUTE, 5), settled("q", AT - 2 * MINUTE, 7, fee=1), *later)


async def test_late_events_of_one_refresh_on_both_sides_of_a_months_end(world: World) -> None:
    """TimescaleDB notes too little of a change whose last day begins a month: 30 April and 1 May, not the 2nd."""
    for days in (["2014-01-10"], ["2012-04-30", "2012-05-01"]):
        lines = [settled(day, f"{day}T13:00:00Z", 5) for day in days]
        found = await world.settle_in(Scenario((Merchant("shop"),), tuple(lines), AT))
        await world.deliver_all([Delivery(found.lines, refresh=True)])
        await check_views(world, found, counted(found))


async def test_a_call_of_no_merchants_is_nobodys(world: World) -> None:
    await world.deliver(Delivery((api_request("/nobody", AT, 500, merchant=None),), refresh=True))
    rows = await world.rows("SELECT merchant_id, error_count FROM api_latency_day WHERE endpoint = '/nobody'")
    assert [tuple(row) for row in rows] == [("", 1)]


async def test_sums_pass_64_bits(world: World) -> None:
    """More of the largest amounts than a bigint can sum, in one payment and over many."""
    at = AT - MINUTE
    many = [settled("p", at, LARGEST_AMOUNT, fee=LARGEST_AMOUNT, event_id=f"s{n}") for n in range(4_400)]
    many += [refunded(f"r{n}", at, LARGEST_AMOUNT, fee=LARGEST_AMOUNT) for n in range(4_400)]
    found = await world.settle_in(Scenario((Merchant("shop"),), tuple(many), AT))
    await world.deliver_all([Delivery(found.lines, refresh=True)])
    await world.catch_up()
    known = {key: columns(payment) for key, payment in payments(counted(found)).items()}
    assert await projected(world, found) == known
    answer = await world.ask(document(found.merchants), at=instant(AT))
    assert differences(answer, expected(counted(found), found)) == {}
    assert answer["m0"]["dashboard"]["revenue"]["today"]["current"]["zatoshi"] == "9240000000000000000"

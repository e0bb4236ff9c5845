"""Golden cases of what a merchant sees: real-time numbers and the dashboard."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given

from tests.factories import created, expired, failed, refunded, retried, settled, verified, verifying
from tests.oracle.comparison import compare
from tests.oracle.dashboard import dashboard
from tests.oracle.events import ingest
from tests.oracle.merchants import Merchant
from tests.oracle.realtime import realtime
from tests.oracle.totals import totals
from tests.oracle.windows import Window, to_date
from tests.strategies.arrivals import Scenario, scenarios

SHOP = Merchant("shop", "Asia/Kathmandu")
AT = datetime(2026, 5, 6, 9, 30, tzinfo=UTC)  # Wednesday, 15:15 in Kathmandu
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def test_realtime_of_a_merchant_at_a_quarter_to_utc() -> None:
    lines = [
        settled("hour", AT - 15 * MINUTE, 300, payer="alice"),  # 15:00 sharp: in the running hour
        settled("before", AT - 15 * MINUTE - timedelta(microseconds=1), 100),
        settled("today", datetime(2026, 5, 5, 18, 15, tzinfo=UTC), 50, payer="alice"),  # midnight sharp
        settled("yesterday", datetime(2026, 5, 5, 18, 14, 59, tzinfo=UTC), 7, payer="bob"),
        failed("f", AT - MINUTE),
        expired("x", AT - MINUTE),
        settled("now", AT, 1000, payer="carol"),  # not before `at`
        settled("theirs", AT - MINUTE, 9, merchant="other", payer="dave"),
    ]
    seen = realtime(ingest(lines).counted, SHOP, AT)
    assert seen.current_hour_window == Window(AT - 15 * MINUTE, AT)
    assert (seen.current_hour.revenue_zat, seen.current_hour.transaction_count) == (300, 3)
    assert seen.current_hour.success_rate == Fraction(100, 3)
    assert (seen.today.revenue_zat, seen.today.settled_count, seen.today.transaction_count) == (450, 3, 5)
    assert (seen.today.unique_payers, seen.today.anonymous_count) == (1, 1)
    assert [seen.today.payer_coverage, seen.today.average_value_zat] == [Fraction(200, 3), 150]
    assert [payment.payment_id for payment in seen.live.recent] == ["hour", "before", "today", "yesterday"]


def test_open_payments_are_live_until_the_timeout_and_stale_from_it_on() -> None:
    lines = [
        created("young", AT - 59 * MINUTE),
        created("old", AT - 60 * MINUTE),
        created("active", AT - 10 * MINUTE),
        verifying("active", AT - 9 * MINUTE),
        verified("ready", AT - 5 * MINUTE),
        failed("again", AT - 5 * MINUTE),
        retried("again", AT - 4 * MINUTE, attempt=2),
        created("old-active", AT - 90 * MINUTE),
        verifying("old-active", AT - MINUTE),
        created("later", AT),
        created("done", AT - MINUTE),
        settled("done", AT, 5),  # not yet, at `at`
    ]
    live = realtime(ingest(lines).counted, SHOP, AT).live
    assert (live.pending_count, live.active_count, live.stale_count) == (4, 1, 2)
    assert live.recent == ()


def test_ten_latest_settled_payments_once_each_refunded_ones_too() -> None:
    lines = [settled(f"p{n:02}", AT - n * MINUTE, n) for n in range(1, 13)]
    lines += [refunded("p01", AT - MINUTE / 2, 1), settled("p12", AT - MINUTE, 12, event_id="twice")]
    recent = realtime(ingest(lines).counted, SHOP, AT).live.recent
    assert [payment.payment_id for payment in recent] == [f"p{n:02}" for n in range(1, 11)]
    assert recent[0].state == "refunded"


def test_the_dashboard_compares_with_equal_elapsed_time() -> None:
    lines = [
        settled("a", AT - MINUTE, 300),
        settled("b", AT - DAY - MINUTE, 200),
        failed("c", AT - DAY - MINUTE),
        settled("d", AT - DAY, 10_000),  # yesterday, but after this time of day
        settled("e", AT - 7 * DAY - MINUTE, 1000),
    ]
    seen = dashboard(ingest(lines).counted, SHOP, AT)
    today = seen.revenue.today
    assert [today.current, today.previous, today.change, today.change_percent] == [300, 200, 100, 50]
    assert (today.direction, today.reason) == ("UP", None)
    assert (seen.transactions.today.current, seen.transactions.today.previous) == (1, 2)
    assert [seen.transactions.today.direction, seen.transactions.today.change_percent] == ["DOWN", -50]
    assert (seen.success_rate.today.current, seen.success_rate.today.previous) == (100, 50)
    assert seen.success_rate.today.change == 50  # percentage points
    week = seen.revenue.this_week
    assert [week.current, week.previous, week.change_percent] == [10_500, 1000, 950]
    month = seen.average_value.this_month
    assert (month.current, month.previous, month.reason, month.direction) == (3500, None, "NO_DATA", None)
    assert seen.revenue.this_month.reason == "ZERO_BASE"
    assert seen.revenue.this_month.previous == 0


def test_a_percentage_has_a_reason_where_it_has_no_meaning() -> None:
    windows = to_date("day", AT, "UTC")
    from_zero = compare(5, 0, windows)
    assert (from_zero.change, from_zero.change_percent, from_zero.reason) == (5, None, "ZERO_BASE")
    still_zero = compare(0, 0, windows)
    assert (still_zero.change, still_zero.direction, still_zero.reason) == (0, "FLAT", "ZERO_BASE")
    assert compare(None, 5, windows).reason == compare(5, None, windows).reason == "NO_DATA"
    from_loss = compare(5, -10, windows)
    assert [from_loss.change_percent, from_loss.direction] == [150, "UP"]


def test_net_may_be_negative_and_rates_of_nothing_are_null() -> None:
    lines = [settled("p", AT, 100, fee=5), refunded("p", AT + MINUTE, 120, fee=2)]
    seen = totals(ingest(lines).counted, Window(AT, AT + DAY))
    assert seen.net_zat == 100 - 120 - (5 - 2)
    assert seen.failure_rate == 0
    nothing = totals([], Window(AT, AT + DAY))
    assert nothing.success_rate is nothing.failure_rate is nothing.average_value_zat is nothing.payer_coverage is None


@given(scenarios(conflicts=False))
def test_any_order_of_arrival_gives_the_same_answers(scenario: Scenario) -> None:
    counted = ingest(scenario.lines).counted
    again = ingest(sorted(scenario.lines, key=lambda line: str(line["event_id"]))).counted
    for merchant in scenario.merchants:
        assert dashboard(counted, merchant, scenario.at) == dashboard(again, merchant, scenario.at)
        assert realtime(counted, merchant, scenario.at) == realtime(again, merchant, scenario.at)

"""Golden cases of the aggregates, and laws that every one of them obeys."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import access, api_request, created, expired, failed, refunded, settled, sighting, webhook
from tests.oracle import families
from tests.oracle.events import ingest
from tests.oracle.levels import LEVELS, Level, bucket_of
from tests.oracle.measures import Revenue, SuccessRate
from tests.oracle.ranks import Spread, bin_of, middle_of
from tests.strategies.arrivals import Scenario, scenarios
from tests.strategies.events import LONGEST_MS

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)  # a Wednesday
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("level", "start"),
    [
        ("15m", "2026-05-06T12:45"),
        ("hour", "2026-05-06T12:00"),
        ("day", "2026-05-06"),
        ("week", "2026-05-04"),
        ("month", "2026-05-01"),
    ],
)
def test_buckets_are_utc_and_weeks_begin_on_monday(level: Level, start: str) -> None:
    late_in_it = NOON + timedelta(minutes=59, seconds=59, microseconds=999_999)
    assert bucket_of(late_in_it, level) == datetime.fromisoformat(start).replace(tzinfo=UTC)


def test_revenue_counts_each_step_in_the_bucket_of_its_own_event() -> None:
    lines = [
        created("p", NOON - MINUTE),
        failed("p", NOON),
        settled("p", NOON + MINUTE, 100, fee=3, attempt=2),
        settled("q", NOON + 2 * MINUTE, 50),
        refunded("p", NOON + 3 * MINUTE, 40, fee=1),
        expired("r", NOON + 4 * MINUTE),
    ]
    rows = families.REVENUE.rows(ingest(lines).counted, "15m")
    assert rows.keys() == {(NOON - 15 * MINUTE, "shop"), (NOON, "shop")}
    assert rows[NOON, "shop"] == Revenue(
        created_count=0,
        verifying_count=0,
        verified_count=0,
        settled_count=2,
        failed_count=1,
        expired_count=1,
        retried_count=0,
        refunded_count=1,
        revenue_zat=150,
        fee_zat=3,
        refund_zat=40,
        fee_returned_zat=1,
        amount_min_zat=50,
        amount_max_zat=100,
        newest_event_at=NOON + 4 * MINUTE,
    )
    assert families.SUCCESS_RATE.rows(ingest(lines).counted, "hour") == {(NOON, "shop"): SuccessRate(2, 1, 1, 3, 1)}


def test_sums_pass_64_bits_exactly() -> None:
    largest = 2_100_000_000_000_000
    lines = [settled(f"p{n}", NOON, largest, fee=largest) for n in range(4_400)]
    (row,) = families.REVENUE.rows(ingest(lines).counted, "month").values()
    assert row.revenue_zat == row.fee_zat == 9_240_000_000_000_000_000 > 2**63 - 1


def test_an_unknown_payer_is_never_counted_as_one_payer() -> None:
    lines = [settled("p", NOON, 5), settled("q", NOON, 7), settled("r", NOON, 9, payer="alice"), sighting("bob", NOON)]
    rows = families.PAYERS.rows(ingest(lines).counted, "day")
    assert [(key[2:], row.settled_count, row.revenue_zat) for key, row in rows.items()] == [(("alice",), 1, 9)]


def test_resources_take_accesses_from_accesses_and_money_from_settlements() -> None:
    lines = [
        access("/a", NOON),
        access("/a", NOON + MINUTE),
        access("/a", NOON, "paid"),
        settled("p", NOON, 8, resource="/a"),
        settled("q", NOON, 9),
        failed("r", NOON, resource="/a"),
    ]
    rows = families.RESOURCES.rows(ingest(lines).counted, "hour")
    named, nameless = rows[NOON, "shop", "/a"], rows[NOON, "shop", None]
    assert (named.challenged_count, named.paid_count, named.settled_count, named.revenue_zat) == (2, 1, 1, 8)
    assert (nameless.settled_count, nameless.revenue_zat) == (1, 9)


def test_methods_failures_and_countries() -> None:
    lines = [
        settled("p", NOON, 8, method="shielded", country="NP"),
        settled("q", NOON, 9, country="NP"),
        failed("r", NOON, "ODD", attempt=2, method="shielded"),
        failed("s", NOON, None, attempt=2),
    ]
    counted = ingest(lines).counted
    methods = families.PAYMENT_METHODS.rows(counted, "month")
    assert {key[-1]: (row.settled_count, row.failed_count, row.revenue_zat) for key, row in methods.items()} == {
        "shielded": (1, 1, 8),
        "unknown": (1, 1, 9),
    }
    reasons = families.FAILURES.rows(counted, "month")
    assert {key[2:]: row.failed_count for key, row in reasons.items()} == {("OTHER", 2): 2}
    countries = families.GEOGRAPHY.rows(counted, "month")
    assert {key[-1]: (row.settled_count, row.failed_count, row.revenue_zat) for key, row in countries.items()} == {
        "NP": (2, 0, 17),
        None: (0, 2, 0),
    }


def test_webhooks_by_attempt_and_api_errors_by_status() -> None:
    lines = [
        webhook("d", NOON, "pending"),
        webhook("d", NOON, "failed", latency_ms=9),
        webhook("d", NOON, "delivered", 2, latency_ms=5),
        webhook("e", NOON, latency_ms=7),
        api_request("/verify", NOON, 399),
        api_request("/verify", NOON, 404),
        api_request("/verify", NOON, 500, 30),
    ]
    counted = ingest(lines).counted
    (hook,) = families.WEBHOOKS.rows(counted, "hour").values()
    assert (hook.attempt_count, hook.delivered_count, hook.failed_count, hook.pending_count) == (4, 2, 1, 1)
    assert (hook.first_try_count, hook.first_try_delivered_count, hook.latency.values) == (2, 1, (5, 7))
    (api,) = families.API.rows(counted, "hour").values()
    assert (api.request_count, api.error_count, api.server_error_count, api.latency.sum_ms) == (3, 2, 1, 50)


def test_percentiles_are_by_nearest_rank() -> None:
    spread = Spread.of([40, None, 15, 35, 20, 50])
    assert [spread.percentile(percent) for percent in (5, 30, 40, 50, 99, 100)] == [15, 20, 20, 35, 50, 50]
    assert [spread.count, spread.sum_ms, spread.average_ms] == [5, 160, 32]
    assert (Spread.of([]).percentile(50), Spread.of([]).average_ms) == (None, None)


@given(st.integers(1, LONGEST_MS))
def test_a_bin_is_within_one_percent_of_all_that_it_holds(milliseconds: int) -> None:
    assert (bin_of(None), bin_of(0), bin_of(1)) == (-1, 0, 1)
    assert abs(middle_of(bin_of(milliseconds)) - milliseconds) * 100 <= milliseconds
    assert bin_of(milliseconds) <= bin_of(milliseconds + 1)


@given(scenarios())
def test_every_level_holds_every_event_once(scenario: Scenario) -> None:
    counted = ingest(scenario.lines).counted
    settled_zat = sum(event.amount or 0 for event in counted if event.type == "settled")
    for level in LEVELS:
        for family in (families.REVENUE, families.RESOURCES, families.PAYMENT_METHODS, families.GEOGRAPHY):
            assert sum(row.revenue_zat for row in family.rows(counted, level).values()) == settled_zat


@given(scenarios(conflicts=False))
def test_any_order_of_arrival_gives_the_same_rows(scenario: Scenario) -> None:
    in_order = sorted(scenario.lines, key=lambda line: str(line["event_id"]))
    for family in families.FAMILIES.values():
        assert family.rows(ingest(scenario.lines).counted, "day") == family.rows(ingest(in_order).counted, "day")

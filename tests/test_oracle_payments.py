"""Golden cases of the payments projection, in any order of arrival."""

from datetime import UTC, datetime
from itertools import permutations

from hypothesis import given

from tests.factories import (
    WireEvent,
    corrected,
    created,
    expired,
    failed,
    refunded,
    retried,
    settled,
    verified,
    verifying,
)
from tests.oracle.events import ingest
from tests.oracle.payments import Payment, payments
from tests.strategies.arrivals import Scenario, scenarios


def clock(minute: int) -> datetime:
    return datetime(2026, 5, 5, 12, minute, tzinfo=UTC)


def payment(*lines: WireEvent, at: datetime | None = None) -> Payment:
    """The one payment that the lines tell of, the same in every order of arrival."""
    found = {tuple(payments(ingest(order).counted, at).values()) for order in permutations(lines)}
    assert len(found) == 1
    (only,) = found.pop()
    return only


def test_a_retry_that_recovers() -> None:
    told = payment(
        created("p", clock(0)),
        failed("p", clock(1), "TIMEOUT"),
        retried("p", clock(2), attempt=2),
        failed("p", clock(3), "INVALID_PROOF", attempt=2),
        settled("p", clock(4), 100, fee=1, attempt=3),
    )
    assert (told.state, told.highest_attempt, told.settled_zat, told.fee_zat) == ("settled", 3, 100, 1)
    assert (told.first_failure_code, told.last_failure_code) == ("TIMEOUT", "INVALID_PROOF")
    assert (told.first_event_at, told.first_decided_at) == (clock(0), clock(1))
    assert (told.settled_at, told.last_event_at) == (clock(4), clock(4))


def test_a_retry_reopens_a_failed_payment() -> None:
    told = payment(failed("p", clock(1)), retried("p", clock(2), attempt=2))
    assert (told.state, told.first_decided_at, told.settled_at) == ("retried", clock(1), None)


def test_within_an_attempt_the_furthest_step_wins_whatever_the_times() -> None:
    assert payment(failed("p", clock(1)), expired("p", clock(2)), verified("p", clock(3))).state == "failed"
    assert payment(expired("p", clock(1)), verified("p", clock(2))).state == "expired"
    assert payment(verified("p", clock(1)), verifying("p", clock(2))).state == "verified"
    assert payment(verifying("p", clock(1)), created("p", clock(2))).state == "verifying"


def test_a_settled_payment_never_leaves_settled() -> None:
    assert payment(settled("p", clock(1), 5), failed("p", clock(2), attempt=2)).state == "settled"


def test_refunds_and_settlements_by_their_own_times() -> None:
    assert payment(settled("p", clock(1), 5), refunded("p", clock(2), 5)).state == "refunded"
    assert payment(refunded("p", clock(1), 5), settled("p", clock(2), 5)).state == "settled"
    assert payment(refunded("p", clock(1), 5)).state == "refunded"


def test_several_partial_refunds_with_fees_returned_and_more_than_was_paid() -> None:
    told = payment(
        settled("p", clock(1), 100, fee=4),
        refunded("p", clock(2), 70, fee=1, event_id="r1"),
        refunded("p", clock(3), 70, event_id="r2"),
    )
    assert (told.refunded_count, told.refund_zat, told.fee_returned_zat) == (2, 140, 1)


def test_equal_times_are_decided_by_the_code_points_of_the_ids() -> None:
    lines = [failed("p", clock(1), "TIMEOUT", event_id="b"), failed("p", clock(1), "INVALID_PROOF", event_id="B")]
    told = payment(*lines)
    assert (told.first_failure_code, told.last_failure_code) == ("INVALID_PROOF", "TIMEOUT")


def test_a_correction_before_its_original_leaves_the_state_as_if_neither_were() -> None:
    sale = settled("p", clock(4), 100, attempt=2)
    told = payment(created("p", clock(0)), failed("p", clock(1)), sale, corrected(sale, clock(5)))
    assert told == payment(created("p", clock(0)), failed("p", clock(1)))


def test_a_payment_whose_every_event_was_taken_back_is_none() -> None:
    sale = settled("p", clock(4), 100)
    assert payments(ingest([corrected(sale), sale]).counted) == {}


def test_the_state_as_of_an_instant_knows_nothing_that_happens_at_it_or_later() -> None:
    lines = [created("p", clock(0)), settled("p", clock(1), 5), refunded("p", clock(2), 5)]
    assert payment(*lines, at=clock(1)).state == "created"
    assert payment(*lines, at=clock(2)).state == "settled"
    assert payment(*lines, at=clock(3)).state == "refunded"
    assert payments(ingest(lines).counted, clock(0)) == {}


@given(scenarios(conflicts=False))
def test_any_order_of_arrival_gives_the_same_payments(scenario: Scenario) -> None:
    in_order = sorted(scenario.lines, key=lambda line: str(line["event_id"]))
    assert payments(ingest(scenario.lines).counted) == payments(ingest(in_order).counted)

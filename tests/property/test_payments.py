"""The projection of payments, and what became of each line, against the oracle's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import cohorts
from tests.oracle.events import Event, Outcome, ingest
from tests.oracle.payments import Payment, payments
from tests.property.world import World, deliveries, examples
from tests.strategies.arrivals import Scenario, scenarios

#: Examples take a fifth of a second each, on TimescaleDB ten times that; shrinking a failure takes minutes.
pytestmark = pytest.mark.timeout(900)

STATEMENT = """
SELECT merchant_id, payment_id, state, first_event_at, last_event_at, first_decided_at, settled_at, first_failure_code,
    last_failure_code, highest_attempt, settled_count, settled_zat::text, fee_zat::text, refunded_count,
    refunded_zat::text, fee_returned_zat::text
FROM payments WHERE merchant_id = ANY ($1::text[])
"""
FIRSTS = "SELECT merchant_id, payer, first_settled_at FROM payer_firsts WHERE merchant_id = ANY ($1::text[])"
DELIVERIES = """
SELECT merchant_id, delivery_id, state, first_attempt_at, last_attempt_at, event_type, endpoint
FROM deliveries WHERE merchant_id = ANY ($1::text[])
"""
WORDS = {Outcome.ACCEPTED: "accepted", Outcome.DUPLICATE: "duplicate", Outcome.EVENT_CONFLICT: "EVENT_CONFLICT"}

Columns = tuple[object, ...]


def columns(payment: Payment) -> Columns:
    """What the projection holds of a payment, key aside."""
    state = (payment.state, payment.first_event_at, payment.last_event_at, payment.first_decided_at, payment.settled_at)
    failures = (payment.first_failure_code, payment.last_failure_code, payment.highest_attempt)
    paid = (payment.settled_count, str(payment.settled_zat), str(payment.fee_zat))
    returned = (payment.refunded_count, str(payment.refund_zat), str(payment.fee_returned_zat))
    return (*state, *failures, *paid, *returned)


async def projected(world: World, scenario: Scenario) -> dict[tuple[str, str], Columns]:
    rows = await world.rows(STATEMENT, [merchant.id for merchant in scenario.merchants])
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


async def check_wholes(world: World, scenario: Scenario, events: tuple[Event, ...]) -> None:
    """Payments, first payments and deliveries are what the events that count make of them."""
    assert await projected(world, scenario) == {key: columns(p) for key, p in payments(events).items()}
    merchant_ids = [merchant.id for merchant in scenario.merchants]
    firsts = {(row[0], row[1]): row[2] for row in await world.rows(FIRSTS, merchant_ids)}
    assert firsts == cohorts.first_payments(events)
    found = {(row[0], row[1]): cohorts.Delivery(*row[2:]) for row in await world.rows(DELIVERIES, merchant_ids)}
    assert found == cohorts.deliveries(events)


@examples(40)
@given(scenario=scenarios(), data=st.data())
async def test_payments_and_outcomes_whatever_arrives(world: World, scenario: Scenario, data: st.DataObject) -> None:
    found = await world.settle_in(scenario)
    told = await world.deliver_all(data.draw(deliveries(found.lines)))
    ledger = ingest(found.lines)
    expected = [WORDS[outcome] for outcome in ledger.outcomes]
    # A correction that names a correction is refused if it finds it, and does nothing if it comes before it.
    events = [number for number, line in enumerate(found.lines) if "corrects" not in line]
    assert [told[number] for number in events] == [expected[number] for number in events]
    await check_wholes(world, found, ledger.counted)


@examples(40)
@given(scenario=scenarios(conflicts=False), data=st.data())
async def test_payments_of_requests_that_come_at_once(world: World, scenario: Scenario, data: st.DataObject) -> None:
    found = await world.settle_in(scenario)
    await world.deliver_all(data.draw(deliveries(found.lines)), at_once=True)
    await check_wholes(world, found, ingest(found.lines).counted)

"""Any order of arrival, in batches of any size, repeated and contradicted: what the oracle says, and nothing else."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.ingest.write import EventWriter
from sql import Database
from tests.conftest import NewDatabase
from tests.gateway.ingest.conftest import create_merchants, event_of, told
from tests.gateway.ingest.state import PAYMENTS, differences, rows
from tests.oracle import events as oracle
from tests.oracle.payments import payments
from tests.strategies.arrivals import Scenario, scenarios

numbers = count()


@pytest.fixture(scope="module")
async def shared(new_database: NewDatabase) -> AsyncIterator[Database]:
    async with new_database() as url:
        database = Database(url, pool_size=4)
        yield database
        await database.close()


async def arrive(writer: EventWriter, scenario: Scenario, sizes: list[int]) -> list[str]:
    found: list[str] = []
    rest = [event_of(line) for line in scenario.lines]
    while rest:
        size = sizes[len(found) % len(sizes)]
        found += told(await writer.write(rest[:size]))
        rest = rest[size:]
    return found


def expected_payments(ledger: oracle.Ledger) -> list[tuple[Any, ...]]:
    return [
        (
            p.merchant_id, p.payment_id, p.state, p.first_event_at, p.last_event_at, p.first_decided_at, p.settled_at,
            p.first_failure_code, p.last_failure_code, p.highest_attempt, p.settled_zat, p.fee_zat, p.refund_zat,
            p.fee_returned_zat, p.settled_count, p.refunded_count,
        )
        for _, p in sorted(payments(ledger.counted).items())
    ]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(scenarios(max_events=14), st.lists(st.integers(1, 9), min_size=1, max_size=4))
async def test_the_store_holds_what_the_oracle_says(shared: Database, scenario: Scenario, sizes: list[int]) -> None:
    scenario = scenario.under(f"s{next(numbers)}-")
    await create_merchants(shared, *(merchant.id for merchant in scenario.merchants))
    outcomes = await arrive(EventWriter(shared), scenario, sizes)
    ledger = oracle.ingest(scenario.lines)
    for line, outcome, expected in zip(scenario.lines, outcomes, ledger.outcomes, strict=True):
        if "corrects" not in line:
            assert outcome.upper() == expected
    merchant_ids = [merchant.id for merchant in scenario.merchants]
    text = PAYMENTS.replace("ORDER", "WHERE merchant_id = ANY ($1) ORDER")
    stored = await rows(shared, text, merchant_ids)
    assert [(*row[:10], *row[11:17]) for row in stored] == expected_payments(ledger)


async def test_and_so_do_the_aggregates(shared: Database) -> None:
    assert await differences(shared) == []

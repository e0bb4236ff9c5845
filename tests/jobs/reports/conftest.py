"""A merchant with a month of payments, and its reports."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs import ledger
from jobs.context import JobContext, Run
from jobs.contract import JobName
from jobs.reports.kinds import Kind, Subject, subject
from resolvers.context import Services
from resolvers.executor import Executor
from sql import Database
from tests.factories import WireEvent, created, failed, settled, webhook
from tests.resolvers.conftest import Desk

MONTH = "2026-10"
ZONE = "Europe/Berlin"


def month_of_payments(amounts: list[int]) -> list[WireEvent]:
    """One payment settled a day, some that failed before, a webhook each; the payer of every other is known."""
    events: list[WireEvent] = []
    for number, amount in enumerate(amounts):
        at = datetime(2026, 10, 1 + number % 31, 9 + number % 8, tzinfo=UTC)
        payer = f"t{number % 5}" if number % 2 else None
        more = {"payer": payer, "resource": f"/r{number % 3}", "country": "DE", "method": "transparent"}
        events += [
            created(f"p{number}", at, **more),
            settled(f"p{number}", at + timedelta(seconds=40), amount, latency_ms=40_000, **more),
            webhook(f"d{number}", at + timedelta(seconds=41), latency_ms=120),
        ]
        if number % 4 == 0:
            events.append(failed(f"f{number}", at, "TIMEOUT", **more))
    return events


@pytest.fixture
async def shop(database: Database) -> Desk:
    """A merchant of Berlin with a month of payments."""
    desk = Desk(database, Executor(Services(database)))
    database.on_statement = desk.statements.append
    await desk.merchants("shop", zone=ZONE, email="owner@shop.example")
    await desk.tell(month_of_payments([10**8 + number for number in range(40)]))
    return desk


@pytest.fixture
def october() -> Subject:
    return subject("shop", Kind.MONTHLY, MONTH, ZONE)


async def begun(context: JobContext, about: Subject, again: str = "") -> Run:
    """A run about a window, begun by us; `again` tells runs about the same window apart."""
    job = JobName.REPORT_MONTH if about.kind is Kind.MONTHLY else JobName.SUMMARISE_WEEK
    run_id = await ledger.request(
        context.database, job, about.start, about.end, merchant_id=about.merchant_id, subject=again
    )
    [queued] = await ledger.queue(context.database, 10, timedelta(minutes=1))
    assert queued.run_id == run_id
    run = await ledger.begin(context.database, run_id, queued.token, "a test", timedelta(minutes=1))
    assert run is not None
    return run

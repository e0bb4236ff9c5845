"""A desk to set alerts at, jobs to evaluate and tell them, and somebody who listens."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.alerts.delivery import deliver_alerts
from jobs.alerts.evaluation import evaluate_alerts
from jobs.alerts.rules import WebhookRules
from jobs.context import JobContext, Run
from jobs.contract import JobName
from resolvers.executor import Executor
from sql import Database
from tests.jobs.alerts.receiver import Receiver, receiving
from tests.jobs.conftest import context_of
from tests.resolvers.conftest import Desk, desk_of

MINUTE = timedelta(minutes=1)
CREATE = """mutation ($input: CreateAlertInput!) { createAlert(input: $input) { secret alert { id } } }"""
STANDING = """query ($id: ID!) { merchant(id: $id) { alerts {
  id state stateSince lastValue evaluatedUntil
  crossings { id number kind value threshold window { start end } delivery attempts lastStatus lastError deliveredAt }
} } }"""


@dataclass
class Office:
    """Everything that alerts need, over one database."""

    desk: Desk
    context: JobContext
    receiver: Receiver

    async def alert(self, **given: object) -> tuple[str, str | None]:
        """Make an alert of `shop`; return its id and its secret."""
        wanted = {"merchantId": "shop", "name": "Test", "comparison": "BELOW", "threshold": 90} | given
        payload = (await self.desk.data(CREATE, input=wanted))["createAlert"]
        return payload["alert"]["id"], payload["secret"]

    async def evaluate(self, until: datetime, context: JobContext | None = None) -> int:
        """Run the job of a minute."""
        return await evaluate_alerts(context or self.context, await self.run(JobName.EVALUATE_ALERTS, until))

    async def deliver(self) -> int:
        """Tell what is due now."""
        now = datetime.fromisoformat("2026-05-13T00:00:00+00:00")
        return await deliver_alerts(self.context, Run(0, 1, JobName.DELIVER_ALERTS, None, None, now, now, 1))

    async def run(self, job: JobName, until: datetime) -> Run:
        """A run that the ledger knows as begun."""
        async with self.desk.database.acquire() as connection:
            run_id = await connection.fetchval(
                "INSERT INTO job_runs"
                " (job, subject, window_start, window_end, due_at, state, max_attempts, token, attempt)"
                " VALUES ($1, $2, $3, $4, $4, 'running', 3, 1, 1) RETURNING run_id",
                job.value,
                uuid.uuid4().hex,
                until - MINUTE,
                until,
            )
        return Run(run_id, 1, job, None, None, until - MINUTE, until, 1)

    async def later(self) -> None:
        """Let pauses and leases pass."""
        async with self.desk.database.acquire() as connection:
            await connection.execute("UPDATE alert_crossings SET next_attempt_at = now() WHERE delivery = 'waiting'")

    async def standing(self, merchant_id: str = "shop") -> list[dict[str, Any]]:
        """The merchant's alerts as it sees them."""
        found = await self.desk.data(STANDING, id=merchant_id)
        return list(found["merchant"]["alerts"])


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    """A merchant `shop`, and a receiver on this machine, which the settings allow."""
    desk = desk_of(database)
    services = replace(desk.executor.services, webhook_rules=WebhookRules(http=True, private=True))
    desk.executor = Executor(services)
    await desk.merchants("shop")
    context = context_of(database, tmp_path, Z402_WEBHOOK_HTTP="yes", Z402_WEBHOOK_PRIVATE_ADDRESSES="yes")
    async with receiving() as receiver:
        yield Office(desk, context, receiver)

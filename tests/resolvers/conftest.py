"""Documents run through the executor over a real database, with a clock that stands still."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from gateway.ingest.check import Terms
from gateway.ingest.codes import Refusal, Verdict
from gateway.ingest.decode import decode
from gateway.ingest.service import IngestService
from gateway.ingest.window import Window
from gateway.ingest.write import EventWriter
from resolvers.context import ADMIN, READ, WRITE, Principal, Services
from resolvers.executor import Executor, Result
from sql import Database

NOW = datetime(2026, 5, 13, 12, 0, tzinfo=UTC)  # a Wednesday
FACILITATOR = Principal("facilitator", None, frozenset({ADMIN}))


def merchant(merchant_id: str, *scopes: str) -> Principal:
    """A merchant's own token."""
    return Principal(f"token of {merchant_id}", merchant_id, frozenset(scopes or {READ, WRITE}))


@dataclass
class Desk:
    """Asks documents and counts what they cost."""

    database: Database
    executor: Executor
    statements: list[str] = field(default_factory=list)

    async def ask(self, document: str, principal: Principal | None = FACILITATOR, **variables: object) -> Result:
        """Run a document; `statements` then holds what it sent."""
        self.statements.clear()
        return await self.executor.execute(document, variables, principal=principal)

    async def data(self, document: str, principal: Principal | None = FACILITATOR, **variables: object) -> Any:
        """Run a document that has no errors, and return its data."""
        result = await self.ask(document, principal, **variables)
        assert result.errors == ()
        return result.data

    async def merchants(self, *ids: str, **columns: object) -> None:
        """Create merchants; columns are those of the table."""
        names = ["merchant_id", "name", *columns]
        marks = ", ".join(f"${n + 1}" for n in range(len(names)))
        async with self.database.acquire() as connection:
            for merchant_id in ids:
                await connection.execute(
                    f"INSERT INTO merchants ({', '.join(names)}) VALUES ({marks})",
                    merchant_id,
                    merchant_id.title(),
                    *columns.values(),
                )

    async def tell(self, events: Sequence[Mapping[str, object]]) -> None:
        """Write wire events, all of which must be taken."""
        terms = Terms(Window.at(datetime.now(UTC), None))
        decoded = [decode(orjson.dumps(event), terms) for event in events]
        good = [event for event in decoded if not isinstance(event, Refusal)]
        assert len(good) == len(events), [event for event in decoded if isinstance(event, Refusal)]
        outcomes = await EventWriter(self.database).write(good)
        assert set(outcomes) <= {Verdict.ACCEPTED, Verdict.DUPLICATE}, outcomes


def desk_of(database: Database) -> Desk:
    """A desk whose clock stands at NOW."""
    ingest = IngestService(database, None, clock=lambda: NOW)
    services = Services(database, ingest=ingest, erasure=ingest, clock=lambda: NOW)
    desk = Desk(database, Executor(services))
    database.on_statement = desk.statements.append
    return desk


@pytest.fixture
def desk(database: Database) -> Desk:
    """A desk over a fresh database."""
    return desk_of(database)

"""The real way in and out, on one real database for many examples: each has merchants of its own."""

import asyncio
import itertools
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asyncpg import Record
from hypothesis import settings
from hypothesis import strategies as st

from gateway.ingest.check import Terms
from gateway.ingest.parse import Parser
from gateway.ingest.window import Window
from gateway.ingest.write import EventWriter
from resolvers.context import ADMIN, Principal, Services
from resolvers.executor import Executor
from resolvers.limits import Limits
from sql import Database
from sql.engine import Engine
from sql.maintenance import refresh, refresh_hinted
from tests.factories import WireEvent
from tests.oracle.events import Event, ingest
from tests.oracle.merchants import Merchant
from tests.strategies.arrivals import Scenario
from tests.strategies.times import LATEST

TERMS = Terms(Window.at(LATEST, None))
FACILITATOR = Principal("oracle", None, frozenset({ADMIN}))
#: Documents here ask for much at once; what limits do is tested elsewhere.
WIDE = Limits(max_tokens=100_000, max_aliases=1_000)


def examples(count: int) -> settings:
    """So many examples, each of which asks a database; Z402_TEST_EFFORT=20 tries twenty times as many."""
    return settings(max_examples=count * int(os.environ.get("Z402_TEST_EFFORT", "1")), deadline=None)


#: What may become of a line that is well formed; of a correction, refusal too.
KNOWN = ("accepted", "duplicate", "EVENT_CONFLICT")


@dataclass(frozen=True, slots=True)
class Delivery:
    """Lines that come in one request, and whether a refresh follows."""

    lines: tuple[WireEvent, ...]
    refresh: bool


@st.composite
def deliveries(draw: st.DrawFn, lines: Sequence[WireEvent]) -> list[Delivery]:
    """The lines, in their order, cut into requests."""
    cuts = sorted(draw(st.lists(st.integers(0, len(lines)), max_size=4)))
    return [Delivery(tuple(lines[lo:hi]), draw(st.booleans())) for lo, hi in itertools.pairwise([0, *cuts, len(lines)])]


@dataclass
class World:
    """A store with all that is around it."""

    database: Database
    engine: Engine
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.writer = EventWriter(self.database)
        self.executor = Executor(Services(database=self.database, clock=lambda: datetime.now(UTC)), WIDE)

    async def settle_in(self, scenario: Scenario) -> Scenario:
        """The scenario under merchant ids that nobody had, its merchants created."""
        mine = scenario.under(f"x{next(self.numbers)}-")
        await self.create(mine.merchants)
        return mine

    async def create(self, merchants: Sequence[Merchant]) -> None:
        """Create merchants as the oracle describes them; ISO counts weekdays from 1."""
        async with self.database.acquire() as connection:
            await connection.executemany(
                "INSERT INTO merchants (merchant_id, name, zone, week_start, pending_timeout_minutes) "
                "VALUES ($1, $1, $2, $3, $4)",
                [(m.id, m.zone, m.week_start + 1, m.pending_timeout.total_seconds() // 60) for m in merchants],
            )

    async def deliver(self, delivery: Delivery) -> list[str]:
        """Send lines in one body; return the verdict or the code of each."""
        parser = Parser(lambda: TERMS)
        parser.feed("".join(json.dumps(line) + "\n" for line in delivery.lines).encode())
        parser.close()
        chunk = parser.take()
        told = {number: str(refusal.code) for number, refusal in chunk.refused}
        outcomes = await self.writer.write(chunk.events)
        told |= {n: str(getattr(outcome, "code", outcome)) for n, outcome in zip(chunk.numbers, outcomes, strict=True)}
        told = dict(sorted(told.items()))
        if delivery.refresh:
            await self.refresh()
        for line, outcome in zip(delivery.lines, told.values(), strict=True):
            assert outcome in KNOWN or "corrects" in line, (line, outcome)
        return list(told.values())

    async def deliver_all(self, found: Sequence[Delivery], *, at_once: bool = False) -> list[str]:
        """Send one after another, or all at once; return what became of each line."""
        if at_once:
            told = await asyncio.gather(*map(self.deliver, found))
        else:
            told = [await self.deliver(each) for each in found]
        return [outcome for part in told for outcome in part]

    async def refresh(self) -> None:
        """What the worker does every minute, and for late events."""
        await refresh(self.database)
        await refresh_hinted(self.database)

    async def catch_up(self) -> None:
        """Serve late events where views do not see them at once: continuous aggregates have 5 s for that."""
        if self.engine.continuous:
            await self.refresh()

    async def rows(self, statement: str, *arguments: object) -> list[Record]:
        """What a statement gives."""
        async with self.database.acquire() as connection:
            return list(await connection.fetch(statement, *arguments))

    async def ask(self, document: str, **variables: object) -> dict[str, Any]:
        """The data of an answer that has no errors."""
        result = await self.executor.execute(document, variables, principal=FACILITATOR)
        assert not result.errors, result.errors
        assert result.data is not None
        return result.data


def counted(scenario: Scenario) -> tuple[Event, ...]:
    """What the oracle counts of a scenario."""
    return ingest(scenario.lines).counted

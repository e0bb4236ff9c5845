"""Desks over one database that keep answers in one Valkey: each has a connection of its own, as a process would."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from gateway.cache.answers import RedisAnswers, answers_link
from gateway.cache.link import Link
from gateway.changes import Publisher
from gateway.ingest.service import IngestService
from gateway.ingest.write import EventWriter
from resolvers.answers.answers import Answers
from resolvers.answers.contract import AnswerStore
from resolvers.context import Services
from resolvers.executor import Executor
from sql import Database
from sql.maintenance import refresh_hinted
from tests.factories import WireEvent
from tests.gateway.ingest.conftest import event_of
from tests.resolvers.conftest import NOW, Desk


@dataclass
class Process:
    """What a process has: a desk, and how it came by its answers."""

    desk: Desk
    link: Link
    store: RedisAnswers
    answers: Answers
    changes: Publisher
    counts: Counter[tuple[str, str]]
    moment: list[datetime] = field(default_factory=lambda: [NOW])

    async def tell(self, *events: WireEvent) -> None:
        """Write events and tell what changed, before it returns; late ones are refreshed, as a worker would soon."""
        await EventWriter(self.desk.database, notify=self.changes).write([event_of(event) for event in events])
        await refresh_hinted(self.desk.database)

    def told(self) -> dict[tuple[str, str], int]:
        """How keys were answered since this was asked last, by kind and outcome."""
        found = dict(self.counts)
        self.counts.clear()
        return found


NewProcess = Callable[..., Awaitable[Process]]


async def process(
    stack: AsyncExitStack, url: str, redis_url: str, wrap: Callable[[RedisAnswers], AnswerStore] = lambda store: store
) -> Process:
    """Start one on a database and a Valkey; `wrap` may put something between it and what is kept."""
    database = Database(url, pool_size=4)
    stack.push_async_callback(database.close)
    link = answers_link(redis_url)
    stack.push_async_callback(link.close)
    store, counts, moment = RedisAnswers(link), Counter[tuple[str, str]](), [NOW]

    def count(kind: str, outcome: str, number: int) -> None:
        counts[kind, outcome] += number

    answers = Answers(wrap(store), count)
    stack.push_async_callback(answers.close)
    changes = Publisher(link)
    ingest = IngestService(database, None, notify=changes, clock=lambda: moment[0])
    services = Services(
        database,
        ingest=ingest,
        erasure=ingest,
        clock=lambda: moment[0],
        answers=answers,
        merchant_changed=changes.profile_changed,
    )
    desk = Desk(database, Executor(services))
    database.on_statement = desk.statements.append
    await link.open()
    return Process(desk, link, store, answers, changes, counts, moment)


@pytest.fixture
async def new_process(database_url: str, redis_url: str) -> AsyncIterator[NewProcess]:
    """Starts processes over the test's own database and Valkey."""
    async with AsyncExitStack() as stack:

        async def start(**more: object) -> Process:
            return await process(stack, database_url, redis_url, **more)  # type: ignore[arg-type]

        yield start


@pytest.fixture
async def one(new_process: NewProcess) -> Process:
    return await new_process()


def statements(process: Process, without: Sequence[str] = ("_beside",)) -> list[str]:
    """What the last question sent, without what was looked up around boundaries."""
    return [name for name in process.desk.statements if not name.endswith(tuple(without))]


__all__ = ["Process", "process", "replace", "statements"]

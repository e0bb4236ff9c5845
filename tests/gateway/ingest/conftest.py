"""A writer on a fresh database, with two merchants, and the way from wire events to outcomes."""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

import pytest

from gateway.ingest.check import Terms
from gateway.ingest.codes import Outcome, Refusal
from gateway.ingest.decode import decode
from gateway.ingest.events import Event
from gateway.ingest.window import Window
from gateway.ingest.write import EventWriter
from sql import Database
from tests.factories import WireEvent

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
TERMS = Terms(Window.at(datetime(2026, 11, 20, tzinfo=UTC), None))

Send = Callable[..., Awaitable[list[str]]]


def event_of(wire: WireEvent) -> Event:
    """The event that a valid wire event is."""
    event = decode(json.dumps(wire).encode(), TERMS)
    assert not isinstance(event, Refusal), event
    return event


def told(outcomes: Sequence[Outcome]) -> list[str]:
    """Outcomes as short text: the verdict or the code."""
    return [str(outcome.code) if isinstance(outcome, Refusal) else str(outcome) for outcome in outcomes]


async def create_merchants(database: Database, *merchant_ids: str) -> None:
    async with database.acquire() as connection:
        await connection.executemany(
            "INSERT INTO merchants (merchant_id, name) VALUES ($1, $1)",
            [(merchant_id,) for merchant_id in merchant_ids],
        )


@pytest.fixture
async def writer(database: Database) -> EventWriter:
    await create_merchants(database, "shop", "other")
    return EventWriter(database)


@pytest.fixture
async def send(writer: EventWriter) -> Send:
    """Writes wire events in one batch and tells what became of each."""

    async def write(*events: WireEvent) -> list[str]:
        return told(await writer.write([event_of(event) for event in events]))

    return write

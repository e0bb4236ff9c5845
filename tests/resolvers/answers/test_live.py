"""What is kept, shown live: never older than a moment, though nobody says that it changed."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.ingest.write import EventWriter
from resolvers.answers import answers
from resolvers.context import Clock, system_clock
from resolvers.executor import Executor
from resolvers.turns import BEHIND
from sql.maintenance import refresh_hinted
from tests.factories import settled
from tests.gateway.ingest.conftest import event_of
from tests.resolvers.answers.conftest import Process, statements
from tests.resolvers.conftest import NOW
from tests.resolvers.test_live import SHOP, Noted, data

HOUR = timedelta(hours=1)
WATCHED = "subscription { dashboard { revenue { today { current { zatoshi } } } asOf } }"


async def look(process: Process, clock: Clock = lambda: NOW) -> tuple[str, datetime, Noted]:
    """Today's revenue, `asOf`, and what the watch was told."""
    watch = Noted()
    process.desk.statements.clear()
    executor = Executor(replace(process.desk.executor.services, clock=clock))
    shown: Any = data(await executor.look(WATCHED, {}, None, SHOP, watch))["dashboard"]
    return shown["revenue"]["today"]["current"]["zatoshi"], datetime.fromisoformat(shown["asOf"]), watch


async def test_a_quiet_merchant_is_shown_as_it_is_now(one: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    await one.desk.merchants("shop")
    await look(one, system_clock)
    await asyncio.sleep(0.6)
    await look(one, system_clock)
    assert statements(one, ("_beside", "first_turns_by_slot")) == []
    monkeypatch.setattr(answers, "LIVE_SECONDS", 0.5)
    for _ in range(2):
        began = system_clock()
        _, as_of, _ = await look(one, system_clock)
        assert as_of > began - timedelta(seconds=0.5)
        assert max(Counter(statements(one)).values()) == 1
        await asyncio.sleep(0.6)


async def test_what_nobody_was_told_of_shows_with_the_next_look(one: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    await one.desk.merchants("shop")
    await one.tell(settled("a", NOW - HOUR, 5))
    assert (await look(one))[0] == "5"
    await EventWriter(one.desk.database).write([event_of(settled("lost", NOW - HOUR, 6))])
    await refresh_hinted(one.desk.database)
    monkeypatch.setattr(answers, "LIVE_SECONDS", 0.5)
    await asyncio.sleep(0.6)
    assert (await look(one))[0] == "11"


async def test_a_value_is_looked_at_again_when_the_time_of_what_came_early_comes(one: Process) -> None:
    """Whether it is computed or was kept; and then for the next of them."""
    await one.desk.merchants("shop")
    at = NOW + timedelta(minutes=1)
    soon = [at + timedelta(seconds=seconds) for seconds in (0.3, 2, 300)]
    await one.tell(*(settled(str(each), each, 5) for each in soon))
    for _ in range(2):
        shown, _, watch = await look(one, lambda: at)
        assert (shown, min(watch.turns)) == ("0", soon[0] + BEHIND)
    shown, _, watch = await look(one, lambda: soon[0])  # up to it, and not including it
    assert (shown, min(watch.turns)) == ("0", soon[0] + BEHIND)
    shown, _, watch = await look(one, lambda: soon[0] + BEHIND)
    assert (shown, min(watch.turns)) == ("5", soon[1] + BEHIND)
    shown, _, watch = await look(one, lambda: soon[1] + BEHIND)
    assert (shown, min(watch.turns)) == ("10", NOW + HOUR)  # before the third it is looked at in any case


async def test_a_value_that_lacks_what_came_late_is_looked_at_again_soon(one: Process) -> None:
    await one.desk.merchants("shop")
    await one.tell(settled("a", NOW - HOUR, 5))

    async def pending(told: bool) -> None:
        async with one.desk.database.acquire() as connection:
            await connection.execute(
                "CREATE OR REPLACE FUNCTION pending_within(of_stream text, first_at timestamptz, last_at timestamptz) "
                f"RETURNS boolean LANGUAGE sql STABLE AS 'SELECT {told}'"
            )

    await pending(True)
    for _ in range(2):
        _, _, watch = await look(one)
        assert min(watch.turns) == NOW + timedelta(seconds=2)
    await pending(False)
    for _ in range(2):
        _, _, watch = await look(one)
        assert min(watch.turns) == NOW + HOUR

"""With answers kept in Redis, all is as the oracle has it, whatever came and was asked before, in whichever process."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cache.answers import RedisAnswers, answers_link
from gateway.changes import Publisher
from gateway.ingest.write import EventWriter
from resolvers.answers.answers import Answers
from resolvers.context import Services
from resolvers.executor import Executor
from tests.conftest import Servers
from tests.property.test_answers import differences, document, expected
from tests.property.test_breakdowns import FRAGMENTS
from tests.property.world import FACILITATOR, WIDE, Delivery, World, counted, examples
from tests.strategies.arrivals import Scenario, scenarios

pytestmark = pytest.mark.timeout(900)

#: How far a question may lie from the scenario's instant: before and behind the next event, in the same quarter hour.
AWAY = [timedelta(microseconds=us) for us in (0, 0, 1, -1, 10**6, -(10**6), 10**8, -(10**8))]


@dataclass
class Keeper:
    """A process that keeps answers, over the world's database."""

    writer: EventWriter
    executor: Executor

    async def ask(self, document: str, **variables: object) -> dict[str, Any]:
        result = await self.executor.execute(document, variables, principal=FACILITATOR)
        assert not result.errors, result.errors
        assert result.data is not None
        return result.data


@pytest.fixture(scope="session")
async def keepers(world: World, servers: Servers) -> AsyncIterator[list[Keeper]]:
    """Two of them, with connections of their own to one Valkey."""
    async with AsyncExitStack() as stack:
        found, url = [], await servers.empty_redis()
        for _ in range(2):
            link = answers_link(url)
            stack.push_async_callback(link.close)
            answers = Answers(RedisAnswers(link), lambda *_: None)
            stack.push_async_callback(answers.close)
            writer = EventWriter(world.database, notify=Publisher(link))
            services = Services(world.database, clock=lambda: datetime.now(UTC), answers=answers)
            found.append(Keeper(writer, Executor(services, WIDE)))
            assert await link.open()
        yield found


@st.composite
def cuts(draw: st.DrawFn, length: int) -> list[int]:
    """Where questions are asked between lines; always behind the last."""
    return [*sorted(draw(st.lists(st.integers(0, length), max_size=3))), length]


async def deliver(world: World, keeper: Keeper, scenario: Scenario, lines: slice) -> None:
    """Send some of the lines to a process."""
    before, world.writer = world.writer, keeper.writer
    try:
        await world.deliver(Delivery(scenario.lines[lines], refresh=False))
    finally:
        world.writer = before


@examples(25)
@given(scenario=scenarios(), data=st.data())
async def test_realtime_and_dashboard(
    world: World, keepers: list[Keeper], scenario: Scenario, data: st.DataObject
) -> None:
    found = await world.settle_in(scenario)
    told_so_far = 0
    for cut in data.draw(cuts(len(found.lines))):
        await deliver(world, data.draw(st.sampled_from(keepers)), found, slice(told_so_far, cut))
        told_so_far = cut
        # What is asked before late events can be seen (TimescaleDB) may lack them, and must not be kept.
        asked = data.draw(st.sampled_from(keepers))
        await asked.ask(document(found.merchants), at=found.at.isoformat())
        await world.catch_up()
        for away in data.draw(st.lists(st.sampled_from(AWAY), min_size=1, max_size=3)):
            now = replace(found, lines=found.lines[:cut], at=found.at + away)
            answer = await data.draw(st.sampled_from(keepers)).ask(document(now.merchants), at=now.at.isoformat())
            assert differences(answer, expected(counted(now), now)) == {}


@examples(15)
@given(scenario=scenarios(), data=st.data())
async def test_every_breakdown(world: World, keepers: list[Keeper], scenario: Scenario, data: st.DataObject) -> None:
    """Against what is computed anew, which `test_breakdowns` holds against the oracle."""
    found = await world.settle_in(scenario)
    merchants = "".join(f'm{n}: merchant(id: "{each.id}") {{ ...all }} ' for n, each in enumerate(found.merchants))
    asked = f"query ($range: RangeInput!, $at: DateTime) {{ {merchants} }} {FRAGMENTS}"
    told_so_far = 0
    for cut in data.draw(cuts(len(found.lines))):
        await deliver(world, data.draw(st.sampled_from(keepers)), found, slice(told_so_far, cut))
        told_so_far = cut
        await world.catch_up()
        variables: dict[str, Any] = {
            "range": data.draw(st.sampled_from([{"days": 40}, {"days": 2}, {"period": "WEEK"}, {"period": "MONTH"}])),
            "at": (found.at + data.draw(st.sampled_from(AWAY))).isoformat(),
        }
        answer = await data.draw(st.sampled_from(keepers)).ask(asked, **variables)
        assert differences(answer, await world.ask(asked, **variables)) == {}

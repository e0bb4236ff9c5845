"""Group commit: who waits shares a transaction, and nobody pays for a neighbour."""

import asyncio
from collections.abc import Sequence

import pytest

from gateway.ingest.codes import Code, Outcome, Refusal, Verdict
from gateway.ingest.events import Event
from gateway.ingest.group_commit import GroupCommit, Overloaded
from gateway.ingest.write import EventWriter
from sql import Database, StoreUnavailable
from tests.factories import created, settled
from tests.gateway.ingest.conftest import event_of, told
from tests.gateway.ingest.state import value

DAY = "2026-03-10T12:00:00"


class Recorder:
    """Writes nothing, slowly; the sizes of its batches tell how events were grouped."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.go = asyncio.Event()
        self.error: Exception | None = None

    async def write(self, events: Sequence[Event]) -> list[Outcome]:
        self.sizes.append(len(events))
        await self.go.wait()
        if self.error:
            raise self.error
        return [
            Refusal(Code.EVENT_CONFLICT, "known") if event.event_id.startswith("bad") else Verdict.ACCEPTED
            for event in events
        ]


def events(count: int, prefix: str = "e") -> list[Event]:
    return [event_of(created("p1", DAY, event_id=f"{prefix}{number}")) for number in range(count)]


async def submitted(group: GroupCommit, given: Sequence[Event]) -> list[asyncio.Task[Outcome]]:
    tasks = [asyncio.create_task(group.submit(event)) for event in given]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_what_waits_while_one_is_written_goes_together() -> None:
    recorder = Recorder()
    group = GroupCommit(recorder.write, max_batch=30)
    tasks = await submitted(group, [*events(50), *events(2, "bad")])
    recorder.go.set()
    outcomes = told(await asyncio.gather(*tasks))
    assert outcomes == ["accepted"] * 50 + ["EVENT_CONFLICT"] * 2
    assert sum(recorder.sizes) == 52
    assert max(recorder.sizes) == 30
    assert len(recorder.sizes) <= 4


async def test_a_client_that_leaves_takes_nothing_from_its_neighbours() -> None:
    recorder = Recorder()
    group = GroupCommit(recorder.write, writers=1)
    first = await submitted(group, events(1))
    waiting = await submitted(group, events(3, "w"))
    first[0].cancel()
    waiting[1].cancel()
    recorder.go.set()
    outcomes = await asyncio.gather(*first, *waiting, return_exceptions=True)
    assert [isinstance(outcome, asyncio.CancelledError) for outcome in outcomes] == [True, False, True, False]
    assert outcomes[1] is outcomes[3] is Verdict.ACCEPTED
    assert recorder.sizes == [1, 2]


async def test_a_full_queue_refuses_at_once() -> None:
    recorder = Recorder()
    group = GroupCommit(recorder.write, writers=1, max_waiting=2)
    await submitted(group, events(1))
    waiting = await submitted(group, events(2, "w"))
    with pytest.raises(Overloaded):
        await group.submit(events(1, "x")[0])
    recorder.go.set()
    assert told(await asyncio.gather(*waiting)) == ["accepted"] * 2


async def test_a_failure_reaches_all_that_wait_for_it_and_no_one_later() -> None:
    recorder = Recorder()
    recorder.error = StoreUnavailable("away")
    group = GroupCommit(recorder.write, writers=1)
    tasks = await submitted(group, events(3))
    recorder.go.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [StoreUnavailable] * 3
    recorder.error = None
    assert await group.submit(events(1, "later")[0]) is Verdict.ACCEPTED


async def test_clients_that_send_again_as_soon_as_they_are_told_never_wait_for_ever() -> None:
    recorder = Recorder()
    recorder.go.set()
    group = GroupCommit(recorder.write, writers=1)

    async def client() -> int:
        return sum([await group.submit(event) is Verdict.ACCEPTED for event in events(50)])

    assert sum(await asyncio.wait_for(asyncio.gather(client(), client(), client()), 10)) == 150


async def test_closing_writes_what_waits() -> None:
    recorder = Recorder()
    group = GroupCommit(recorder.write, writers=1)
    tasks = await submitted(group, events(5))
    asyncio.get_running_loop().call_later(0.01, recorder.go.set)
    await group.close()
    assert told(await asyncio.gather(*tasks)) == ["accepted"] * 5


async def test_many_clients_at_once_on_the_real_store(writer: EventWriter, database: Database) -> None:
    group = GroupCommit(writer.write)
    given = [event_of(settled(f"p{n % 20}", DAY, n, event_id=f"e{n % 150}-{n // 150}")) for n in range(300)]
    unknown = event_of(created("p", DAY, merchant="nobody"))
    outcomes = told(await asyncio.gather(*map(group.submit, [*given, unknown, *given])))
    assert outcomes.count("accepted") == 300
    assert outcomes.count("duplicate") == 300
    assert outcomes[300] == "UNKNOWN_MERCHANT"
    assert await value(database, "SELECT count(*) FROM payment_events") == 300


async def test_a_database_that_is_away_is_told_promptly() -> None:
    group = GroupCommit(EventWriter(Database("postgresql://nobody@127.0.0.1:1/none", acquire_timeout=1)).write)
    tasks = await submitted(group, events(3))
    results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
    assert [type(result) for result in results] == [StoreUnavailable] * 3

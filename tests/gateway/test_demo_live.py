"""The live stream goes on where history ends, and a restart repeats nothing and leaves nothing out."""

from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise

from gateway.demo.event import Event
from gateway.demo.history import history
from gateway.demo.live import live
from gateway.demo.merchants import merchants

SEED = 402
START = datetime(2026, 11, 22, 23, 40, tzinfo=UTC)
EARLY = datetime(2026, 11, 23, 0, 20, tzinfo=UTC)


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.at += timedelta(seconds=seconds)


async def streamed(start: datetime, until: datetime) -> list[tuple[datetime, list[Event]]]:
    """The batches of the live stream, each with the moment at which it came."""
    clock, found = Clock(start), []
    async for batch in live(SEED, start, clock.now, clock.sleep):
        if clock.at >= until:
            break
        found.append((clock.at, batch))
    return found


def ids(events: list[Event]) -> list[str]:
    return [str(event["event_id"]) for event in events]


def between(low: datetime, high: datetime) -> list[Event]:
    """What is missing at `high` when everything before `low` is there."""
    known = {merchant.id: low for merchant in merchants()}
    return list(chain.from_iterable(history(SEED, high, since=known)))


async def test_live_goes_on_where_history_ends_over_midnight() -> None:
    until = START + timedelta(minutes=50)
    batches = await streamed(START, until)
    events = [event for _, batch in batches for event in batch]
    assert events == between(START, until)
    assert len(events) > 800


async def test_events_come_when_they_happen_a_few_seconds_apart() -> None:
    batches = await streamed(START, START + timedelta(minutes=30))
    for at, batch in batches:
        for event in batch:
            late = at - datetime.fromisoformat(str(event["occurred_at"]))
            assert timedelta(0) <= late < timedelta(milliseconds=2)
    pauses = [after - before for (before, _), (after, _) in pairwise(batches)]
    assert max(pauses) < timedelta(seconds=45)
    assert sum(pauses, timedelta(0)) / len(pauses) < timedelta(seconds=4)


async def test_payments_complete_while_one_looks() -> None:
    events = [event for _, batch in await streamed(START, START + timedelta(minutes=20)) for event in batch]
    begun = {event["payment_id"] for event in events if event.get("type") == "created"}
    settled = {event["payment_id"] for event in events if event.get("type") == "settled"}
    assert len(begun & settled) > 0.8 * len(begun)
    assert settled - begun  # those that were open at the start


async def test_what_is_overdue_comes_at_once() -> None:
    clock = Clock(START + timedelta(minutes=5))
    async for batch in live(SEED, START, clock.now, clock.sleep):
        assert batch == between(START, START + timedelta(minutes=5))
        break


def test_history_in_two_runs_equals_history_in_one() -> None:
    first_run, restart = EARLY - timedelta(hours=30), EARLY
    whole = list(chain.from_iterable(history(SEED, restart, days=8)))
    before = list(chain.from_iterable(history(SEED, first_run, days=8)))
    gap = between(first_run, restart)
    assert not set(ids(before)) & set(ids(gap))
    cut = first_run.isoformat()
    assert gap == [event for event in whole if str(event["occurred_at"]) >= cut]


def test_a_long_gap_is_filled_only_as_far_as_a_merchants_history() -> None:
    away = timedelta(days=400)
    known = {merchant.id: EARLY - away for merchant in merchants()}
    gap = list(chain.from_iterable(history(SEED, EARLY, days=4, since=known)))
    assert gap == list(chain.from_iterable(history(SEED, EARLY, days=4)))


def test_a_merchant_that_is_missing_gets_its_whole_history() -> None:
    known = {merchant.id: EARLY for merchant in merchants() if merchant.id != "kiwi-terrain"}
    found = list(chain.from_iterable(history(SEED, EARLY, days=8, since=known)))
    assert found == [
        event
        for event in chain.from_iterable(history(SEED, EARLY, days=8))
        if event["merchant_id"] == "kiwi-terrain" or str(event["occurred_at"]) >= EARLY.isoformat()
    ]

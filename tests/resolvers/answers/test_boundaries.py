"""An answer about "up to now" holds until something happens: an event comes, or the clock passes one."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from resolvers import kinds
from resolvers.loaders import InstantKey, WindowKey
from resolvers.periods import Window
from tests.factories import created, settled
from tests.resolvers.answers.conftest import Process
from tests.resolvers.times import utc

START = utc("2026-05-13T12:07:13.500001")
YESTERDAY = utc("2026-05-12T12:07:20")
TODAY = """{ merchant(id: "shop") { dashboard { revenue { today {
    current { zatoshi } previous { zatoshi } currentWindow { end } previousWindow { end } } } } } }"""


@pytest.fixture
async def shop(one: Process) -> Process:
    await one.desk.merchants("shop")
    one.moment[0] = START
    return one


async def ask(shop: Process) -> tuple[int, int]:
    """Today's and yesterday's revenue, which say up to when they are, whoever computed them."""
    found = (await shop.desk.data(TODAY))["merchant"]["dashboard"]["revenue"]["today"]
    now = shop.moment[0]
    assert datetime.fromisoformat(found["currentWindow"]["end"]) == now
    assert datetime.fromisoformat(found["previousWindow"]["end"]) == now - timedelta(days=1)
    return int(found["current"]["zatoshi"]), int(found["previous"]["zatoshi"])


def totals(shop: Process) -> dict[str, int]:
    """How the windows were answered since this was asked last."""
    return {outcome: number for (kind, outcome), number in shop.told().items() if kind == "totals"}


async def test_while_nothing_happens_the_clock_may_go_on(shop: Process) -> None:
    assert await ask(shop) == (0, 0)
    assert totals(shop) == {"miss": 2}
    for seconds in (1, 30, 106):
        shop.moment[0] = START + timedelta(seconds=seconds)
        assert await ask(shop) == (0, 0)
        assert totals(shop) == {"hit": 2}
        assert shop.desk.statements == []


async def test_when_the_clock_passes_an_event_of_yesterday_yesterday_is_computed_again(shop: Process) -> None:
    await shop.tell(settled("old", YESTERDAY, 5))
    assert await ask(shop) == (0, 0)
    shop.told()
    shop.moment[0] = YESTERDAY + timedelta(days=1)  # up to it, and not including it
    assert await ask(shop) == (0, 0)
    assert totals(shop) == {"hit": 2}
    shop.moment[0] += timedelta(microseconds=1)
    assert await ask(shop) == (0, 5)
    assert totals(shop) == {"hit": 1, "miss": 1}
    shop.moment[0] = START  # and back: the answer of before was replaced
    assert await ask(shop) == (0, 0)
    assert totals(shop) == {"hit": 1, "miss": 1}


async def test_an_event_that_came_before_its_time_counts_when_its_time_comes(shop: Process) -> None:
    await shop.tell(settled("early", START + timedelta(minutes=3), 5))
    assert await ask(shop) == (0, 0)
    shop.moment[0] = START + timedelta(minutes=4)
    assert await ask(shop) == (5, 0)


async def test_an_event_between_two_questions_is_counted_in_the_second(shop: Process) -> None:
    await ask(shop)
    shop.moment[0] = START + timedelta(seconds=5)
    await shop.tell(settled("new", START + timedelta(seconds=4), 5))
    shop.told()
    assert await ask(shop) == (5, 0)
    assert totals(shop) == {"miss": 1, "hit": 1}


async def test_midnight_needs_no_invalidation(shop: Process) -> None:
    await shop.tell(settled("p1", START, 5))
    shop.moment[0] = utc("2026-05-13T23:59:59.9")
    assert await ask(shop) == (5, 0)
    shop.moment[0] = utc("2026-05-14T00:00:00.1")
    assert await ask(shop) == (0, 0)
    shop.moment[0] = utc("2026-05-14T13:00:00.1")
    assert await ask(shop) == (0, 5)


async def test_open_payments_grow_stale_by_the_clock_alone(shop: Process) -> None:
    await shop.tell(created("p1", START - timedelta(minutes=52)), created("p2", START - timedelta(minutes=55)))

    async def live(at: datetime) -> tuple[int, int]:
        found = await shop.answers.read(kinds.LIVE, shop.desk.database, [InstantKey("shop", at, 60)])
        return found.values[0].pending_count, found.values[0].stale_count

    turn = START + timedelta(minutes=5)
    assert await live(START) == (2, 0)
    assert await live(turn - timedelta(microseconds=1)) == (2, 0)
    assert shop.told() == {("live", "miss"): 1, ("live", "hit"): 1}
    assert await live(turn) == (1, 1)
    assert await live(turn + timedelta(minutes=1)) == (1, 1)
    assert shop.told() == {("live", "miss"): 1, ("live", "hit"): 1}
    assert await live(turn - timedelta(microseconds=1)) == (2, 0)  # a moment before, asked later


async def test_a_kept_answer_says_up_to_when_it_has_everything(shop: Process) -> None:
    key = WindowKey("shop", Window(utc("2026-05-13"), START))
    first = await shop.answers.read(kinds.TOTALS, shop.desk.database, [key])
    again = await shop.answers.read(kinds.TOTALS, shop.desk.database, [key])
    assert shop.told() == {("totals", "miss"): 1, ("totals", "hit"): 1}
    assert first.as_of is not None
    assert again.as_of is not None
    assert first.as_of <= again.as_of <= datetime.now(UTC)
    assert replace(again.values[0], as_of=None) == replace(first.values[0], as_of=None)


async def test_a_kept_answer_has_what_was_acknowledged_a_moment_before_it_was_asked(
    shop: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only what there was when it was computed; and never less than was shown before."""
    monkeypatch.setattr("resolvers.answers.kept.TOLD", timedelta(milliseconds=20))
    key = WindowKey("shop", Window(utc("2026-05-13"), START))
    shown: list[datetime] = []
    began = datetime.now(UTC)
    for _ in range(4):
        began = datetime.now(UTC)
        found = await shop.answers.read(kinds.TOTALS, shop.desk.database, [key])
        told = found.values[0].as_of
        assert found.as_of is not None
        assert told is not None
        assert found.as_of <= told  # of the two, an answer shows the earlier
        shown.append(found.as_of)
        await asyncio.sleep(0.03)
    assert shop.told() == {("totals", "miss"): 1, ("totals", "hit"): 3}
    assert shown == sorted(shown)
    assert began - timedelta(milliseconds=20) <= shown[-1] <= datetime.now(UTC)

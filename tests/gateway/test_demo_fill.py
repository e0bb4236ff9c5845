"""The demo's history in the store: whole, once, also after an interruption; never beside somebody's own data."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest

from gateway.demo.fill import fill, newest_events
from gateway.demo.history import history
from gateway.demo.merchants import merchants
from gateway.demo.open import open_store
from sql import Database, Q

SEED = 402
UNTIL = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = 60
SMALL = ("chennai-casebook", "kiwi-terrain", "reef-watch")


@pytest.fixture(autouse=True)
def few_merchants(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only small ones: the busy ones take longer and say nothing more."""
    few = tuple(merchant for merchant in merchants() if merchant.id in SMALL)
    monkeypatch.setattr("gateway.demo.merchants._MERCHANTS", few)
    monkeypatch.setattr("gateway.demo.history.CHUNK", 200)
    monkeypatch.setattr("gateway.ingest.parse.CHUNK_EVENTS", 200)


def silent(share: float, added: int) -> None:
    assert 0 <= share <= 1


def expected(until: datetime) -> int:
    return len(list(chain.from_iterable(history(SEED, until, DAYS))))


async def stored(database: Database) -> int:
    async with database.acquire() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM event_keys WHERE stream IS NOT NULL"))


async def test_an_empty_store_gets_the_merchants_once(database: Database) -> None:
    assert await open_store(database)
    async with database.acquire() as connection:
        await connection.execute("UPDATE merchants SET name = 'Renamed' WHERE merchant_id = 'reef-watch'")
    assert await open_store(database)
    found = {row.merchant_id: row for row in await database.fetch(Q.merchants_after, after="", page_size=100)}
    assert set(found) == {merchant.id for merchant in merchants()}
    assert found["reef-watch"].name == "Renamed"
    assert (found["kiwi-terrain"].zone, found["kiwi-terrain"].week_start) == ("Pacific/Auckland", 1)


async def test_a_store_with_other_merchants_is_left_alone(database: Database) -> None:
    async with database.acquire() as connection:
        await connection.execute("INSERT INTO merchants (merchant_id, name) VALUES ('mine', 'Mine')")
    assert not await open_store(database)
    assert len(await database.fetch(Q.merchants_after, after="", page_size=100)) == 1


async def test_history_is_written_whole_and_once(database: Database) -> None:
    await open_store(database)
    report = await fill(database, SEED, UNTIL, silent, days=DAYS)
    assert (report.accepted, report.duplicate, report.rejected) == (expected(UNTIL), 0, 0)
    again = await fill(database, SEED, UNTIL, silent, days=DAYS)
    assert (again.accepted, again.rejected) == (0, 0)
    assert set(await newest_events(database)) == set(SMALL)


async def test_a_restart_fills_the_gap(database: Database) -> None:
    await open_store(database)
    await fill(database, SEED, UNTIL, silent, days=DAYS)
    later = UNTIL + timedelta(days=2)
    report = await fill(database, SEED, later, silent, days=DAYS)
    assert report.rejected == 0
    assert report.accepted > 30
    first_window = {str(event["event_id"]) for event in chain.from_iterable(history(SEED, UNTIL, DAYS))}
    wanted = {str(event["event_id"]) for event in chain.from_iterable(history(SEED, later, DAYS + 2))}
    assert first_window <= wanted
    assert await stored(database) == len(wanted)


async def test_an_interrupted_history_is_completed(database: Database) -> None:
    await open_store(database)
    shares: Iterator[int] = iter(range(1000))

    def give_up(share: float, added: int) -> None:
        if next(shares) == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await fill(database, SEED, UNTIL, give_up, days=DAYS)
    part = await stored(database)
    report = await fill(database, SEED, UNTIL, silent, days=DAYS)
    assert 0 < part < expected(UNTIL)
    assert report.rejected == 0
    assert await stored(database) == expected(UNTIL)

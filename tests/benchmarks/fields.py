"""Every analytics field on 10 million and 1 million events: its SQL beside SQL by hand, cold beside warm.

Both databases have the same events a day; the larger one is ten times as old. Each figure names the engine. The promise
on SQL holds for questions that aggregates answer; lists and wholes are read from their own index, and are held to not
growing with history. Z402_BENCH_FIELDS names some fields, or beginnings of names: `metrics;payments by payer`.
"""

import re
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from gateway.cache.answers import RedisAnswers, answers_link
from resolvers.answers.answers import Answers
from resolvers.context import Services
from resolvers.executor import OURSELVES, Executor
from sql import Database, Query
from sql.engine import Engine, detect
from tests.benchmarks.filling import filled
from tests.benchmarks.floors import statements
from tests.benchmarks.questions import asked
from tests.benchmarks.report import Figure
from tests.benchmarks.store import redis_server

SMALL, LARGE = 1_000_000, 10_000_000
#: Questions whose answers are computed each time.
NEVER_KEPT = re.compile(r"payments?\b|platform\b")
WARM_UP, ROUNDS = 8, 25  # PostgreSQL looks at five plans before it keeps one


@dataclass
class Recorder:
    """A store that notes what it is asked."""

    database: Database
    asked: list[tuple[Query, dict[str, object]]] = field(default_factory=list)

    async def fetch(self, query: Query, **params: object) -> list[Any]:
        self.asked.append((query, params))
        return await self.database.fetch(query, **params)

    async def fetch_one(self, query: Query, **params: object) -> Any | None:
        return await self.database.fetch_one(query, **params)

    async def execute(self, query: Query, **params: object) -> str:
        return await self.database.execute(query, **params)


@dataclass
class Measured:
    """One field on one database, in milliseconds; the floor is of those statements that have one."""

    sql: float
    ranged: float
    floor: float
    cold: float
    warm: float


async def run(server_url: str) -> list[Figure]:
    """Measure each field on both databases in turns, so that the machine's moods fall on both."""
    figures = []
    with redis_server() as redis_url:
        async with (
            filled(server_url, "bench_fields_1m", SMALL) as small,
            filled(server_url, "bench_fields_10m", LARGE) as large,
        ):
            async with large.acquire() as connection:
                engine = await detect(connection)
            for name, document in asked().items():
                found: dict[Database, Measured] = {}
                for database in (small, large) * 2:
                    again = await measure(database, document, engine, redis_url)
                    found[database] = min(again, found.get(database, again), key=lambda each: each.sql)
                figures += told(f"{name}, {engine}", found[small], found[large])
    return figures


def told(name: str, small: Measured, large: Measured) -> list[Figure]:
    """The figures of one field."""
    figures = []
    if large.floor:
        figures.append(Figure(f"{name}: SQL / by hand", large.ranged, large.floor, "ms", 1.5))
    figures.append(Figure(f"{name}: SQL on 10 million / 1 million", large.sql, small.sql, "ms", 1.3))
    if not NEVER_KEPT.match(name):
        figures.append(Figure(f"{name}: kept / computed", large.warm, large.cold, "ms", 1.0))
    return figures


async def measure(database: Database, document: str, engine: Engine, redis_url: str) -> Measured:
    """Ask one question."""
    recorder = Recorder(database)
    result = await Executor(Services(recorder)).execute(document, principal=OURSELVES)
    assert result.errors == (), result.errors
    questions = [(query, params) for query, params in recorder.asked if query.name != "merchants_by_id"]
    sql = ranged = floor = 0.0
    for query, params in questions:
        ours, by_hand = await beside(database, query, params, engine)
        sql += ours
        if by_hand is not None:
            ranged, floor = ranged + ours, floor + by_hand
    return Measured(sql, ranged, floor, *await cold_and_warm(database, document, redis_url))


async def beside(
    database: Database, query: Query, params: dict[str, object], engine: Engine
) -> tuple[float, float | None]:
    """Milliseconds of a statement, and of the best one by hand that gives the same rows.

    Those by hand are asked as ours are, and with the plans that PostgreSQL chooses when it is left alone.
    """
    async with database.acquire() as connection, database.acquire() as left_alone:
        kept = await left_alone.fetchval("SELECT current_setting('plan_cache_mode')")
        await left_alone.execute("SET plan_cache_mode = auto")
        ours, *by_hand = await statements(connection, query, params, engine.continuous)
        asked = [(connection, ours), *((each, text) for text in by_hand for each in (connection, left_alone))]
        told = [each.told(await where.fetch(each.text, *each.arguments)) for where, each in asked]
        assert all(each == told[0] for each in told), query.name
        taken: list[list[float]] = [[] for _ in asked]
        for turn in range(WARM_UP + ROUNDS):
            for number in _in_turn(turn, len(asked)):
                where, each = asked[number]
                started = time.perf_counter()
                await where.fetch(each.text, *each.arguments)
                if turn >= WARM_UP:
                    taken[number].append((time.perf_counter() - started) * 1000)
        await left_alone.execute(f"SET plan_cache_mode = {kept}")  # to reset it would be to forget what the pool set
    return median(taken[0]), min(map(median, taken[1:]), default=None)


def _in_turn(turn: int, count: int) -> list[int]:
    """An order of statements that begins with another of them each time, and goes forwards and back.

    What runs behind another of its own server process finds that one's caches warm, so none may always do so.
    """
    ahead = turn // 2 % count
    order = [*range(ahead, count), *range(ahead)]
    return order if turn % 2 else order[::-1]


async def cold_and_warm(database: Database, document: str, redis_url: str) -> tuple[float, float]:
    """Milliseconds of the whole operation when nothing is kept, and when all is."""
    link = answers_link(redis_url)
    assert await link.open()
    answers = Answers(RedisAnswers(link), lambda *_: None)
    kept = Executor(Services(database, answers=answers))
    bare = Executor(Services(database))
    taken: dict[Executor, list[float]] = {bare: [], kept: []}
    try:
        for turn in range(WARM_UP + ROUNDS):
            for executor, spent in taken.items():
                started = time.perf_counter()
                await executor.execute(document, principal=OURSELVES)
                if turn >= WARM_UP:
                    spent.append((time.perf_counter() - started) * 1000)
    finally:
        await answers.clear("m1")
        await link.close()
    return median(taken[bare]), median(taken[kept])

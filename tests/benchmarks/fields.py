"""Every analytics field on 10 million and 1 million events: its SQL beside SQL by hand, cold beside warm.

Both databases have the same events a day; the larger one is ten times as old. Each figure names the engine. The promise
on SQL holds for questions that aggregates answer; lists and wholes are read from their own index, and are held to not
growing with history.
"""

import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import asyncpg

from gateway.cache.answers import RedisAnswers, answers_link
from resolvers.answers.answers import Answers
from resolvers.context import Services
from resolvers.executor import OURSELVES, Executor
from sql import Database, Query
from sql.engine import Engine, detect
from tests.benchmarks.by_hand import floors, is_range_question
from tests.benchmarks.filling import filled
from tests.benchmarks.report import Figure
from tests.benchmarks.store import redis_server

SMALL, LARGE = 1_000_000, 10_000_000
WARM_UP, ROUNDS = 8, 25  # PostgreSQL looks at five plans before it keeps one
RANGE = "range: {days: 30}"
COMPARED = "current { zatoshi } previous { zatoshi }"
FIELDS = {
    "dashboard": f"dashboard {{ revenue {{ today {{ {COMPARED} }} thisWeek {{ {COMPARED} }} "
    f"thisMonth {{ {COMPARED} }} }} }}",
    "realtime": "realtime { currentHour { transactionCount } today { transactionCount uniquePayers } "
    "live { pendingTransactions } recentPayments { paymentId } }",
    "trends by day": f"trends({RANGE}, granularity: DAY) {{ series {{ current {{ revenue {{ zatoshi }} }} }} }}",
    "trends by hour": "trends(range: {days: 7}, granularity: HOUR) { series { current { transactionCount } } }",
    "successRate": f"successRate({RANGE}) {{ total {{ settledCount firstTryRate }} }}",
    "failures": f"failures({RANGE}) {{ reasons {{ code failedCount }} byHour {{ hour failedCount }} }}",
    "failures.retries": f"failures({RANGE}) {{ retries {{ retriedCount }} }}",
    "paymentMethods": f"paymentMethods({RANGE}) {{ methods {{ method settledCount }} }}",
    "geography": f"geography({RANGE}) {{ countries {{ country settledCount }} }}",
    "peakTimes": f"peakTimes({RANGE}) {{ byHour {{ hour }} byWeekdayAndHour {{ hour }} }}",
    "resources": f"resources({RANGE}) {{ resources {{ resource settledCount }} }}",
    "latency": f"latency({RANGE}) {{ steps {{ step sinceCreated {{ p99Ms }} sinceStepBefore {{ p99Ms }} }} }}",
    "webhooks": f"webhooks({RANGE}) {{ total {{ deliveredCount deliveryTime {{ p99Ms }} }} }}",
    "webhooks.deliveries": f"webhooks({RANGE}) {{ deliveries {{ byEndpoint {{ name }} }} }}",
    "apiLatency": f"apiLatency({RANGE}) {{ endpoints {{ endpoint }} }}",
    "customers": f"customers({RANGE}) {{ uniquePayers newPayers }}",
    "overview": f"overview({RANGE}) {{ transactions {{ current previous }} uniquePayers {{ current previous }} }}",
    "revenue": f"revenue({RANGE}, interval: DAY) {{ total {{ gross {{ zatoshi }} }} }}",
    "transactions": f"transactions({RANGE}, groupBy: METHOD) {{ groups {{ key transactionCount }} }}",
}


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
            for name, asked in FIELDS.items():
                found: dict[Database, Measured] = {}
                for database in (small, large) * 2:
                    again = await measure(database, asked, engine, redis_url)
                    found[database] = min(again, found.get(database, again), key=lambda each: each.sql)
                figures += told(f"{name}, {engine}", found[small], found[large])
    return figures


def told(name: str, small: Measured, large: Measured) -> list[Figure]:
    """The figures of one field."""
    figures = []
    if large.floor:
        figures.append(Figure(f"{name}: SQL / by hand", large.ranged, large.floor, "ms", 1.5))
    figures.append(Figure(f"{name}: SQL on 10 million / 1 million", large.sql, small.sql, "ms", 1.3))
    figures.append(Figure(f"{name}: kept / computed", large.warm, large.cold, "ms", 1.0))
    return figures


async def measure(database: Database, asked: str, engine: Engine, redis_url: str) -> Measured:
    """Ask one field of one merchant."""
    document = f'{{ merchant(id: "m1") {{ {asked} }} }}'
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
    """Milliseconds of a statement, and of the best one by hand that gives the same rows."""
    async with database.acquire() as connection:
        texts = [query.text]
        if is_range_question(query):
            levels = set(params["levels"])  # type: ignore[call-overload]
            texts += await floors(connection, query, levels, engine.continuous)
        arguments = query.bind(params)
        rows = [answer(await connection.fetch(text, *arguments)) for text in texts]
        assert all(each == rows[0] for each in rows), query.name
        taken: list[list[float]] = [[] for _ in texts]
        for turn in range(WARM_UP + ROUNDS):
            for number, text in enumerate(texts):
                started = time.perf_counter()
                await connection.fetch(text, *arguments)
                if turn >= WARM_UP:
                    taken[number].append((time.perf_counter() - started) * 1000)
    return median(taken[0]), min(map(median, taken[1:]), default=None)


def answer(rows: list[asyncpg.Record]) -> list[str]:
    """What rows say, apart from when they were asked for."""
    return sorted(repr({name: value for name, value in row.items() if name != "as_of"}) for row in rows)


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

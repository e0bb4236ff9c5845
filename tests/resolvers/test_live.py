"""Watching: all at once, then changes alone; nothing stale, and an end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from strawberry.types.execution import ExecutionResult

from resolvers.context import READ, Principal, Request, Services
from resolvers.executor import Executor
from sql import Database, StoreUnavailable
from tests.factories import settled
from tests.resolvers.conftest import NOW, Desk, merchant

WATCH = "subscription { realtime { today { revenue { zatoshi } uniquePayers } recentPayments { paymentId } asOf } }"
SHOP = merchant("shop")


@asynccontextmanager
async def watching(executor: Executor, principal: Principal) -> AsyncIterator[Any]:
    """The stream of results that a socket would send."""
    stream = await executor.schema.stream(WATCH, context_value=Request(executor.services, principal))
    try:
        yield stream
    finally:
        await stream.aclose()


async def following(stream: Any) -> Any:
    result = await asyncio.wait_for(anext(stream), 10)
    assert isinstance(result, ExecutionResult)
    assert result.errors is None
    assert result.data is not None
    view = result.data["realtime"]
    return view["today"]["revenue"]["zatoshi"], [each["paymentId"] for each in view["recentPayments"]]


async def test_only_changes_are_sent_and_none_is_stale(desk: Desk) -> None:
    await desk.merchants("shop")
    async with watching(desk.executor, SHOP) as stream:
        assert await following(stream) == ("0", [])
        waiting = asyncio.create_task(following(stream))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await desk.tell([settled("a", "2026-05-13T10:00:00", 5)])
        assert await waiting == ("5", ["a"])
        await desk.tell([settled("b", "2026-05-13T11:00:00", 6)])
        assert await following(stream) == ("11", ["b", "a"])


async def test_each_look_costs_four_statements_and_the_answer_none(desk: Desk) -> None:
    await desk.merchants("shop")
    slow = replace(desk.executor.services, live_interval_seconds=60)
    async with watching(Executor(slow), SHOP) as stream:
        desk.statements.clear()
        await following(stream)
        assert sorted(desk.statements) == [
            "live_by_merchant",
            "merchants_by_id",
            "payers_by_slot",
            "recent_payments_by_merchant",
            "revenue_by_slot",
        ]


async def test_stream_ends_with_the_token(desk: Desk) -> None:
    await desk.merchants("shop")
    clock = [NOW]
    services = replace(desk.executor.services, clock=lambda: clock[0])
    ending = Principal("soon over", "shop", frozenset({READ}), NOW + timedelta(seconds=1))
    async with watching(Executor(services), ending) as stream:
        await following(stream)
        clock[0] = NOW + timedelta(seconds=1)
        try:
            await asyncio.wait_for(anext(stream), 10)
        except StopAsyncIteration:
            return
    raise AssertionError("the stream went on")


class Interrupted(Database):
    """A database that can be taken away."""

    away = False

    async def fetch(self, query: Any, **params: object) -> list[Any]:
        if self.away:
            raise StoreUnavailable("taken away")
        return await super().fetch(query, **params)


async def test_stream_survives_a_database_that_goes_and_comes(desk: Desk, database_url: str) -> None:
    await desk.merchants("shop")
    database = Interrupted(database_url, pool_size=2)
    try:
        services = Services(database, clock=lambda: NOW, live_interval_seconds=0.01)
        async with watching(Executor(services), SHOP) as stream:
            assert await following(stream) == ("0", [])
            waiting = asyncio.create_task(following(stream))
            database.away = True
            await desk.tell([settled("a", "2026-05-13T10:00:00", 5)])
            await asyncio.sleep(0.1)
            assert not waiting.done()
            database.away = False
            assert await waiting == ("5", ["a"])
    finally:
        await database.close()

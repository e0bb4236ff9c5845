"""A year of real purchases: every store's months against plain sums over the converter's file.

Needs Z402_JOURNEY_EVENTS, the converter's events.parquet, and Z402_JOURNEY_DATABASE_URL, a database into which it was
imported; docs/complete-journey.md tells how.
"""

import os
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest

from resolvers.context import ADMIN, Principal, Services
from resolvers.executor import Executor
from resolvers.limits import Limits
from sql import Database
from sql.maintenance import verify

EVENTS = os.environ.get("Z402_JOURNEY_EVENTS", "")
DATABASE_URL = os.environ.get("Z402_JOURNEY_DATABASE_URL", "")
pytestmark = [
    pytest.mark.skipif(not (EVENTS and DATABASE_URL), reason="set Z402_JOURNEY_EVENTS and Z402_JOURNEY_DATABASE_URL"),
    pytest.mark.timeout(3600),  # 457 stores and every row of every aggregate
]

MONTHS = [datetime(2017, month, 1, tzinfo=UTC) for month in range(1, 13)]
DASHBOARD = """
query ($after: String, $at: DateTime!) {
  merchants(first: 50, after: $after) {
    edges { node { id dashboard(at: $at) {
      revenue { thisMonth { current { zatoshi } } } transactions { thisMonth { current } } } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
CUSTOMERS = """
query ($after: String, $month: String!) {
  merchants(first: 50, after: $after) {
    edges { node { id customers(range: {month: $month}) { uniquePayers } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

Month = tuple[str, int]


@pytest.fixture(scope="module")
def recounted() -> dict[Month, tuple[int, int, int]]:
    """Revenue in zatoshi, payments and payers by store and month, event by event."""
    revenue: dict[Month, int] = defaultdict(int)
    count: dict[Month, int] = defaultdict(int)
    payers: dict[Month, set[str]] = defaultdict(set)
    for event in events():
        at: datetime = event["occurred_at"].astimezone(UTC)
        if at.year == 2017:
            month = (event["merchant_id"], at.month)
            revenue[month] += event["amount"]
            count[month] += 1
            payers[month].add(event["payer"])
    return {month: (revenue[month], count[month], len(payers[month])) for month in count}


def events() -> Iterator[dict[str, Any]]:
    columns = ["merchant_id", "occurred_at", "amount", "payer"]
    for batch in pq.ParquetFile(EVENTS).iter_batches(columns=columns):
        yield from batch.to_pylist()


@pytest.fixture
async def journey() -> AsyncIterator[Database]:
    """The database that holds the year; a page of stores, none of them kept, may take longer than a client waits."""
    opened = Database(DATABASE_URL, statement_timeout_ms=120_000)
    try:
        yield opened
    finally:
        await opened.close()


async def every_store(journey: Database, document: str, variables: dict[str, str]) -> dict[str, Any]:
    """What the API tells of each store, page by page."""
    executor = Executor(Services(journey), Limits(time_limit_seconds=120.0))
    found: dict[str, Any] = {}
    page: dict[str, Any] = {"endCursor": None, "hasNextPage": True}
    while page["hasNextPage"]:
        asked = {**variables, "after": page["endCursor"]}
        result = await executor.execute(document, asked, principal=Principal("t", None, frozenset({ADMIN})))
        assert not result.errors
        assert result.data is not None
        found |= {edge["node"]["id"]: edge["node"] for edge in result.data["merchants"]["edges"]}
        page = result.data["merchants"]["pageInfo"]
    return found


async def test_revenue_and_counts_of_every_store_and_month_are_the_api_s(
    journey: Database, recounted: dict[Month, tuple[int, int, int]]
) -> None:
    found: dict[Month, tuple[int, int]] = {}
    for month in MONTHS:
        at = (end(month) - timedelta(microseconds=1)).isoformat()
        for store, node in (await every_store(journey, DASHBOARD, {"at": at})).items():
            board = node["dashboard"]
            money = int(board["revenue"]["thisMonth"]["current"]["zatoshi"])
            found[store, month.month] = (money, board["transactions"]["thisMonth"]["current"])
    assert {month: value for month, value in found.items() if value[1]} == {
        month: (money, count) for month, (money, count, _) in recounted.items()
    }


async def test_unique_payers_of_every_store_and_month_are_the_api_s(
    journey: Database, recounted: dict[Month, tuple[int, int, int]]
) -> None:
    found: dict[Month, int] = {}
    for month in MONTHS:
        nodes = await every_store(journey, CUSTOMERS, {"month": f"{month:%Y-%m}"})
        found |= {(store, month.month): node["customers"]["uniquePayers"] for store, node in nodes.items()}
    assert {month: payers for month, payers in found.items() if payers} == {
        month: payers for month, (_, _, payers) in recounted.items()
    }


async def test_no_aggregate_differs_from_the_events(journey: Database) -> None:
    assert [found async for found in verify(journey)] == []


def end(month: datetime) -> datetime:
    """The first instant of the month after."""
    return (month + timedelta(days=31)).replace(day=1)

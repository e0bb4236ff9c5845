"""A year of real purchases: every store's months against plain sums over the converter's file.

Needs Z402_JOURNEY_EVENTS, the converter's events.parquet, and Z402_JOURNEY_DATABASE_URL, a database into which it was
imported; docs/complete-journey.md tells how.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest

from resolvers.batches import PAYER_LEVELS, REVENUE_LEVELS
from resolvers.context import ADMIN, Principal, Services
from resolvers.executor import Executor
from resolvers.periods import Window
from resolvers.ranges import plan
from sql import Database, Q

EVENTS = os.environ.get("Z402_JOURNEY_EVENTS", "")
DATABASE_URL = os.environ.get("Z402_JOURNEY_DATABASE_URL", "")
pytestmark = pytest.mark.skipif(
    not (EVENTS and DATABASE_URL), reason="set Z402_JOURNEY_EVENTS and Z402_JOURNEY_DATABASE_URL"
)

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


async def test_revenue_and_counts_of_every_store_and_month_are_the_api_s(
    recounted: dict[Month, tuple[int, int, int]],
) -> None:
    database = Database(DATABASE_URL)
    executor = Executor(Services(database))
    found: dict[Month, tuple[int, int]] = {}
    for month in MONTHS:
        after, more = None, True
        while more:
            variables = {"after": after, "at": (end(month) - timedelta(microseconds=1)).isoformat()}
            result = await executor.execute(DASHBOARD, variables, principal=Principal("t", None, frozenset({ADMIN})))
            assert not result.errors
            assert result.data is not None
            page = result.data["merchants"]
            for node in (edge["node"] for edge in page["edges"]):
                board = node["dashboard"]
                money = int(board["revenue"]["thisMonth"]["current"]["zatoshi"])
                found[node["id"], month.month] = (money, board["transactions"]["thisMonth"]["current"])
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    await database.close()
    assert {month: value for month, value in found.items() if value[1]} == {
        month: (money, count) for month, (money, count, _) in recounted.items()
    }


async def test_unique_payers_of_every_store_and_month_are_exact(
    recounted: dict[Month, tuple[int, int, int]],
) -> None:
    database = Database(DATABASE_URL, statement_timeout_ms=120_000)
    stores = sorted({store for store, _ in recounted})
    for month in MONTHS:
        planned = plan([(store, Window(month, end(month))) for store in stores], PAYER_LEVELS)
        rows = await database.fetch(Q.payers_by_slot, **planned.arrays.arguments())
        by_slot = {row.slot: row.unique_payer_count for row in rows}
        found = {store: by_slot.get(slots[0], 0) for store, slots in zip(stores, planned.slots, strict=True)}
        assert found == {store: recounted.get((store, month.month), (0, 0, 0))[2] for store in stores}
    await database.close()
    assert REVENUE_LEVELS[-1] == PAYER_LEVELS[-1] == "raw"


def end(month: datetime) -> datetime:
    """The first instant of the month after."""
    return (month + timedelta(days=31)).replace(day=1)

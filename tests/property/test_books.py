"""The books of whole months: three bookkeeping programs take them, and their totals are the API's.

The demo's merchants, filled here; and of the Complete Journey, where Z402_JOURNEY_DATABASE_URL names a database into
which it was imported, its busiest stores.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.demo import SEED
from gateway.demo.fill import fill
from gateway.demo.merchants import merchants
from gateway.demo.open import open_store
from jobs.exports.producing import produce
from jobs.exports.spec import ExportFormat, ExportSpec
from resolvers.context import ADMIN, Principal, Services
from resolvers.executor import Executor
from sql import Database
from tests.conftest import NewDatabase
from tests.jobs.exports.bookkeepers import PROGRAMS, balances

JOURNEY = os.environ.get("Z402_JOURNEY_DATABASE_URL", "")
FACILITATOR = Principal("books", None, frozenset({ADMIN}))
UNTIL = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = 20
TOTALS = """
query ($id: ID!, $start: DateTime!, $end: DateTime!) {
  merchant(id: $id) {
    timezone
    revenue(range: {between: {start: $start, end: $end}}, interval: MONTH, at: $end) {
      total { gross { zatoshi } refunds { zatoshi } fees { zatoshi } feesReturned { zatoshi } net { zatoshi } }
    }
  }
}
"""


async def totals(executor: Executor, merchant_id: str, spec: ExportSpec) -> dict[str, int]:
    """What the API tells of a range, by the accounts of journals; nothing of nothing."""
    variables = {"id": merchant_id, "start": spec.start.isoformat(), "end": spec.end.isoformat()}
    result = await executor.execute(TOTALS, variables, principal=FACILITATOR)
    assert not result.errors, result.errors
    assert result.data is not None
    told: dict[str, Any] = result.data["merchant"]["revenue"]["total"]
    zat = {name: int(money["zatoshi"]) for name, money in told.items()}
    found = {
        "Assets:Zcash:Z402": zat["net"],
        "Expenses:Fees:Z402": zat["fees"] - zat["feesReturned"],
        "Income:Sales": -zat["gross"],
        "Income:Refunds": zat["refunds"],
    }
    return {account: amount for account, amount in found.items() if amount}


async def check(database: Database, merchant_id: str, spec: ExportSpec, folder: Path) -> int:
    """Hold one month's books of all three programs against the API; return the number of entries."""
    expected = await totals(Executor(Services(database)), merchant_id, spec)
    entries = 0
    for form in PROGRAMS:
        parts: list[bytes] = []

        async def sink(data: bytes, parts: list[bytes] = parts) -> None:
            parts.append(data)

        made = await produce(database, merchant_id, replace(spec, format=form), sink)
        found = balances(form, b"".join(parts), folder)
        assert {account: int(amount * 10**8) for account, amount in found.items()} == expected, (merchant_id, form)
        entries = made.rows
    return entries


@pytest.fixture(scope="module")
async def demo(new_database: NewDatabase) -> AsyncIterator[Database]:
    async with new_database() as url:
        database = Database(url, pool_size=2, statement_timeout_ms=60_000)
        await open_store(database)
        await fill(database, SEED, UNTIL, lambda *_: None, days=DAYS)
        yield database
        await database.close()


@pytest.mark.slow
@pytest.mark.parametrize(("currency", "some"), [(None, slice(None)), ("EUR", slice(4, 8))], ids=["ZEC", "EUR"])
async def test_the_demo_s_books_balance_and_say_what_the_dashboard_says(
    demo: Database, tmp_path: Path, currency: str | None, some: slice
) -> None:
    async with demo.acquire() as connection:
        await connection.execute(
            "INSERT INTO rates (currency, at, rate, source) "
            "SELECT 'EUR', day, 30 + extract(day FROM day) / 7.0, 'test' "
            "FROM generate_series('2026-11-05'::timestamptz, '2026-11-20', '1 day') AS day ON CONFLICT DO NOTHING"
        )
    refunded = entries = 0
    for merchant in sorted(merchants(), key=lambda each: each.daily)[some]:
        spec = ExportSpec(
            ExportFormat.HLEDGER, UNTIL - timedelta(days=DAYS), UNTIL, merchant.zone, currency=currency
        ).checked()  # fmt: skip
        entries += await check(demo, merchant.id, spec, tmp_path)
        refunded += "Income:Refunds" in await totals(Executor(Services(demo)), merchant.id, spec)
    assert entries > 500
    assert refunded > 1


@pytest.mark.slow
@pytest.mark.skipif(not JOURNEY, reason="set Z402_JOURNEY_DATABASE_URL")
async def test_a_year_of_real_purchases_balances_and_says_what_the_dashboard_says(tmp_path: Path) -> None:
    database = Database(JOURNEY, pool_size=2, statement_timeout_ms=60_000)
    async with database.acquire() as connection:
        stores = await connection.fetch(
            "SELECT merchant_id, zone FROM merchants "
            "JOIN (SELECT merchant_id, count(*) FROM payments GROUP BY merchant_id) AS sold USING (merchant_id) "
            "ORDER BY count DESC, merchant_id LIMIT 3"
        )
    entries = 0
    for store in stores:
        start, end = datetime(2017, 3, 1, tzinfo=UTC), datetime(2017, 5, 1, tzinfo=UTC)
        spec = ExportSpec(ExportFormat.HLEDGER, start, end, store["zone"]).checked()
        entries += await check(database, store["merchant_id"], spec, tmp_path)
    await database.close()
    assert entries > 10_000

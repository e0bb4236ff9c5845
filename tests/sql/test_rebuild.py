"""A rebuild makes a wrong aggregate right, also where a refresher is at work when it is asked for."""

import asyncio
from datetime import UTC, datetime

import pytest

from sql import Database
from sql.engine import Engine
from sql.maintenance import rebuild, refresh, refresh_hinted
from tests.factories import settled
from tests.gateway.ingest.conftest import create_merchants
from tests.gateway.ingest.state import differences
from tests.jobs.test_kill import write

LO, HI = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC)
MATERIALISED = """
SELECT format('%I.%I', h.schema_name, h.table_name)
FROM _timescaledb_catalog.continuous_agg AS c
JOIN _timescaledb_catalog.hypertable AS h ON h.id = c.mat_hypertable_id
WHERE c.user_view_name = $1
"""


async def spoiled(database: Database, engine: Engine) -> None:
    """A merchant's day, whose revenue is told wrong at two levels, which `verify` sees."""
    await create_merchants(database, "shop")
    await write(database, *(settled(f"p{n}", f"2026-03-10T{n:02}:00:00", 10 + n) for n in range(24)))
    await refresh(database)
    await refresh_hinted(database)
    assert await differences(database) == []
    async with database.acquire() as connection:
        for relation in ("revenue_15m", "revenue_day"):
            table = f"{relation}_rollup"
            if engine.continuous:
                table = await connection.fetchval(MATERIALISED, relation)
            await connection.execute(f"UPDATE {table} SET settled_count = settled_count + 1")
    assert len(await differences(database)) == 24 + 1


async def test_a_rebuild_makes_right_what_verify_finds(database: Database, engine: Engine) -> None:
    await spoiled(database, engine)
    await rebuild(database, LO, HI)
    assert await differences(database) == []


async def test_what_is_rebuilt_lies_in_the_order_of_its_key(database: Database, engine: Engine) -> None:
    """A merchant's rows side by side are read in a tenth of the pages that rows in the order of hashes are in."""
    if engine.continuous:
        pytest.skip("how TimescaleDB stores its aggregates is its own affair")
    await create_merchants(database, "shop")
    async with database.maintenance() as connection:
        await connection.execute("SELECT ensure_partitions($1, $2)", LO, HI)
        await connection.execute(
            """
            INSERT INTO payment_events (merchant_id, event_id, occurred_at, type, payment_id, amount_zat, payer)
            SELECT 'shop', 'e' || n, $1::timestamptz + n * interval '10 seconds', 'settled', 'p' || n, n, 't' || n
            FROM generate_series(1, 5000) AS n""",
            LO,
        )
        await connection.execute("ANALYZE payment_events")  # so many are grouped by their hashes
    await rebuild(database, LO, HI)
    async with database.acquire() as connection:
        rows = await connection.fetch("SELECT payer FROM payers_day_rollup ORDER BY ctid")
    payers = [row["payer"] for row in rows]
    assert len(payers) == 5000
    assert payers == sorted(payers)


async def test_a_rebuild_waits_for_a_refresher_at_work(database: Database, engine: Engine) -> None:
    await spoiled(database, engine)
    lock = "LOCK TABLE payment_events_refresh IN EXCLUSIVE MODE"
    if engine.continuous:
        lock = "SELECT pg_advisory_xact_lock(hashtext('z402 revenue'))"
    async with database.maintenance() as refresher:
        async with refresher.transaction():
            await refresher.execute(lock)
            rebuilding = asyncio.create_task(rebuild(database, LO, HI, ["revenue"]))
            await asyncio.wait([rebuilding], timeout=3)  # longer than a refresher has patience with another one
            assert not rebuilding.done()
        await rebuilding
    assert await differences(database) == []

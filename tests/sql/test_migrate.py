"""The schema is brought up once, in order, by whoever comes first, and never loses what is there."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import pytest

from resolvers.context import ADMIN, Principal, Services
from resolvers.executor import Executor
from sql.database import Database
from sql.engine import AGGREGATES, Engine, detect
from sql.maintenance import refresh, verify
from sql.migrate import MigrationError, load, migrate


async def test_two_migrations_at_once_apply_each_file_once(empty_database_url: str) -> None:
    first, second = await asyncio.gather(migrate(empty_database_url), migrate(empty_database_url))
    assert {len(first.applied), len(second.applied)} == {0, max(len(first.applied), len(second.applied))}
    assert (await migrate(empty_database_url)).applied == ()


async def test_the_engine_is_recorded_and_detected(empty_database_url: str, engine: Engine) -> None:
    assert (await migrate(empty_database_url)).engine is engine
    connection = await asyncpg.connect(empty_database_url)
    try:
        assert await detect(connection) is engine
        assert await connection.fetchval("SELECT engine FROM z402.installation") == engine.value
    finally:
        await connection.close()


async def test_moving_to_a_later_release_keeps_data(empty_database_url: str) -> None:
    everything = load()
    early = [migration for migration in everything if migration.name < "0005"]
    await migrate(empty_database_url, migrations=early)
    connection = await asyncpg.connect(empty_database_url)
    try:
        await connection.execute("INSERT INTO z402.merchants (merchant_id, name) VALUES ('shop', 'Shop')")
        await connection.execute(
            "INSERT INTO z402.payment_events (merchant_id, event_id, occurred_at, type, payment_id, amount_zat) "
            "VALUES ('shop', 'e1', now(), 'settled', 'p1', 7)"
        )
        later = await migrate(empty_database_url)
        assert later.applied[0].startswith("0005")
        assert await connection.fetchval("SELECT sum(amount_zat) FROM z402.payment_events") == 7
    finally:
        await connection.close()


async def test_an_edited_migration_is_refused(empty_database_url: str) -> None:
    await migrate(empty_database_url)
    edited = [replace(migration, text=migration.text + "\n-- later thought") for migration in load()]
    with pytest.raises(MigrationError, match="0001_merchants_and_keys was applied with another content"):
        await migrate(empty_database_url, migrations=edited)


async def test_a_failing_migration_leaves_nothing_behind(empty_database_url: str) -> None:
    migrations = load()
    broken = replace(migrations[-1], name="9999_broken", text="CREATE TABLE half (a int); SELECT 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(empty_database_url, migrations=[*migrations, broken])
    connection = await asyncpg.connect(empty_database_url)
    try:
        assert await connection.fetchval("SELECT to_regclass('z402.half')") is None
    finally:
        await connection.close()


async def test_every_level_of_every_aggregate_has_its_view_and_columns(database: Database) -> None:
    async with database.acquire() as connection:
        for aggregate in AGGREGATES.values():
            for level in aggregate.levels:
                statement = await connection.prepare(f"SELECT * FROM {aggregate.relation(level)}")
                assert tuple(a.name for a in statement.get_attributes()) == aggregate.columns


@pytest.mark.plain
async def test_our_time_bucket_leaves_room_for_a_later_timescaledb(database: Database) -> None:
    async with database.acquire() as connection:
        schemas = await connection.fetch(
            "SELECT pronamespace::regnamespace::text FROM pg_proc WHERE proname = 'time_bucket'"
        )
    assert [schema[0] for schema in schemas] == ["z402"]


async def test_families_that_come_later_have_what_was_there_before(empty_database_url: str) -> None:
    """What was merged, what waits in the tail and what was taken back, told by each family as by the events."""
    earlier = [migration for migration in load() if migration.name < "0010"]
    await migrate(empty_database_url, migrations=earlier)
    connection = await asyncpg.connect(empty_database_url, server_settings={"search_path": "z402, public"})
    try:
        plain = await connection.fetchval("SELECT to_regclass('payment_events_tail') IS NOT NULL")
        await connection.execute("INSERT INTO merchants (merchant_id, name) VALUES ('shop', 'Shop')")
        await connection.execute("SELECT ensure_partitions('2026-03-01', '2026-03-02')")
        streams = ["payment_events", *(["payment_events_tail"] if plain else [])]
        for number, stream in enumerate(streams):
            merged, waiting = "merged", "waiting"
            for event_id in (merged, waiting)[number:]:
                await connection.execute(
                    f"INSERT INTO {stream} (merchant_id, event_id, occurred_at, type, payment_id, amount_zat, payer) "
                    "VALUES ('shop', $1, '2026-03-01T10:00Z', 'settled', $1, 7, 'ann')",
                    event_id,
                )
        await connection.execute(
            "INSERT INTO payment_events (merchant_id, event_id, occurred_at, type, payment_id, voided) "
            "VALUES ('shop', 'gone', '2026-03-01T09:00Z', 'settled', 'merged', true)"
        )
        for event_id, outcome in (("d1", "failed"), ("d2", "delivered")):
            await connection.execute(
                "INSERT INTO webhook_deliveries (merchant_id, event_id, occurred_at, delivery_id, event_type, "
                "endpoint, outcome) VALUES ('shop', $1, '2026-03-01T10:00Z', 'd', 'settled', '/hook', $2)",
                event_id,
                outcome,
            )
    finally:
        await connection.close()
    await migrate(empty_database_url)
    connection = await asyncpg.connect(empty_database_url, server_settings={"search_path": "z402, public"})
    try:
        revenue = await connection.fetch("SELECT merchant_id, settled_count FROM platform_revenue_month")
        assert [tuple(row) for row in revenue] == [("", 2)]
        assert await connection.fetchval("SELECT failed_count FROM webhook_endpoints_day") == 1
        assert [tuple(row) for row in await connection.fetch("SELECT merchant_id, payer FROM payer_firsts")] == [
            ("shop", "ann")
        ]
        assert await connection.fetchval("SELECT state FROM deliveries") == "delivered"
        gone = await connection.fetch("SELECT payment_id, event_id FROM events_of_payment('shop', 'merged', 9)")
        assert [tuple(row) for row in gone] == [("merged", "gone")]  # of no payment that counts is anything else told
    finally:
        await connection.close()


@pytest.mark.parametrize("refreshed", [False, True])
async def test_calls_that_were_there_before_are_told_of_all_merchants_together(
    refreshed: bool, empty_database_url: str
) -> None:
    """Of a merchant and of none, merged already or waiting in the tail."""
    await migrate(empty_database_url, migrations=[each for each in load() if each.name < "0046"])
    connection = await asyncpg.connect(empty_database_url, server_settings={"search_path": "z402, public"})
    try:
        await connection.execute("INSERT INTO merchants (merchant_id, name) VALUES ('shop', 'Shop')")
        await connection.execute("SELECT ensure_partitions('2026-03-01', '2026-03-02')")
        plain = await connection.fetchval("SELECT to_regclass('api_requests_tail') IS NOT NULL")
        for table, ids in (("api_requests", ("merged", "waiting")), *([("api_requests_tail", ("waiting",))] * plain)):
            await connection.execute(
                f"INSERT INTO {table} (merchant_id, event_id, occurred_at, endpoint, status, latency_ms) "
                "SELECT m, e, '2026-03-01T10:00Z', '/settle', 500, 10 "
                "FROM unnest(ARRAY['', 'shop']) AS m, unnest($1::text[]) AS e",
                ids,
            )
    finally:
        await connection.close()
    assert (await migrate(empty_database_url)).applied[0].startswith("0046")
    database = Database(empty_database_url, pool_size=1)
    try:
        if refreshed:
            await refresh(database)
        document = """{ platform { apiLatency(range: {month: "2026-03"}) {
            total { requestCount serverErrorCount times { count averageMs } } } } }"""
        facilitator = Principal("facilitator", None, frozenset({ADMIN}))
        result = await Executor(Services(database)).execute(document, principal=facilitator)
        assert result.data == {
            "platform": {
                "apiLatency": {
                    "total": {"requestCount": 4, "serverErrorCount": 4, "times": {"count": 4, "averageMs": 10.0}}
                }
            }
        }
        assert [each async for each in verify(database, ["platform_api_latency"])] == []
    finally:
        await database.close()


async def test_calls_whose_raw_events_were_gone_are_not_taken_for_none(empty_database_url: str) -> None:
    """From when on they are added up is noted, whatever is dropped later."""
    await migrate(empty_database_url, migrations=[each for each in load() if each.name < "0046"])
    connection = await asyncpg.connect(empty_database_url, server_settings={"search_path": "z402, public"})
    try:
        await connection.execute("UPDATE installation SET raw_kept_from = '2026-03-01T00:00Z'")
        await migrate(empty_database_url)
        await connection.execute("UPDATE installation SET raw_kept_from = '2026-04-01T00:00Z'")
        noted = await connection.fetchval("SELECT platform_calls_from FROM installation")
        assert noted == datetime(2026, 3, 1, tzinfo=UTC)
    finally:
        await connection.close()

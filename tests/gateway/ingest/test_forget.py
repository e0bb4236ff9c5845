"""Forgetting a payer: gone from everywhere, and every count and sum as it was."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.ingest.forget import Forgotten, forget_payer
from jobs.reports.collect import Collected, collect
from jobs.reports.kinds import Kind, subject
from jobs.reports.model import read
from jobs.reports.offer import keep, kept
from resolvers.context import Services
from resolvers.executor import Executor
from sql import Database, Q
from sql.engine import AGGREGATES
from sql.maintenance import refresh
from tests.factories import access, corrected, created, failed, settled, sighting
from tests.gateway.ingest.conftest import Send
from tests.gateway.ingest.state import differences, payments, rows, value

ALICE = "t1alice0000000000000000000000000000"
NAMED = f"/of/{ALICE}/x"
DAY = "2026-03-10T12:00:00"
EVENTS = [
    settled("p1", DAY, 100, payer=ALICE, resource=NAMED, metadata={"who": ALICE}),
    settled("p2", DAY, 50, payer=ALICE, resource="/a"),
    settled("p2", DAY, 50, payer=ALICE, event_id="wrong"),
    corrected({"event_id": "wrong", "merchant_id": "shop", "occurred_at": f"{DAY}Z", "payment_id": "p2"}),
    settled("p3", DAY, 7, payer="bob", metadata={"note": f"with {ALICE}"}),
    failed("p4", DAY, failure_reason=f"no funds of {ALICE}", payer="bob", metadata={"kept": True}),
    created("p5", DAY, payer="bob", metadata={"kept": True}),
    access(NAMED, DAY, payer=ALICE, event_id="a1"),
    access("/a", DAY, payer="bob"),
    sighting(ALICE, DAY, amount=3, event_id="s1"),
    sighting("bob", DAY),
]
MARCH = subject("shop", Kind.MONTHLY, "2026-03", "UTC")
CLOSED_RESOURCES = "SELECT jsonb_path_query(statistics, '$.resources.resources[*].resource') #>> '{}' FROM closings"
COUNTED = Forgotten({"payment_events": 5, "resource_accesses": 1, "payer_sightings": 1})


async def everything(database: Database) -> str:
    """All that any table of ours holds, as text."""
    tables = await rows(
        database,
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
        "WHERE schemaname IN ('z402', '_timescaledb_internal') AND tablename !~ '^(_compressed|bgw_)'",
    )
    return "\n".join([str(await rows(database, f"SELECT t::text FROM {table} AS t")) for (table,) in tables])


async def numbers(database: Database) -> list[list[tuple[Any, ...]]]:
    """Each aggregate without the names of payers and resources, and how many payers there are."""
    statements = []
    for aggregate in AGGREGATES.values():
        columns = ", ".join(name for name in aggregate.columns if name not in ("payer", "resource"))
        views = map(aggregate.relation, aggregate.levels)
        statements += [f"SELECT {columns} FROM {view} ORDER BY {columns}" for view in views]
    return [await rows(database, statement) for statement in statements]


async def reported(database: Database) -> Collected:
    """The report of March, as it is made now."""
    return await collect(Executor(Services(database)), MARCH)


async def closed(database: Database) -> None:
    """Close the day."""
    start, end = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC)
    asked = {"merchantId": "shop", "start": start.isoformat(), "end": end.isoformat(), "granularity": "HOUR"}
    answer = await Executor(Services(database)).run_named("statistics", asked)
    assert answer.data is not None
    await database.execute(
        Q.close_period,
        merchant_id="shop",
        grain="day",
        window_start=start,
        window_end=end,
        statistics=answer.data["merchant"],
    )


async def watched(database: Database, resource: str) -> None:
    """Have an alert look at a resource, and at payments that named none."""
    statement = """
        INSERT INTO alerts (merchant_id, alert_id, name, metric, comparison, threshold, window_minutes, minimum_count,
            dimension, dimension_values)
        VALUES ('shop', 'a', 'Few', 'REVENUE', 'below', '1', 60, 1, 'resource', ARRAY[NULL, $1])
    """
    async with database.acquire() as connection:
        await connection.execute(statement, resource)


@pytest.mark.parametrize("refreshed", [False, True])
async def test_a_forgotten_payer_is_nowhere_and_every_number_stays(
    refreshed: bool, send: Send, database: Database
) -> None:
    assert set(await send(*EVENTS)) == {"accepted"}
    if refreshed:
        await refresh(database)
    await keep(database, await reported(database))
    await closed(database)
    await watched(database, NAMED)
    for table in ("reports", "closings", "alerts"):
        assert NAMED in str(await rows(database, f"SELECT t::text FROM {table} AS t"))
    before, paid = await numbers(database), await payments(database)
    assert await forget_payer(database, "shop", ALICE) == COUNTED
    assert ALICE not in await everything(database)
    assert await numbers(database) == before
    assert [payment[:17] for payment in await payments(database)] == [payment[:17] for payment in paid]
    names = {row[0] for row in await rows(database, "SELECT payer FROM payers_day")}
    [pseudonym] = names - {"bob"}
    assert pseudonym.startswith("forgotten:")
    assert len(pseudonym) == len("forgotten:") + 32
    assert (
        await value(database, "SELECT resource FROM payment_events WHERE event_id = 'p1-settled-1'")
        == f"/of/{pseudonym}/x"
    )
    assert await differences(database) == []
    await refresh(database)
    assert await numbers(database) == before
    assert await differences(database) == []


@pytest.mark.parametrize("payer", [ALICE, "resourceCount", 't1"quoted"\\name'])
async def test_a_forgotten_payer_is_in_no_answer_that_was_kept(payer: str, send: Send, database: Database) -> None:
    resource = f"/of/{payer}/x"
    await send(settled("p1", DAY, 100, payer=payer, resource=resource), settled("p2", DAY, 50, resource="/a"))
    before = await reported(database)
    await keep(database, before)
    await closed(database)
    await watched(database, resource)
    await forget_payer(database, "shop", payer)
    after = await reported(database)
    found = await kept(database, MARCH)
    assert found is not None
    assert (found.data, found.version.digest) == (after.data, after.digest)
    assert (await keep(database, after)).version == 1, "it is what was kept"
    pseudonym = await value(database, "SELECT payer FROM payments WHERE payment_id = 'p1'")
    named = [(f"/of/{pseudonym}/x",), ("/a",)]
    assert [(row.resource,) for row in read(found.data).resources.resources] == named
    assert await rows(database, CLOSED_RESOURCES) == named
    assert await rows(database, "SELECT unnest(dimension_values) FROM alerts") == [(None,), named[0]]


async def test_others_keep_what_is_theirs(send: Send, database: Database) -> None:
    await send(*EVENTS, settled("p1", DAY, 1, merchant="other", payer=ALICE))
    await forget_payer(database, "shop", ALICE)
    assert await rows(database, "SELECT payer FROM payment_events WHERE merchant_id = 'other'") == [(ALICE,)]
    kept = "SELECT payment_id FROM payment_events WHERE metadata IS NOT NULL ORDER BY 1"
    assert await rows(database, kept) == [("p5",)]
    assert await value(database, "SELECT count(*) FROM event_keys WHERE digest IS NULL") == COUNTED.total


async def test_again_finds_nothing_and_a_retry_brings_nothing_back(send: Send, database: Database) -> None:
    await send(*EVENTS)
    await forget_payer(database, "shop", ALICE)
    assert await send(*EVENTS) == ["duplicate"] * len(EVENTS)
    assert await send(EVENTS[2] | {"amount": 51}) == ["duplicate"], "what it was is forgotten too"
    assert ALICE not in await everything(database)
    assert (await forget_payer(database, "shop", ALICE)).total == 0
    assert await differences(database) == []


async def test_a_short_name_is_forgotten_as_the_payer_alone(send: Send, database: Database) -> None:
    await send(settled("p1", DAY, 5, payer="a", resource="/all"), settled("p2", DAY, 5, payer="b", resource="/a/b"))
    assert (await forget_payer(database, "shop", "a")).total == 1
    assert await rows(database, "SELECT resource FROM payment_events ORDER BY 1") == [("/a/b",), ("/all",)]
    assert await rows(database, "SELECT payer FROM payments WHERE payer !~ '^forgotten:'") == [("b",)]


async def test_a_payer_who_comes_back_is_somebody_new(send: Send, database: Database) -> None:
    await send(settled("p1", DAY, 5, payer=ALICE))
    await forget_payer(database, "shop", ALICE)
    await send(settled("p2", DAY, 5, payer=ALICE))
    await forget_payer(database, "shop", ALICE)
    assert await value(database, "SELECT count(DISTINCT payer) FROM payers_day") == 2
    assert await differences(database) == []

"""Where an aggregate serves, no raw event is read: by the plan as it ran, also the tenth time of a prepared statement.

asyncpg prepares every statement, and after five executions PostgreSQL may choose a plan that knows no parameters.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from resolvers.batches import levels_of
from resolvers.metrics.cells import CellsArrays, CellsKey
from resolvers.metrics.dimensions import Dimension
from resolvers.metrics.families import FAMILIES
from resolvers.metrics.layout import Layout
from resolvers.periods import Window
from resolvers.ranges import RAW, RangeArrays, tile
from sql import Database, Q, Query
from sql.database import Connection
from sql.maintenance import refresh
from sql.maintenance.refresh import STREAMS

START, END = datetime(2026, 2, 5, tzinfo=UTC), datetime(2026, 5, 3, tzinfo=UTC)
MERCHANTS = [f"m{n}" for n in range(6)]

EVENTS = """
INSERT INTO {table} (merchant_id, event_id, occurred_at, type, payment_id, amount_zat, payer, failure_code, latency_ms)
SELECT 'm' || n % 6, 'e' || n, '2026-01-20T00:07Z'::timestamptz + n * interval '25 minutes',
    CASE WHEN n % 4 = 0 THEN 'failed' ELSE 'settled' END, 'p' || n, n, 'payer ' || n % 50,
    CASE WHEN n % 4 = 0 THEN 'TIMEOUT' END, n
FROM generate_series(1, 7000) AS n
"""
OTHERS = {
    "resource_accesses": ("outcome, resource", "'paid', '/a'"),
    "webhook_deliveries": ("delivery_id, event_type, endpoint, outcome", "'d' || n, 't', '/hook', 'delivered'"),
    "api_requests": ("endpoint, status", "'/settle', 200"),
}
OTHER = """
INSERT INTO {table} (merchant_id, event_id, occurred_at, {columns})
SELECT 'm' || n % 6, 'e' || n, '2026-01-20T00:07Z'::timestamptz + n * interval '50 minutes', {values}
FROM generate_series(1, 3500) AS n
"""

COLUMNS = """
SELECT array_agg(attname || ' ' || format_type(atttypid, atttypmod) ORDER BY attnum) FROM pg_attribute
WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
"""
DAY = timedelta(days=1)


def asked_by(numbers: str) -> list[Any]:
    """The queries that take tiles of one or two families: numbered by slot, or by spot as the metrics query does."""
    wanted = {numbers, "levels", "los", "his"}
    return [pytest.param(query, id=query.name) for query in Q if wanted <= _names(query)]


@pytest.fixture(scope="module")
async def history(new_database: Any) -> Any:
    """Five months of events, all of them merged; raw events and aggregates both have many rows."""
    async with new_database() as url:
        database = Database(url, pool_size=1, statement_timeout_ms=60_000)
        async with database.maintenance() as connection:
            await connection.execute("SELECT ensure_partitions('2026-01-01', '2026-06-01')")
            for stream in STREAMS:
                tail = await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", f"{stream}_tail")
                for table in (stream, *([f"{stream}_tail"] if tail else [])):
                    text = EVENTS.format(table=table)
                    if stream in OTHERS:
                        columns, values = OTHERS[stream]
                        text = OTHER.format(table=table, columns=columns, values=values)
                    await connection.execute(text)
        await refresh(database)
        async with database.maintenance() as connection:
            await connection.execute("ANALYZE")
        yield database
        await database.close()


async def raw_relations(connection: Connection) -> set[str]:
    """The streams and what they are cut into, on either engine."""
    parts = await connection.fetch(
        "SELECT c.relname FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid "
        "WHERE inhparent = ANY (SELECT ('z402.' || stream)::regclass FROM unnest($1::text[]) AS stream)",
        list(STREAMS),
    )
    return {*STREAMS, *(row["relname"] for row in parts)}


def family_of(query: Query) -> str:
    found = family_found(query)
    assert found is not None
    return found[1]


def family_found(query: Query) -> re.Match[str] | None:
    return re.search(r"\b(\w+)_(?:over|of_all)\(", query.text)


def arguments(query: Query, start: datetime, end: datetime) -> list[str]:
    """A slot or a key a merchant, as literals in the order of the placeholders."""
    if "spots" in _names(query):
        return _cells_arguments(query, start, end)
    arrays = RangeArrays()
    for slot, merchant_id in enumerate(MERCHANTS if "merchant_ids" in _names(query) else [""]):
        arrays.append(slot, merchant_id, tile(start, end, levels_of(family_of(query))))
    slots = sorted(set(arrays.slots))
    values = arrays.arguments() | {"page_slots": slots, "page_merchant_ids": MERCHANTS, "row_count": 10}
    values |= {name: [None] * len(slots) for name in _names(query) if name.startswith("after_")}
    return _literals(query, values)


def _cells_arguments(query: Query, start: datetime, end: datetime) -> list[str]:
    """All measures over a place that is the whole and one that is its last week, divided by whatever can be."""
    [family] = (each for each in FAMILIES.values() if query in each.queries)
    layout = Layout(((Window(start, end),), (Window(max(start, end - timedelta(days=7)), end),)))
    by = min(family.dimensions, key=lambda each: each.value, default=None)
    arrays = CellsArrays()
    for number, merchant_id in enumerate(MERCHANTS):
        key = CellsKey(merchant_id, layout, (), divided_by=by, kept=None if by else ())
        arrays.append(number, key, family)
    wanted = family.measures if query is family.query else family.often
    return _literals(query, arrays.arguments() | {"wanted": sorted(wanted)})


def _literals(query: Query, values: dict[str, Any]) -> list[str]:
    return [_literal(values[each.name], each.type) for each in query.parameters]


def _names(query: Query) -> set[str]:
    return {parameter.name for parameter in query.parameters}


def _literal(value: object, kind: str) -> str:
    if not isinstance(value, list):
        return f"{_quoted(value)}::{kind}"
    return f"ARRAY[{', '.join(map(_quoted, value))}]::{kind}"


def _quoted(value: object) -> str:
    if value is None:
        return "NULL"
    return f"'{value.isoformat() if isinstance(value, datetime) else value}'"


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


async def read_from(connection: Connection, query: Query, start: datetime, end: datetime, times: int) -> set[str]:
    """The raw relations that the statement read in any of its executions: of one that never ran, nothing is read."""
    raw = await raw_relations(connection)
    kinds = ", ".join(parameter.type for parameter in query.parameters)
    await connection.execute(f"PREPARE asked ({kinds}) AS {query.text}")
    given = ", ".join(arguments(query, start, end))
    found: set[str] = set()
    for _ in range(times):
        told = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked ({given})")
        [plan] = orjson.loads(told) if isinstance(told, str) else told
        for node in nodes(plan["Plan"]):
            if node.get("Relation Name") in raw and node["Actual Loops"] > 0:
                found.add(node["Relation Name"])
    await connection.execute("DEALLOCATE asked")
    return found


@pytest.mark.parametrize("mode", ["auto", "force_generic_plan"])
@pytest.mark.parametrize("query", [*asked_by("slots"), *asked_by("spots")])
async def test_whole_buckets_are_never_read_from_events(query: Query, mode: str, history: Database) -> None:
    async with history.acquire() as connection:
        await connection.execute(f"SET plan_cache_mode = {mode}")
        assert await read_from(connection, query, START, END, 10) == set()


async def test_edges_are_read_from_their_events_alone(history: Database) -> None:
    """The same eyes see what is read: one hour of January, of all that there is."""
    start = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
    async with history.acquire() as connection:
        for query in (
            Q.failures_by_slot,
            Q.payers_by_slot,
            Q.platform_failures_by_slot,
            Q.platform_api_latency_by_slot,
            Q.top_resources_by_revenue,
            Q.failures_cells,
            Q.payers_cells,
        ):
            found = await read_from(connection, query, start, start + timedelta(hours=1), 10)
            assert len(found - set(STREAMS)) == 1, (query.name, found)  # one month, or one week
    assert tile(start, start + timedelta(hours=1), levels_of("failures"))[0].level == RAW


@pytest.mark.parametrize(
    "query",
    [
        Q.revenue_by_slot,
        Q.payers_by_slot,
        Q.platform_revenue_by_slot,
        Q.platform_api_latency_by_slot,
        Q.revenue_cells,
    ],
)
async def test_months_that_no_raw_tile_reaches_are_not_even_opened(query: Query, history: Database) -> None:
    """A kept plan knows all months; what opening each of them costs would grow with history."""
    edge = datetime(2026, 5, 19, 9, 37, tzinfo=UTC)
    async with history.acquire() as connection:
        # TimescaleDB looks into the newest chunk for what is not yet materialised.
        assert len(await opened(connection, query, START, END) - set(STREAMS)) <= 1
        assert 1 <= len(await opened(connection, query, edge, edge + timedelta(days=2)) - set(STREAMS)) <= 2


async def opened(connection: Connection, query: Query, start: datetime, end: datetime) -> set[str]:
    """The raw relations that the kept plan of a statement would read with these arguments."""
    raw = await raw_relations(connection)
    plan = await kept_plan(connection, query, ", ".join(arguments(query, start, end)))
    return {node["Relation Name"] for node in nodes(plan) if node.get("Relation Name") in raw}


async def kept_plan(connection: Connection, query: Query, given: str) -> dict[str, Any]:
    """The plan that a session keeps of a statement, as it would run with these literals."""
    kinds = ", ".join(parameter.type for parameter in query.parameters)
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    await connection.execute(f"PREPARE asked ({kinds}) AS {query.text}")
    told = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked ({given})")
    await connection.execute("DEALLOCATE asked")
    [plan] = orjson.loads(told) if isinstance(told, str) else told
    found: dict[str, Any] = plan["Plan"]
    return found


RANKED = [query for query in Q if "row_number()" in query.text and family_found(query)]


@pytest.mark.parametrize("query", [pytest.param(query, id=query.name) for query in RANKED])
async def test_equals_stand_in_the_order_of_their_bytes(query: Query, history: Database) -> None:
    """What a function returns has the database's collation, and a cursor that goes by another skips and repeats."""
    nulls = ", ".join(f"NULL::{parameter.type}" for parameter in query.parameters)
    async with history.acquire() as connection:
        plan = await kept_plan(connection, query, nulls)
    ranking = [node["Plans"][0] for node in nodes(plan) if node["Node Type"] == "WindowAgg"]
    keys = [node["Sort Key"][-1] for node in ranking if len(node.get("Sort Key", ())) > 1]
    assert keys
    assert all(key.endswith('COLLATE "C"') for key in keys), keys


async def test_what_a_filter_holds_back_goes_no_further_than_its_scan(history: Database) -> None:
    layout = Layout(((Window(START, END),),))
    key = CellsKey("m1", layout, (), filtered_by=Dimension.METHOD, passing=("transparent",))  # and no event told any
    arrays = CellsArrays()
    arrays.append(0, key, FAMILIES["payment_methods"])
    given = _literals(Q.payment_methods_cells, arrays.arguments() | {"wanted": ["settled_count"]})
    async with history.acquire() as connection:
        kinds = ", ".join(parameter.type for parameter in Q.payment_methods_cells.parameters)
        await connection.execute(f"PREPARE asked ({kinds}) AS {Q.payment_methods_cells.text}")
        told = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked ({', '.join(given)})")
        await connection.execute("DEALLOCATE asked")
    [plan] = orjson.loads(told) if isinstance(told, str) else told
    scans = [
        node
        for node in nodes(plan["Plan"])
        if node.get("Relation Name", "installation") != "installation" and node["Actual Loops"] > 0
    ]
    assert any(node.get("Rows Removed by Filter") for node in scans)
    assert {node["Actual Rows"] for node in scans} == {0}


DAYS = Layout(tuple((Window(START + n * DAY, START + (n + 1) * DAY),) for n in range(60)))


@pytest.mark.parametrize(
    ("family", "asked", "is_alone"),
    [
        ("revenue", {}, True),
        ("payment_methods", {}, False),
        ("payment_methods", {"divided_by": Dimension.METHOD, "kept": None}, True),
        ("payment_methods", {"divided_by": Dimension.METHOD, "kept": ("shielded",)}, False),
        ("payment_methods", {"filtered_by": Dimension.METHOD, "passing": ("unknown",)}, True),
        ("payment_methods", {"filtered_by": Dimension.METHOD, "passing": ("shielded", "unknown")}, False),
        ("latency", {"filtered_by": Dimension.STEP, "passing": ("settled",)}, True),
        ("resource_sales", {"divided_by": Dimension.RESOURCE, "kept": None}, True),
        ("payers", {}, True),
    ],
)
async def test_rows_alone_in_their_spots_say_what_folded_ones_do(
    family: str, asked: dict[str, Any], is_alone: bool, history: Database
) -> None:
    of, query = FAMILIES[family], FAMILIES[family].query
    assert query is not None
    arrays = CellsArrays()
    arrays.append(0, CellsKey("m1", DAYS, (), **asked), of)
    assert (set(arrays.steps) == {-86_400}) is is_alone
    told: list[Any] = []
    for sign in (1, -1) if is_alone else (1,):
        arrays.steps = [sign * abs(step) for step in arrays.steps]
        rows = await history.fetch(query, **arrays.arguments(), wanted=sorted(of.measures))
        told.append({row.value: added_up(row.cells) for row in rows if row.key == 0})
    assert any(told[0].values())
    assert all(each == told[0] for each in told)


def added_up(cells: str) -> dict[tuple[Any, ...], int]:
    """What each place, bin and measure comes to."""
    told = orjson.loads(cells)
    places, bins = told.pop("places"), told.pop("bins", None)
    found: dict[tuple[Any, ...], int] = {}
    for name, column in told.items():
        for place, number, value in zip(places, bins or [None] * len(places), column or (), strict=False):
            if value is not None and not name.startswith("amount_m"):  # of extremes there is no sum
                found[place, number, name] = found.get((place, number, name), 0) + int(value)
    return found


async def test_a_stream_and_its_tail_have_the_same_columns(history: Database) -> None:
    """They are read as one, column by column."""
    async with history.acquire() as connection:
        if await connection.fetchval("SELECT to_regclass('payment_events_tail') IS NULL"):
            pytest.skip("only rollups have tails")
        for stream in STREAMS:
            one, other = [await connection.fetchval(COLUMNS, f"{stream}{end}") for end in ("", "_tail")]
            assert one == other


async def test_the_pool_plans_a_statement_once(history: Database) -> None:
    """PostgreSQL takes arrays it does not know for longer than ours are, and would plan for each of them anew."""
    database = Database(history.url, pool_size=1)
    async with database.acquire() as connection:
        for _ in range(7):
            await connection.fetch(Q.payments_by_id.text, ["m1"], ["p1"])
        kept = await connection.fetchrow(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = $1", Q.payments_by_id.text
        )
    await database.close()
    assert kept is not None
    assert tuple(kept) == (7, 0)


def test_every_family_of_the_metrics_query_is_looked_at() -> None:
    queries = {query for family in FAMILIES.values() for query in family.queries}
    assert {param.values[0] for param in asked_by("spots")} == queries

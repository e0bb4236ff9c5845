"""Every view of every aggregate against the oracle's rows: no row missing, none too many, every measure exact."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sql.engine import AGGREGATES
from sql.maintenance import verify
from tests.oracle import families
from tests.oracle.events import Event
from tests.oracle.families import Row
from tests.oracle.levels import LEVELS
from tests.property.expected import STORED, Columns, Stored
from tests.property.world import World, counted, deliveries, examples
from tests.strategies.arrivals import Scenario, scenarios

#: Examples take a fifth of a second each, on TimescaleDB ten times that; shrinking a failure takes minutes.
pytestmark = pytest.mark.timeout(900)


async def view(world: World, relation: str, keys: tuple[str, ...], scenario: Scenario) -> dict[Row, Columns]:
    """A view's rows of the scenario's merchants, in the oracle's shape."""
    merchant_ids = [merchant.id for merchant in scenario.merchants]
    found: dict[Row, Columns] = {}
    for record in await world.rows(f"SELECT * FROM {relation} WHERE merchant_id = ANY ($1::text[])", merchant_ids):
        values: dict[str, Any] = {n: int(v) if isinstance(v, Decimal) else v for n, v in record.items()}
        bucket, merchant_id = values.pop("bucket"), values.pop("merchant_id")
        found[bucket, merchant_id, *(values.pop(key) for key in keys[2:])] = values
    return found


async def check(world: World, scenario: Scenario, events: tuple[Event, ...]) -> None:
    """Compare all views with all rows."""
    # Those over all merchants are held against the oracle in test_platform, in a store of their own.
    assert STORED.keys() == {name for name, aggregate in AGGREGATES.items() if not aggregate.of_all}
    for name, stored in STORED.items():
        for level in LEVELS:
            if level in AGGREGATES[name].levels:
                relation = AGGREGATES[name].relation(level)
                assert await view(world, relation, AGGREGATES[name].keys, scenario) == stored.rows(events, level), (
                    relation
                )


async def check_resource_access(world: World, scenario: Scenario, events: tuple[Event, ...]) -> None:
    """Both streams of a resource side by side."""
    rows = Stored(families.RESOURCES, absent="").rows(events, "hour")
    keys = ("bucket", "merchant_id", "resource")
    assert await view(world, "analytics_resource_access", keys, scenario) == rows


@examples(40)
@given(scenario=scenarios(), data=st.data())
async def test_every_view_whatever_arrives_and_whenever_it_is_refreshed(
    world: World, scenario: Scenario, data: st.DataObject
) -> None:
    found = await world.settle_in(scenario)
    await world.deliver_all(data.draw(deliveries(found.lines)))
    await world.catch_up()
    await check(world, found, counted(found))
    await check_resource_access(world, found, counted(found))
    await world.refresh()
    await check(world, found, counted(found))


@examples(15)
@given(scenario=scenarios(conflicts=False), data=st.data())
async def test_every_view_when_requests_come_at_once(world: World, scenario: Scenario, data: st.DataObject) -> None:
    found = await world.settle_in(scenario)
    await world.deliver_all(data.draw(deliveries(found.lines)), at_once=True)
    await world.catch_up()
    await check(world, found, counted(found))


async def test_verify_agrees_at_the_end(world: World) -> None:
    assert [difference async for difference in verify(world.database) if not difference.pending] == []

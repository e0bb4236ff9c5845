"""One world for all examples: what they share is the database, never a merchant."""

from collections.abc import AsyncIterator

import pytest

from sql import Database
from sql.engine import Engine
from tests.conftest import NewDatabase
from tests.property.world import World


@pytest.fixture(scope="session")
async def world(new_database: NewDatabase, engine: Engine) -> AsyncIterator[World]:
    """A store that all property tests use."""
    async with new_database() as url:
        database = Database(url, pool_size=4)
        try:
            yield World(database, engine)
        finally:
            await database.close()

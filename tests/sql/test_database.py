"""What a lost connection looks like to those who ask."""

import struct
from typing import Any

import pytest

from sql import Database, StoreUnavailable

GOODBYE = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"


async def ask(database: Database, *, in_transaction: bool) -> int:
    async with database.acquire() as connection:
        if in_transaction:
            async with connection.transaction():
                return int(await connection.fetchval("SELECT 2"))
        return int(await connection.fetchval("SELECT 2"))


@pytest.mark.parametrize("in_transaction", [False, True])
async def test_a_goodbye_that_the_end_has_not_followed_yet(database_url: str, in_transaction: bool) -> None:
    """Whoever asks in between is told that the store is away; the next one gets another connection."""
    database = Database(database_url, pool_size=1)
    try:
        async with database.acquire() as connection:
            # As a server that goes away says it, a moment before it closes the connection.
            told: Any = connection
            told._protocol.data_received(b"E" + struct.pack("!I", len(GOODBYE) + 4) + GOODBYE)
        with pytest.raises(StoreUnavailable):
            await ask(database, in_transaction=in_transaction)
        assert await ask(database, in_transaction=in_transaction) == 2
    finally:
        await database.close()

"""A latency bin tells any value in it within one percent."""

import math

from sql.database import Database

GAMMA = 1.01 / 0.99


async def test_every_bin_is_within_one_percent_of_its_values(database: Database) -> None:
    values = [*range(1, 3000), *(int(1.07**n) for n in range(60, 310))]
    async with database.acquire() as connection:
        rows = await connection.fetch("SELECT v, latency_bin(v) FROM unnest($1::bigint[]) AS v", values)
    for value, number in rows:
        middle = 2 * GAMMA ** (number - 1) / (GAMMA + 1)
        assert math.isclose(middle, value, rel_tol=0.01 + 1e-9)


async def test_zero_and_absent_have_bins_of_their_own(database: Database) -> None:
    async with database.acquire() as connection:
        assert await connection.fetchval("SELECT latency_bin(0)") == 0
        assert await connection.fetchval("SELECT latency_bin(NULL)") == -1
        assert await connection.fetchval("SELECT latency_bin(1)") == 1

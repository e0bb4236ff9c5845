"""``time_bucket`` means the same on both engines: weeks from Monday, months from the first, in UTC."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sql.database import Database
from sql.engine.aggregate import WIDTHS

FIRST, LAST = 0, 7_226_582_400  # the years 1970 to 2198
instants = st.integers(FIRST * 10**6, LAST * 10**6).map(
    lambda microseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)


def bucket(level: str, at: datetime) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    match level:
        case "15m":
            return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
        case "hour":
            return at.replace(minute=0, second=0, microsecond=0)
        case "day":
            return midnight
        case "week":
            return midnight - timedelta(days=midnight.weekday())
        case _:
            return midnight.replace(day=1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ats=st.lists(instants, min_size=1, max_size=50))
@pytest.mark.parametrize("level", WIDTHS)
async def test_a_bucket_is_where_the_calendar_says(level: str, ats: list[datetime], database: Database) -> None:
    async with database.acquire() as connection:
        rows = await connection.fetch(
            f"SELECT time_bucket(interval '{WIDTHS[level]}', at) FROM unnest($1::timestamptz[]) AS at", ats
        )
    assert [row[0] for row in rows] == [bucket(level, at) for at in ats]

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.exports.zone_changes import ZoneChanges, zone_changes
from resolvers.zones import zone, zone_names
from tests.jobs.exports.conftest import Shop

INSTANTS = st.datetimes(datetime(1970, 1, 2), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ODD = ["Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "America/Caracas", "Asia/Kathmandu"]


def ahead(changes: ZoneChanges, at: datetime) -> timedelta:
    place = sum(start <= at for start in changes.starts)
    return changes.offsets[place - 1]


@settings(max_examples=60)
@given(st.sampled_from([*ODD, *sorted(zone_names())]), INSTANTS)
def test_the_wall_clock_is_as_far_ahead_as_its_zone_says(name: str, at: datetime) -> None:
    changes = zone_changes(name, at)
    assert ahead(changes, at) == at.astimezone(zone(name)).utcoffset()
    assert changes.starts == sorted(set(changes.starts))
    assert ahead(changes.since(at), at) == ahead(changes, at)


@pytest.mark.parametrize("name", ODD)
def test_a_change_happens_at_its_second(name: str) -> None:
    changes = zone_changes(name, datetime(2030, 1, 1, tzinfo=UTC))
    for start, offset in zip(changes.starts[1:], changes.offsets[1:], strict=True):
        before = (start - timedelta(seconds=1)).astimezone(zone(name)).utcoffset()
        assert start.astimezone(zone(name)).utcoffset() == offset != before


async def test_the_database_s_wall_clock_is_ours(shop: Shop) -> None:
    ats = [datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)]
    ats += [datetime(2026, 10, 25, hour, tzinfo=UTC) for hour in (0, 1, 2)]
    changes = zone_changes("Europe/Berlin", ats[-1])
    async with shop.database.acquire() as connection:
        found = await connection.fetch(
            "SELECT local_time(at, $2, $3) AS wall FROM unnest($1::timestamptz[]) AS at",
            ats,
            changes.starts,
            changes.offsets,
        )
    assert [row["wall"] for row in found] == [at.astimezone(zone("Europe/Berlin")).replace(tzinfo=None) for at in ats]

"""When a zone's clock was changed, as two arrays for the SQL function `local_time`."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from resolvers.zones import zone

EARLIEST: Final = datetime(1969, 1, 1, tzinfo=UTC)  # no event is older than 1970
STEP: Final = timedelta(days=1)  # no zone was changed and changed back within a day
SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ZoneChanges:
    """From each start on, in order, the wall clock is that much ahead of UTC; the first start is before all events."""

    starts: list[datetime]
    offsets: list[timedelta]

    def since(self, at: datetime) -> "ZoneChanges":
        """Return what holds from an instant on: a shorter table is searched faster."""
        first = bisect_right(self.starts, at) - 1
        return ZoneChanges(self.starts[first:], self.offsets[first:])


def zone_changes(name: str, until: datetime) -> ZoneChanges:
    """Return the changes of an IANA zone up to an instant; raise UnknownZone."""
    # Years ahead are asked for again and again, instants are not.
    return _until_year(name, until.astimezone(UTC).year + 1)


@lru_cache(maxsize=256)
def _until_year(name: str, year: int) -> ZoneChanges:
    tz = zone(name)

    def ahead(at: datetime) -> timedelta:
        offset = at.astimezone(tz).utcoffset()
        assert offset is not None
        return offset

    changes = ZoneChanges([EARLIEST], [ahead(EARLIEST)])
    at, end = EARLIEST, datetime(year, 1, 1, tzinfo=UTC)
    while at < end:
        if ahead(at + STEP) != changes.offsets[-1]:
            before, after = at, at + STEP
            while after - before > SECOND:
                middle = before + (after - before) / 2
                middle = middle.replace(microsecond=0)
                before, after = (before, middle) if ahead(middle) != changes.offsets[-1] else (middle, after)
            changes.starts.append(after)
            changes.offsets.append(ahead(after))
        at += STEP
    return changes

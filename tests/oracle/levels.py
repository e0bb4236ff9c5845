"""The stored buckets: UTC, half-open, named by their start."""

from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

Level = Literal["15m", "hour", "day", "week", "month"]
LEVELS: tuple[Level, ...] = get_args(Level)


def bucket_of(instant: datetime, level: Level) -> datetime:
    """The start of the UTC bucket that holds the instant; weeks begin on Monday."""
    at = instant.astimezone(UTC).replace(second=0, microsecond=0)
    midnight = at.replace(hour=0, minute=0)
    match level:
        case "15m":
            return at.replace(minute=at.minute // 15 * 15)
        case "hour":
            return at.replace(minute=0)
        case "day":
            return midnight
        case "week":
            return midnight - timedelta(days=midnight.weekday())
        case "month":
            return midnight.replace(day=1)

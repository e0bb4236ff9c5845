"""The class that every object of an answer is made from."""

from datetime import datetime

import msgspec

from resolvers.zones import local_day, zone


class Shape(msgspec.Struct, frozen=True, rename="camel"):
    """An object of an answer."""


def hour_label(hour: int) -> str:
    """Write an hour as clocks of twelve hours do: 14 is 2 PM."""
    return f"{hour % 12 or 12} {'AM' if hour < 12 else 'PM'}"


def local_date(start: str, timezone: str) -> str:
    """Write the day of the merchant that an instant falls on."""
    return local_day(zone(timezone), datetime.fromisoformat(start)).isoformat()

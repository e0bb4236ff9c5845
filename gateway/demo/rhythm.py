"""When customers come: by the merchant's local hour and weekday, with slow growth and uneven days."""

from datetime import UTC, date, datetime
from math import pi, sin
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from gateway.demo.event import day_start_ms
from gateway.demo.merchants import DemoMerchant, Rhythm

HOUR_MS: Final = 3_600_000
_CYCLE_DAYS: Final = 540

# Weights by local hour; only their proportions matter.
_HOURS: Final[dict[Rhythm, tuple[float, ...]]] = {
    "office": (2, 1, 1, 1, 1, 2, 4, 8, 14, 19, 20, 18, 13, 17, 19, 18, 16, 12, 8, 6, 5, 4, 3, 2),
    "evening": (6, 3, 2, 1, 1, 2, 5, 10, 12, 9, 8, 9, 12, 10, 8, 8, 9, 12, 15, 19, 22, 21, 17, 11),
    "machines": (8, 8, 7, 7, 7, 7, 8, 9, 10, 11, 11, 11, 11, 12, 12, 12, 11, 11, 10, 10, 9, 9, 9, 8),
}
_WEEKDAYS: Final[dict[Rhythm, tuple[float, ...]]] = {
    "office": (1.15, 1.25, 1.2, 1.2, 1.05, 0.6, 0.55),
    "evening": (0.85, 0.85, 0.9, 0.95, 1.05, 1.2, 1.2),
    "machines": (1.02, 1.03, 1.03, 1.02, 1.0, 0.95, 0.95),
}


def _size(rng: Random, merchant: DemoMerchant, day: date) -> float:
    """Payments to expect on that day. Growth is a slow wave, since it must not depend on when one looks."""
    wave = 1 + 0.45 * sin(2 * pi * (day.toordinal() - merchant.growth_day) / _CYCLE_DAYS)
    return merchant.daily * wave * rng.lognormvariate(0, 0.09)


def arrivals(rng: Random, merchant: DemoMerchant, day: date) -> list[int]:
    """The instants (ms) of that UTC day at which payments begin, ascending: a Poisson process by hour."""
    hours, weekdays = _HOURS[merchant.rhythm], _WEEKDAYS[merchant.rhythm]
    zone, mean = ZoneInfo(merchant.zone), sum(hours) / 24
    hourly = _size(rng, merchant, day) / 24 / mean
    start = day_start_ms(day)
    found: list[int] = []
    for hour in range(24):
        # An hour of UTC counts as the local hour of its middle: offsets are not always whole hours.
        middle = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)
        local = middle.astimezone(zone)
        rate = hourly * hours[local.hour] * weekdays[local.weekday()]
        at = rng.expovariate(rate)
        while at < 1:
            found.append(start + hour * HOUR_MS + int(at * HOUR_MS))
            at += rng.expovariate(rate)
    return found


def incident(rng: Random, day: date) -> tuple[int, int]:
    """Now and then something breaks for an hour or two: the span (ms), empty on most days."""
    if rng.random() >= 0.03:
        return 0, 0
    start = day_start_ms(day) + int(rng.random() * 22 * HOUR_MS)
    return start, start + int((0.5 + 1.5 * rng.random()) * HOUR_MS)

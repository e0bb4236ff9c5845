"""The whole stream, day by day: what begins on each merchant's day, and what the days before left over."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random

from gateway.demo.event import Timed, day_start_ms
from gateway.demo.merchants import DemoMerchant, merchants
from gateway.demo.payment import SPILL_DAYS, begin, play
from gateway.demo.rhythm import arrivals, incident
from gateway.demo.surroundings import accesses, api_requests, sighting, webhooks


def born_on(seed: int, merchant: DemoMerchant, day: date) -> list[Timed]:
    """All that comes of payments that begin on that UTC day; some of it happens up to SPILL_DAYS later."""
    rng = Random(f"{seed}/{merchant.id}/{day}")
    found: list[Timed] = []
    trouble = incident(rng, day)
    stock = sum(merchant.id.encode()) * 37 % 1500
    for born in arrivals(rng, merchant, day):
        life = begin(rng, seed, merchant, stock, born)
        play(rng, merchant, life, trouble)
        found += life.steps
        if rng.random() < merchant.logged:
            accesses(rng, life, found)
            api_requests(rng, life, found)
        webhooks(rng, merchant, life, found)
        if rng.random() < 0.03:
            sighting(rng, life, found)
    return found


def timeline(seed: int, first: Mapping[str, date]) -> Iterator[tuple[date, list[Timed]]]:
    """UTC days without end, each with its events in order; a merchant's first payments are on `first`."""
    everyone = [(merchant, first[merchant.id]) for merchant in merchants()]
    start = min(first.values())
    later: list[Timed] = []
    for number in count():
        day = start + timedelta(days=number)
        end = day_start_ms(day + timedelta(days=1))
        for merchant, joined in everyone:
            if joined <= day:
                later += born_on(seed, merchant, day)
        later.sort()
        cut = next((index for index, timed in enumerate(later) if timed[0] >= end), len(later))
        yield day, later[:cut]
        later = later[cut:]


def first_days(until: datetime, days: int, since: Mapping[str, datetime]) -> dict[str, date]:
    """From which day on each merchant's payments are wanted: of its whole history, or of what is missing."""
    today = until.astimezone(UTC).date()
    wanted = {}
    for merchant in merchants():
        first = today - timedelta(days=min(days, merchant.history_days))
        if known := since.get(merchant.id):
            first = max(first, known.astimezone(UTC).date() - timedelta(days=SPILL_DAYS))
        wanted[merchant.id] = first
    return wanted

"""The stream up to an instant, in the order of time."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from gateway.demo.event import Event, day_start_ms, instant_ms, with_time
from gateway.demo.timeline import first_days, timeline

CHUNK: Final = 2000


def history(
    seed: int, until: datetime, days: int = 90, since: Mapping[str, datetime] | None = None
) -> Iterator[list[Event]]:
    """Chunks of events before `until`, ascending by (occurred_at, event_id); the last payments are open.

    `since` says for each merchant that has events already from when on (inclusive) they are wanted again.
    """
    since = since or {}
    end = instant_ms(until)
    known = {merchant: instant_ms(at) for merchant, at in since.items()}
    chunk: list[Event] = []
    for day, found in timeline(seed, first_days(until, days, since)):
        for timed in found:
            if timed[0] >= end:
                break
            if timed[0] >= known.get(str(timed[2]["merchant_id"]), 0):
                chunk.append(with_time(day, timed))
        while len(chunk) >= CHUNK:
            yield chunk[:CHUNK]
            chunk = chunk[CHUNK:]
        if day_start_ms(day + timedelta(days=1)) >= end:
            break
    if chunk:
        yield chunk

"""The stream from an instant on, as it happens."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

from gateway.demo.event import Event, Timed, instant_ms, with_time
from gateway.demo.merchants import merchants
from gateway.demo.timeline import first_days, timeline


def _now() -> datetime:
    return datetime.now(UTC)


async def live(
    seed: int,
    start: datetime,
    now: Callable[[], datetime] = _now,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[list[Event]]:
    """Events from `start` (inclusive) on, each when its time has come; what is due together comes together.

    It is the continuation of `history(seed, start)`: payments that are open there end here.
    """
    begin = instant_ms(start)
    known = {merchant.id: start for merchant in merchants()}
    due: list[Event] = []
    for day, found in timeline(seed, first_days(start, 90, known)):
        for timed in found:
            if timed[0] < begin:
                continue
            wait = _seconds_until(timed, now())
            if wait > 0:
                if due:
                    yield due
                    due = []
                await sleep(wait)
            due.append(with_time(day, timed))
        await asyncio.sleep(0)


def _seconds_until(timed: Timed, now: datetime) -> float:
    return (timed[0] - instant_ms(now)) / 1000

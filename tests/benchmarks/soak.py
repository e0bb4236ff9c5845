"""Two thousand subscribers that join, leave, stall and die while events come in: memory stays flat, nothing is left.

Z402_SOAK_SECONDS tells how long; an hour once, a few minutes whenever benchmarks run.
"""

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from statistics import mean
from typing import Final

from tests.benchmarks.live import hello
from tests.benchmarks.live_bench import Bench, live_bench
from tests.benchmarks.live_watchers import GRAPHQL, Watcher, connect, disconnect, upgrade
from tests.benchmarks.report import Figure
from tests.waiting import until as until_holds

SECONDS: Final = float(os.environ.get("Z402_SOAK_SECONDS", "180"))
SUBSCRIBERS: Final = int(os.environ.get("Z402_SOAK_SUBSCRIBERS", "2000"))
MERCHANTS: Final = 20
LIFE_SECONDS: Final = (2.0, 40.0)
#: Memory is compared once all have come and some have gone.
WARM_UP: Final = 0.3


async def run(server_url: str) -> list[Figure]:
    """Keep the number up for as long as it takes, then let all go and look at what is left."""
    async with live_bench(server_url, [f"m{number}" for number in range(MERCHANTS)]) as bench:
        await disconnect(await connect(bench.port, GRAPHQL, [hello("m0")], [lambda _count, _at: None]))
        await _nothing_left(bench)
        tasks = await bench.tasks()  # those of the process, which the first subscriber began
        until = time.monotonic() + SECONDS
        counts: dict[str, int] = dict.fromkeys(ENDS, 0)
        memory: list[tuple[float, int]] = []
        async with asyncio.TaskGroup() as group:
            group.create_task(_events(bench, until))
            group.create_task(_memory(bench, until, memory))
            for _ in range(SUBSCRIBERS):
                group.create_task(_lives(bench, until, counts))
        await _nothing_left(bench)
        left = await bench.tasks()
        print(f"{SUBSCRIBERS:,} subscribers for {SECONDS:.0f} s: {counts}")  # noqa: T201
        warm = [size for at, size in memory if at > until - SECONDS * (1 - WARM_UP)]
        third = len(warm) // 3
        early, late = mean(warm[:third]) / 1e6, mean(warm[-third:]) / 1e6
        return [
            Figure("soak: memory late / early", late, early, "MB", 1.1),
            Figure("soak: tasks after / before", left, tasks, "", 1.0),
        ]


async def _lives(bench: Bench, until: float, counts: dict[str, int]) -> None:
    """One place after the other: a subscriber that ends in some way, and the next one."""
    await asyncio.sleep(random.uniform(0, min(20.0, SECONDS / 5)))
    loop = asyncio.get_running_loop()
    while time.monotonic() < until:
        messages = [upgrade(GRAPHQL), *hello(f"m{random.randrange(MERCHANTS)}")]
        _, watcher = await loop.create_connection(
            lambda given=messages: Watcher(given, lambda _count, _at: None),  # type: ignore[misc]
            "127.0.0.1",
            bench.port,
        )
        await asyncio.sleep(min(random.uniform(*LIFE_SECONDS), max(until - time.monotonic(), 0)))
        how = random.choice(list(ENDS))
        counts[how] += 1
        await ENDS[how](watcher)


async def _leave(watcher: Watcher) -> None:
    watcher.transport.write(b"\x88\x82\0\0\0\0\x03\xe8")  # close, 1000
    await asyncio.sleep(0.5)
    watcher.transport.close()


async def _die(watcher: Watcher) -> None:
    watcher.transport.abort()


async def _stall(watcher: Watcher) -> None:
    """Read nothing for a while, then all that waits, and leave."""
    watcher.transport.pause_reading()
    await asyncio.sleep(random.uniform(1.0, 15.0))
    if not watcher.transport.is_closing():
        watcher.transport.resume_reading()
        await asyncio.sleep(1)
    watcher.transport.abort()


ENDS: Final[dict[str, Callable[[Watcher], Awaitable[None]]]] = {"left": _leave, "died": _die, "stalled": _stall}


async def _events(bench: Bench, until: float) -> None:
    while time.monotonic() < until:
        await bench.settle(random.sample([f"m{number}" for number in range(MERCHANTS)], 5), datetime.now(UTC))
        await asyncio.sleep(0.2)


async def _memory(bench: Bench, until: float, noted: list[tuple[float, int]]) -> None:
    while time.monotonic() < until:
        noted.append((time.monotonic(), bench.memory()))
        await asyncio.sleep(1)


async def _nothing_left(bench: Bench) -> None:
    """Wait until the gateway knows of nobody any more; raise TimeoutError if it always does."""

    async def nobody() -> bool:
        names = ("z402_live_connections", "z402_live_subscribers", "z402_live_groups")
        return not any([await bench.metric(name) for name in names])

    await until_holds(nobody, 60, every=0.5)
    await asyncio.sleep(2)

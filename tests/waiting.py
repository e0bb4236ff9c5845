"""Waiting for what another process or task will do."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable


async def until(holds: Callable[[], bool | Awaitable[bool]], seconds: float = 5.0, every: float = 0.02) -> None:
    """Return once something holds; raise TimeoutError if it does not in time."""
    async with asyncio.timeout(seconds):
        while True:
            found = holds()
            if await found if isawaitable(found) else found:
                return
            await asyncio.sleep(every)

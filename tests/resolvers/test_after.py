"""What is built from an answer that nobody waited for."""

import asyncio
import gc
import warnings

from resolvers.fields import after


async def test_it_builds_from_what_was_asked_for() -> None:
    asked: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    asked.set_result(3)
    assert await after(after(asked, lambda number: number + 1), str) == "4"
    assert tuple(await asyncio.gather(after(asked, str), asked)) == ("3", 3)


async def test_nobody_need_wait_for_it() -> None:
    """An operation that is broken off leaves its fields behind, and no warning."""
    asked: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        after(asked, str)
        gc.collect()

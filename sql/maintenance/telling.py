"""Telling how far work is, to whoever wants to know."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

#: Told after each step: how many are done, of how many.
Tell: TypeAlias = Callable[[int, int], Awaitable[None]]


async def untold(_: int, __: int) -> None:
    """Tell nobody."""

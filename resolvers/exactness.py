"""Ranges that the kept data can no longer tell exactly are refused, each by itself, never approximated.

Nothing is asked beforehand: the statement itself fails where it would read raw events that are gone, and says from when
they are kept. Then it is sent once more, for the keys alone that it can answer.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from resolvers.context import Store
from resolvers.errors import RangeNotExact
from resolvers.periods import Window
from resolvers.ranges import RAW, tile
from sql import RawEventsGone

K = TypeVar("K")
V = TypeVar("V")


def refusing(
    fetch: Callable[[Store, list[K]], Awaitable[list[V]]],
    levels: Sequence[str],
    windows_of: Callable[[K], Iterable[Window]],
) -> Callable[[Store, list[K]], Awaitable[list[V]]]:
    """Return a batch function that gives RangeNotExact, which a loader raises, in the place of what is gone."""

    async def fetch_what_is_kept(store: Store, keys: list[K]) -> list[V]:
        try:
            return await fetch(store, keys)
        except RawEventsGone as gone:
            refused = [_needs(windows_of(key), levels, gone.kept_from) for key in keys]
            good = [key for key, refuse in zip(keys, refused, strict=True) if not refuse]
            answers = iter(await fetch(store, good) if good else [])
            error = RangeNotExact(gone.kept_from, levels[-2])
            return [error if refuse else next(answers) for refuse in refused]  # type: ignore[misc]

    return fetch_what_is_kept


def _needs(windows: Iterable[Window], levels: Sequence[str], kept_from: datetime) -> bool:
    return any(
        each.level == RAW and each.lo < kept_from
        for window in windows
        if window.start < kept_from
        for each in tile(window.start, window.end, levels)
    )

"""Ranges that the kept data can no longer tell exactly are refused, each by itself, never approximated.

Nothing is asked beforehand: the statement itself fails where it would read raw events that are gone, and says from when
they are kept. Then it is sent once more, for the keys alone that it can answer. A statement about single payments or
deliveries tells it in its rows instead, since no key alone says whether one of them needs what is gone.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from resolvers.context import Store
from resolvers.errors import AnalyticsError, PastNotExact, RangeNotExact, RangeNotKept
from resolvers.periods import Window
from resolvers.ranges import RAW, tile
from sql import NotAddedUp, RawEventsGone

K = TypeVar("K")
V = TypeVar("V")


class Standing(Protocol):
    """A row that says whether it needed raw events that are gone: from when on they are kept, or None."""

    @property
    def kept_from(self) -> datetime | None: ...


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
            return await _others(fetch, store, keys, refused, RangeNotExact(gone.kept_from, levels[-2]))

    return fetch_what_is_kept


def since_added_up(
    fetch: Callable[[Store, list[K]], Awaitable[list[V]]], windows_of: Callable[[K], Iterable[Window]]
) -> Callable[[Store, list[K]], Awaitable[list[V]]]:
    """Return a batch function that gives RangeNotKept in the place of what begins before its sums do."""

    async def fetch_what_is_added_up(store: Store, keys: list[K]) -> list[V]:
        try:
            return await fetch(store, keys)
        except NotAddedUp as missing:
            first = missing.added_up_from
            refused = [any(window.start < min(window.end, first) for window in windows_of(key)) for key in keys]
            return await _others(fetch, store, keys, refused, RangeNotKept(first))

    return fetch_what_is_added_up


async def _others(
    fetch: Callable[[Store, list[K]], Awaitable[list[V]]],
    store: Store,
    keys: list[K],
    refused: list[bool],
    error: AnalyticsError,
) -> list[V]:
    """Ask once more without the keys that are refused, whose place the error takes."""
    good = [key for key, refuse in zip(keys, refused, strict=True) if not refuse]
    answers = iter(await fetch(store, good) if good else [])
    return [error if refuse else next(answers) for refuse in refused]  # type: ignore[misc]


def exact(rows: Iterable[Standing], value: V) -> V:
    """Return a value made of rows; where one of them lacks events, an error in its place, which a loader raises."""
    gone = max((row.kept_from for row in rows if row.kept_from is not None), default=None)
    return value if gone is None else PastNotExact(gone)  # type: ignore[return-value]


def _needs(windows: Iterable[Window], levels: Sequence[str], kept_from: datetime) -> bool:
    return any(
        each.level == RAW and each.lo < kept_from
        for window in windows
        if window.start < kept_from
        for each in tile(window.start, window.end, levels)
    )

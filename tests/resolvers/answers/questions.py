"""A question of every kind that is kept, about two months of one merchant, and which of them are computed."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from aiodataloader import DataLoader

from gateway.cache.answers import RedisAnswers
from resolvers import kinds
from resolvers.answers.contract import Wanted
from resolvers.answers.kind import Kind
from resolvers.loaders import InstantKey, Kept, Loaders, WindowKey
from resolvers.metrics.cells import CellsKey
from resolvers.metrics.families import FAMILIES
from resolvers.metrics.layout import Layout
from resolvers.parts import PartsKey
from resolvers.periods import Window
from resolvers.resource_batches import ResourcesKey
from resolvers.wholes import PayersKey, WholesKey
from tests.resolvers.answers.conftest import Process
from tests.resolvers.conftest import FACILITATOR
from tests.resolvers.times import utc

#: The running month is asked up to an instant that no stored bucket begins at.
NOW = utc("2026-05-13T12:07:13.500001")
WINDOWS = {"April": Window(utc("2026-04-01"), utc("2026-05-01")), "May": Window(utc("2026-05-01"), NOW)}
BY_INSTANT = {"live_by_merchant", "recent_by_merchant"}
PAGES: dict[str, Any] = {"payers_by_page": PayersKey, "resources_by_page": ResourcesKey}
BY_WHOLE = {"cohorts_by_window", "deliveries_by_window"}


def questions(loaders: Loaders) -> Iterator[tuple[str, DataLoader[Any, Any], Kind[Any, Any], Any]]:
    """Name, loader, kind and key of each."""
    yield "merchant", loaders.merchants_by_id, kinds.MERCHANTS, "shop"
    for name, kept in vars(Loaders).items():
        if not isinstance(kept, Kept) or name == "merchants_by_id":
            continue
        loader = getattr(loaders, name)
        if name in BY_INSTANT:
            yield kept.kind.name, loader, kept.kind, InstantKey("shop", NOW, 60)
            continue
        for month, window in WINDOWS.items():
            yield f"{kept.kind.name} {month}", loader, kept.kind, key_of(name, window)
    for family, kind in kinds.CELLS.items():
        for month, window in WINDOWS.items():
            wanted = tuple(sorted(FAMILIES[family].measures))[:1]
            key = CellsKey("shop", Layout(((window,),)), wanted)
            yield f"{kind.name} {month}", loaders.cells_by_family[family], kind, key
    assert set(WINDOWS) == {"April", "May"}


def key_of(loader: str, window: Window) -> object:
    """The key that a loader takes for a window."""
    if loader.endswith("_by_part"):
        return PartsKey("shop", ((window,),))
    if loader in BY_WHOLE:
        return WholesKey("shop", window, None)
    if loader in PAGES:
        return PAGES[loader]("shop", window, None)
    return WindowKey("shop", window)


class Watching:
    """Passes everything on to what keeps answers, and notes which ones were leased to be computed."""

    def __init__(self, store: RedisAnswers) -> None:
        self._store = store
        self.leased: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def take(self, token: bytes, wanted: Sequence[Wanted]) -> list[bytes] | None:
        replies = await self._store.take(token, wanted)
        for each, reply in zip(wanted, replies or (), strict=False):
            if reply == token:
                self.leased.append(each.key)
        return replies


async def computed(process: Process, watching: Watching) -> list[str]:
    """Ask everything; return what of it was computed, by name."""
    loaders = Loaders(process.desk.database, FACILITATOR, process.answers)
    asked = list(questions(loaders))
    names = {kind.key_of(kind.address(key)): name for name, _, kind, key in asked}
    watching.leased.clear()
    await asyncio.gather(*(loader.load(key) for _, loader, _, key in asked))
    return sorted(names[key] for key in watching.leased)

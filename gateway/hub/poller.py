"""Seeing changes in the database, while Redis does not tell of them.

One cheap statement a second asks whether any transaction ended at all; only then a second one asks how each
watched merchant's newest events look, and who looks different is told.
"""

import asyncio
from collections.abc import Collection, Set
from typing import Final, Protocol

import structlog

from resolvers.context import Store
from sql import Q, StoreUnavailable
from sql.live_rows import MerchantMark

log = structlog.get_logger()

EVERY_SECONDS: Final = 1.0


class Told(Protocol):
    """Who is told, and knows who is watched and whether Redis does the work."""

    @property
    def watched(self) -> Set[str]: ...
    @property
    def connected(self) -> bool: ...
    def tell(self, merchant_id: str, streams: Collection[str] | None) -> None: ...


class Poller:
    """Remembers how the database looked."""

    def __init__(self, store: Store, told: Told) -> None:
        self._store = store
        self._told = told
        self._transactions = ""
        self._marks: dict[str, str] = {}

    async def run(self) -> None:
        """Look every second until cancelled, and rest while Redis is there or nobody watches."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            if self._told.connected or not self._told.watched:
                self._transactions, self._marks = "", {}
                continue
            try:
                await self.look()
            except StoreUnavailable:
                log.warning("changes.store_unavailable")
                self._marks = {}  # what came in meanwhile is not known

    async def look(self) -> None:
        """Tell of each watched merchant that looks different, or was not looked at yet. Raises StoreUnavailable."""
        [now] = await self._store.fetch(Q.transaction_mark)
        watched = sorted(self._told.watched)
        if now.mark == self._transactions and self._marks.keys() >= set(watched):
            return
        rows: list[MerchantMark] = await self._store.fetch(Q.merchant_marks, merchant_ids=watched)
        seen = {row.merchant_id: row.mark for row in rows}
        changed = [merchant_id for merchant_id, mark in seen.items() if self._marks.get(merchant_id) != mark]
        self._transactions, self._marks = now.mark, seen
        for merchant_id in changed:
            self._told.tell(merchant_id, None)

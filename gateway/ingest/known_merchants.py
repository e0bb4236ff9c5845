"""Which merchants there are, remembered: events of unknown ones are refused."""

import time
from collections.abc import Callable, Iterable
from typing import Final

from sql import Database, Q

UNKNOWN_SECONDS: Final = 2.0
MAX_UNKNOWN: Final = 10_000


class KnownMerchants:
    """Merchants are never deleted, so a known one stays known; an unknown one is asked for again soon."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._known = {""}  # calls of no merchant's
        self._unknown: dict[str, float] = {}

    async def unknown(self, merchant_ids: Iterable[str]) -> set[str]:
        """Return those of the ids that no merchant has. Raises StoreUnavailable."""
        missing = set(merchant_ids) - self._known
        if not missing:
            return missing
        now = self._clock()
        asked = [merchant_id for merchant_id in missing if self._unknown.get(merchant_id, now) <= now]
        if asked:
            found = {row.merchant_id for row in await self._database.fetch(Q.merchants_by_id, merchant_ids=asked)}
            self._known |= found
            missing -= found
            if len(self._unknown) > MAX_UNKNOWN:
                self._unknown.clear()
            self._unknown.update(dict.fromkeys(missing.intersection(asked), now + UNKNOWN_SECONDS))
        return missing

    def add(self, merchant_id: str) -> None:
        """Know a merchant that was just created."""
        self._known.add(merchant_id)
        self._unknown.pop(merchant_id, None)

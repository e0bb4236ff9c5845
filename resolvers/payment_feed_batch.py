"""The statement behind the payment feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from resolvers.context import Store
from resolvers.cursors import Position
from sql import Q
from sql.live_rows import FeedEvent

BEGINNING: Final = Position(datetime(1970, 1, 1, tzinfo=UTC), "")


@dataclass(frozen=True, slots=True)
class FeedKey:
    """The newest steps of a merchant's payments behind a place."""

    merchant_id: str
    row_count: int
    after: Position | None


async def payment_feed(store: Store, keys: Sequence[FeedKey]) -> list[list[FeedEvent]]:
    """The events of each feed, the newest first."""
    places = [key.after or BEGINNING for key in keys]
    rows: list[FeedEvent] = await store.fetch(
        Q.payment_feed_by_merchant,
        merchant_ids=[key.merchant_id for key in keys],
        after_ats=[place.at for place in places],
        after_ids=[place.id for place in places],
        row_counts=[key.row_count for key in keys],
    )
    found: list[list[FeedEvent]] = [[] for _ in keys]
    for row in rows:
        found[row.slot].append(row)
    return found

"""The live feed of payments: a window over the newest steps, whole each time.

A list of changes would have to reach every reader complete. A whole window may be dropped for a newer one, shows
a late step at its place and a step that was taken back no more, and names the place behind which to go on.
"""

import asyncio
from datetime import datetime
from typing import Annotated, Final, TypeAlias

import strawberry

from resolvers.cursors import Position, read_cursor, write_cursor
from resolvers.errors import BadInput
from resolvers.payment_batches import PaymentKey
from resolvers.payment_events import PaymentEvent, payment_event
from resolvers.payment_feed_batch import FeedKey
from resolvers.payments import Payment, payment
from resolvers.scope import Scope
from sql.live_rows import FeedEvent

MAX_FEED: Final = 100

FeedLength: TypeAlias = Annotated[
    int, strawberry.argument(description=f"How many steps at most, 1 to {MAX_FEED}; the newest ones.")
]
FeedPlace: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description="The cursor of the newest step that the client has: only steps behind it are given then."
    ),
]


@strawberry.type(description="A step of a payment in the feed.")
class PaymentFeedStep:
    """The event, and its payment as it stands by now."""

    cursor: str = strawberry.field(description="Give the newest step's as `after` to go on behind it.")
    event: PaymentEvent = strawberry.field(description="What happened.")
    payment: Payment = strawberry.field(description="The payment as it stands now.")


@strawberry.type(description="The newest steps of a merchant's payments that count.")
class PaymentFeed:
    """A window over all steps, whole each time."""

    steps: list[PaymentFeedStep] = strawberry.field(
        description="In order of when they happened, the newest first; a late one takes its place among them."
    )
    missed: bool = strawberry.field(
        description="Whether more than `first` steps lie behind `after`, so that the oldest of them are not here."
    )
    as_of: datetime = strawberry.field(description="The instant up to which every acknowledged event is included.")


def feed_key(merchant_id: str, first: int, after: str | None) -> FeedKey:
    """Return the key of a feed, one step longer than it shows; raise BadInput."""
    if not 1 <= first <= MAX_FEED:
        raise BadInput(f"first must lie between 1 and {MAX_FEED}.")
    place = None if after is None else read_cursor(_list(merchant_id), after, "after")
    return FeedKey(merchant_id, first + 1, place)


async def load_payment_feed(here: Scope, key: FeedKey) -> PaymentFeed:
    """Ask for the steps, then for their payments, each in one statement."""
    loaders = here.context.loaders
    found = await loaders.payment_feed.load(key)
    shown = found[: key.row_count - 1]
    ids = {row.payment_id for row in shown}
    loaded = await asyncio.gather(*(loaders.payments_by_id.load(PaymentKey(key.merchant_id, each)) for each in ids))
    payments = {row.payment_id: payment(here.context, row) for row in loaded if row is not None}
    return PaymentFeed(
        steps=[_step(key.merchant_id, row, payments[row.payment_id]) for row in shown if row.payment_id in payments],
        missed=key.after is not None and len(found) > len(shown),
        as_of=here.context.now,
    )


def _step(merchant_id: str, row: FeedEvent, of: Payment) -> PaymentFeedStep:
    cursor = write_cursor(_list(merchant_id), Position(row.occurred_at, row.event_id))
    return PaymentFeedStep(cursor=cursor, event=payment_event(row), payment=of)


def _list(merchant_id: str) -> str:
    return f"payment feed of {merchant_id}"

"""Watching a merchant: the whole value at once, then whenever it changed.

Each watcher asks for itself every two seconds, in the four statements of one real-time view; what it asked is
what the fields below then show.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import strawberry
import structlog

from resolvers.context import Context, Info
from resolvers.fields import subscription
from resolvers.lookup import load_merchant
from resolvers.periods import Period
from resolvers.realtime import Realtime
from resolvers.scope import Scope, scope
from sql import StoreUnavailable

log = structlog.get_logger("z402.resolvers")


@strawberry.type(description="What can be watched.")
class Subscription:
    """Streams."""

    @subscription("A merchant's real-time view: at once, then each time it changed. Ends when the token does.")
    async def realtime(
        self,
        info: Info,
        merchant_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="The merchant; the token's own by default."),
        ] = None,
    ) -> AsyncGenerator[Realtime, None]:
        async for view in watch(info.context, merchant_id):
            yield view


async def watch(context: Context, merchant_id: str | None) -> AsyncGenerator[Realtime, None]:
    """Yield a merchant's real-time view when it changed, until the token ends."""
    merchant = await load_merchant(context, merchant_id)
    seen: object = None
    while not _ended(context.principal.expires_at, context.services.clock()):
        context.renew()
        here = scope(context, merchant.row, None)
        try:
            found = await _snapshot(here)
        except StoreUnavailable:
            if seen is None:
                raise
            # The store comes back by itself; until then what was sent last is what is known.
            log.warning("live.store_unavailable", merchant_id=merchant.row.merchant_id)
            found = seen
        if found != seen:
            seen = found
            yield Realtime(scope=here, computed_at=context.services.clock())
        await asyncio.sleep(context.services.live_interval_seconds)


async def _snapshot(here: Scope) -> object:
    """Return all that the view shows, apart from when it was looked at."""
    loaders = here.context.loaders
    hour, today = here.hour(), here.running(Period.DAY).current
    hour_totals, day_totals, payers, live, recent = await asyncio.gather(
        loaders.totals_by_window.load(here.key(hour)),
        loaders.totals_by_window.load(here.key(today)),
        loaders.payers_by_window.load(here.key(today)),
        loaders.live_by_merchant.load(here.instant),
        loaders.recent_by_merchant.load(here.instant),
    )
    return (
        hour.start,
        today.start,
        replace(hour_totals, as_of=None),
        replace(day_totals, as_of=None),
        replace(payers, slot=0),
        (live.pending_count, live.active_count, live.stale_count, live.newest_event_at),
        recent,
    )


def _ended(expires_at: datetime | None, now: datetime) -> bool:
    return expires_at is not None and expires_at <= now

"""Have the hot answers ready before somebody asks."""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from jobs.context import JobContext, Run
from sql import Q

log = structlog.get_logger()

HOT: Final = ("dashboard", "realtime")
ACTIVE_WITHIN: Final = timedelta(hours=24)
MAX_MERCHANTS: Final = 500
AT_ONCE: Final = 2


async def warm_cache(context: JobContext, run: Run) -> int:
    """Run the hot operations of the merchants that had payments in the last day; return how many answers there are."""
    since = run.window_end - ACTIVE_WITHIN
    active = await context.database.fetch(Q.active_merchants, since=since, merchant_limit=MAX_MERCHANTS)
    limit = asyncio.Semaphore(AT_ONCE)

    async def warm(name: str, merchant_id: str) -> bool:
        async with limit:
            result = await context.executor.run_named(name, {"merchantId": merchant_id})
        if result.errors:
            log.warning("cache.not_warmed", operation=name, merchant_id=merchant_id, codes=result.codes)
        return not result.errors

    return sum(await asyncio.gather(*(warm(name, merchant.merchant_id) for merchant in active for name in HOT)))

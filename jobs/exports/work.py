"""The two jobs of exports, as the schedule knows them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import redis.asyncio
from redis.exceptions import RedisError

from jobs.context import JobContext, NothingToDo, Run
from jobs.contract import JobName, export_channel
from jobs.exports.making import Bench, ExportFailed, make
from jobs.exports.making import sweep_exports as sweep


async def make_export(context: JobContext, run: Run) -> int:
    """Make the file that the run's subject names."""
    async with _bench(context) as bench:
        try:
            return await make(bench, run.subject or "")
        except ExportFailed as error:
            # Whoever asked was told by then, and nobody else can do anything about it.
            raise NothingToDo(str(error)) from error


async def sweep_exports(context: JobContext, _: Run) -> int:
    """Take away what is over."""
    async with _bench(context) as bench:
        return await sweep(bench, JobName.MAKE_EXPORT.value)


@asynccontextmanager
async def _bench(context: JobContext) -> AsyncIterator[Bench]:
    settings = context.settings
    client = redis.asyncio.Redis.from_url(settings.redis_url, socket_timeout=2) if settings.redis_url else None

    async def announce(export_id: str, message: bytes) -> None:
        # Whoever watches asks the table too: without Redis it only takes longer.
        if client is not None:
            with suppress(RedisError, OSError, TimeoutError):
                await client.publish(export_channel(export_id), message)

    try:
        yield Bench(context.database, settings.exports_folder, timedelta(days=settings.export_days), announce)
    finally:
        if client is not None:
            await client.aclose()

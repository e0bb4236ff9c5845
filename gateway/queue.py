"""The job queue as resolvers see it: arq's, reached when first needed, and missing without harm."""

import asyncio

import orjson
from arq import ArqRedis, create_pool
from arq.connections import RedisSettings
from redis.exceptions import RedisError

from jobs.contract import QUEUE
from resolvers.context import QueueUnavailable


class JobQueue:
    """Enqueues jobs by name; one per process."""

    def __init__(self, redis_url: str) -> None:
        self._settings = RedisSettings.from_dsn(redis_url)
        self._settings.conn_retries = 0
        self._pool: ArqRedis | None = None
        self._opening = asyncio.Lock()

    async def enqueue(self, job: str) -> str | None:
        """Ask for a job; return its id, None where the same waits already. Raises QueueUnavailable."""
        try:
            queued = await (await self._opened()).enqueue_job(job)
        except (RedisError, OSError, TimeoutError) as error:
            raise QueueUnavailable from error
        return None if queued is None else queued.job_id

    async def close(self) -> None:
        """Let go of the connections."""
        if self._pool is not None:
            await self._pool.aclose()

    async def _opened(self) -> ArqRedis:
        async with self._opening:
            if self._pool is None:
                self._pool = await create_pool(
                    self._settings,
                    job_serializer=orjson.dumps,
                    job_deserializer=orjson.loads,
                    default_queue_name=QUEUE,
                )
            return self._pool

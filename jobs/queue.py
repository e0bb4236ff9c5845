"""arq, as far as it is used: it carries (run, token) pairs from whoever plans to whoever runs.

What it keeps may be lost, doubled or stale: the ledger decides. Hence no retries of its own, no results, a new queue id
for each token, and none of its cron.
"""

import logging
from collections.abc import Sequence
from datetime import UTC
from typing import Any, cast

import orjson
from arq import func
from arq.connections import ArqRedis
from arq.typing import WorkerCoroutine
from arq.worker import Function, Worker
from redis.asyncio import ConnectionPool

from jobs.contract import HEALTH_KEY, QUEUE
from jobs.runner import Runner
from jobs.schedule import Scheduled
from sql.job_rows import QueuedRun

# A half-open connection would be silent for ever: neither arq nor redis-py bounds a read by default.
SOCKET_SECONDS = 5.0


# The runner tells how each run ended; arq would call those failed that a shutdown hands back.
logging.getLogger("arq.worker").setLevel(logging.CRITICAL)


def connect(redis_url: str) -> ArqRedis:
    """Return a client of the queue; no connection is made before it is used, `aclose` ends them all."""
    pool: ConnectionPool = ConnectionPool.from_url(
        redis_url, socket_timeout=SOCKET_SECONDS, socket_connect_timeout=SOCKET_SECONDS, health_check_interval=10
    )
    redis = ArqRedis(
        pool,
        job_serializer=orjson.dumps,  # not the default, which pickles
        job_deserializer=orjson.loads,
        default_queue_name=QUEUE,
    )
    redis.auto_close_connection_pool = True
    return redis


async def put(redis: ArqRedis, run: QueuedRun) -> None:
    """Put a run into the queue, under an id of its own for each token; raise what redis-py raises."""
    await redis.enqueue_job(run.job, run.run_id, run.token, _job_id=f"z402:{run.run_id}:{run.token}")


class Ended(Exception):
    """The carrier was told to end."""


class Carrier(Worker):
    """arq's worker, which can be told to end between two looks at the queue.

    Cancelled in the midst of a command, redis-py may not hear it, or leave a connection behind.
    """

    ending = False

    async def heart_beat(self) -> None:
        """Do what arq does after each look; raise Ended."""
        await super().heart_beat()
        if self.ending:
            raise Ended

    def end(self) -> None:
        """Take nothing more from the queue, and end soon."""
        self.ending, self.allow_pick_jobs = True, False


def carrier(runner: Runner, redis: ArqRedis, schedule: Sequence[Scheduled]) -> Carrier:
    """Return an arq worker that is not running yet; a function for each job, of its name."""
    return Carrier(
        functions=[_function(runner, row) for row in schedule],
        redis_pool=redis,
        queue_name=QUEUE,
        health_check_key=HEALTH_KEY,
        health_check_interval=10,
        handle_signals=False,
        keep_result=0,
        max_jobs=runner.terms.max_runs,
        max_tries=1,
        retry_jobs=False,
        poll_delay=runner.terms.poll.total_seconds(),
        job_serializer=orjson.dumps,
        job_deserializer=orjson.loads,
        timezone=UTC,  # not the system's
    )


def _function(runner: Runner, row: Scheduled) -> Function:
    async def run(_: dict[str, Any], run_id: int, token: int) -> None:
        await runner.run(row.job, run_id, token)

    # The runner bounds the time; arq's limit is a little more, for the key that it keeps meanwhile.
    seconds = row.timeout.total_seconds() + 60
    return func(cast(WorkerCoroutine, run), name=row.job.value, timeout=seconds, max_tries=1, keep_result=0)

"""What a process keeps answers with: one connection to Redis, what is read through it, and what tells of changes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.cache.answers import RedisAnswers, answers_link
from gateway.cache.link import Link
from gateway.changes import Publisher
from gateway.telemetry import ANSWERS
from resolvers.answers.answers import Answers

OPEN_SECONDS = 1.0


class Caching:
    """The parts, made together; no connection is made before it is needed."""

    def __init__(self, redis_url: str) -> None:
        self.link: Link = answers_link(redis_url)
        self.answers = Answers(RedisAnswers(self.link), _count)
        self.changes = Publisher(self.link)

    async def open(self) -> None:
        """Connect, unless Redis is away; then answers are computed until it is back."""
        await self.link.open(OPEN_SECONDS)

    async def close(self) -> None:
        """Tell what is still owed, and let go of the connection."""
        await self.answers.close()
        await self.changes.close()
        await self.link.close()


@asynccontextmanager
async def caching(redis_url: str) -> AsyncIterator[Caching]:
    """Open for one piece of work."""
    found = Caching(redis_url)
    await found.open()
    try:
        yield found
    finally:
        await found.close()


def _count(kind: str, outcome: str, number: int) -> None:
    ANSWERS.labels(kind=kind, outcome=outcome).inc(number)

"""Forgetting a payer, and bringing aggregates up to date."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

import strawberry

from jobs.contract import REFRESH_AGGREGATES
from resolvers.context import WRITE, Info, QueueUnavailable
from resolvers.errors import AnalyticsError, BadInput, ErrorCode
from resolvers.fields import mutation
from resolvers.lookup import meant

MAX_PAYER_BYTES = 512

T = TypeVar("T")
_under_way: set[asyncio.Future[Any]] = set()


@strawberry.type(description="A payer that was forgotten.")
class ForgetPayerPayload:
    """The answer."""

    event_count: int = strawberry.field(
        description="How many events named it; 0 on repetition. A pseudonym stands in its place."
    )


@strawberry.type(description="A refresh that was asked for.")
class RefreshAggregatesPayload:
    """The answer."""

    job_id: strawberry.ID | None = strawberry.field(
        description="The job that the worker will run; null where one waits already."
    )


@strawberry.type
class UpkeepMutations:
    """Mutations that keep the store right."""

    @mutation(
        "Erases a payer of a merchant everywhere; counts and sums stay. Needs the scope events:write. "
        "It goes on after a TIMEOUT: ask again to see it done."
    )
    async def forget_payer(
        self,
        info: Info,
        payer: Annotated[str, strawberry.argument(description="Who is to be forgotten, as events name it.")],
        merchant_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Whose payer; the token's own merchant by default."),
        ] = None,
    ) -> ForgetPayerPayload | None:
        named = meant(info.context.principal, merchant_id)
        info.context.principal.require(WRITE, named)
        if not payer or "\x00" in payer or len(payer.encode()) > MAX_PAYER_BYTES:
            raise BadInput(f"payer must have 1 to {MAX_PAYER_BYTES} bytes.")
        erasure = info.context.services.erasure
        if erasure is None:
            raise AnalyticsError(ErrorCode.STORE_UNAVAILABLE, "This process changes no events.")
        count = await _to_its_end(erasure.forget_payer(named, payer))
        info.context.loaders.clear()
        return ForgetPayerPayload(event_count=count)

    @mutation(
        "Asks the worker to bring every aggregate up to date now; needs the scope admin, with no merchant. "
        "Answers are exact without it."
    )
    async def refresh_aggregates(self, info: Info) -> RefreshAggregatesPayload | None:
        info.context.principal.require_platform()
        queue = info.context.services.queue
        try:
            if queue is None:
                raise QueueUnavailable
            job_id = await queue.enqueue(REFRESH_AGGREGATES)
        except QueueUnavailable:
            raise AnalyticsError(ErrorCode.QUEUE_UNAVAILABLE, "The job queue does not answer; try again.") from None
        return RefreshAggregatesPayload(job_id=None if job_id is None else strawberry.ID(job_id))


async def _to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Wait for work that a time limit or a client that leaves may not cut short: it would begin anew each time."""
    task = asyncio.ensure_future(work)
    _under_way.add(task)
    task.add_done_callback(_forgotten)
    return await asyncio.shield(task)


def _forgotten(task: "asyncio.Future[Any]") -> None:
    _under_way.discard(task)
    if not task.cancelled():
        task.exception()  # seen by whoever still waits

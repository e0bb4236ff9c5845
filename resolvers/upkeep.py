"""Forgetting a payer, and what is kept of a merchant."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

import strawberry

from resolvers.context import ADMIN, MERCHANT_ID, WRITE, Info
from resolvers.errors import AnalyticsError, BadInput, ErrorCode
from resolvers.fields import mutation
from resolvers.lookup import load_merchant, meant, not_found

MAX_PAYER_BYTES = 512

T = TypeVar("T")
_under_way: set[asyncio.Future[Any]] = set()


@strawberry.type(description="A payer that was forgotten.")
class ForgetPayerPayload:
    """The answer."""

    event_count: int = strawberry.field(
        description="How many events named it; 0 on repetition. A pseudonym stands in its place."
    )


@strawberry.type(description="A merchant whose answers were dropped.")
class InvalidateCachePayload:
    """The answer."""

    answer_count: int | None = strawberry.field(
        description="How many there were; null while Redis is away: they are dropped before one is used again."
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
        "Drops all answers that are kept of a merchant, so that the next ones are computed. Needs the scope admin. "
        "Events need none of this: what they change is dropped by itself."
    )
    async def invalidate_cache(
        self,
        info: Info,
        merchant_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Whose answers; the token's own merchant by default."),
        ] = None,
    ) -> InvalidateCachePayload | None:
        named = meant(info.context.principal, merchant_id)
        info.context.principal.require(ADMIN, named)
        if not MERCHANT_ID.fullmatch(named):
            raise not_found(named)
        answers = info.context.services.answers
        count = 0 if answers is None else await answers.clear(named)
        info.context.loaders.clear()
        if not count:  # perhaps there is no such merchant
            await load_merchant(info.context, named)
        return InvalidateCachePayload(answer_count=count)


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

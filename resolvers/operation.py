"""What surrounds each operation, whichever transport brought it.

Strawberry hands one context object to all operations of a WebSocket. This extension puts a context of the
operation's own in its place, with fresh loaders, and takes it down afterwards.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension
from strawberry.types.execution import ExecutionResult, PreExecutionError, StreamExecutionResult

from resolvers.context import Context, Request
from resolvers.errors import ErrorCode
from resolvers.limits import IntrospectionNeedsToken
from resolvers.loaders import Loaders
from resolvers.masking import Masker
from resolvers.turns import AHEAD, BEHIND
from resolvers.watching import ONCE

#: How soon a worker makes late events seen (TimescaleDB); nobody tells when it has.
SEEN_WITHIN: Final = timedelta(seconds=2)


@contextmanager
def operation_context(request: Request) -> Iterator[Context]:
    """Give what the resolvers of one operation share, and stop its statements when it ends."""
    services = request.services
    live = request.watch is not ONCE
    loaders = Loaders(services.database, request.principal, services.answers, request.gathering, live=live)
    try:
        yield Context(request, loaders, services.clock())
    finally:
        loaders.close()


def look_again_soon(context: Context) -> None:
    """Tell the watch where an answer lacks events: late ones, seen in a moment, and those whose time has yet to come.

    A sender's clock may be ahead of ours: its events are told before the windows that end now take them in.
    """
    loaders, watch, now = context.loaders, context.request.watch, context.now
    if not loaders.whole:
        watch.until(context.services.clock() + SEEN_WITHIN)
    coming = [next_at for next_at in loaders.next_at if now <= next_at <= now + AHEAD]
    if coming:
        watch.until(min(coming) + BEHIND)


class PerOperation(SchemaExtension):
    """Makes the context, holds the time limit, masks what a stream sends."""

    def __init__(self, time_limit_seconds: float) -> None:
        self._time_limit = time_limit_seconds

    def on_operation(self) -> Iterator[None]:
        """Make the operation's context, and stop its statements when it ends."""
        operation = self.execution_context
        request: Request = operation.context
        if request.principal is None:
            operation.validation_rules = (*operation.validation_rules, IntrospectionNeedsToken)
        with operation_context(request) as operation.context:
            yield

    def on_validate(self) -> Iterator[None]:
        """Refuse a document of several operations that names none: Strawberry would run the first."""
        operation = self.execution_context
        document = operation.graphql_document
        if document is not None and operation._provided_operation_name is None:
            count = sum(isinstance(node, OperationDefinitionNode) for node in document.definitions)
            # The validation cache has run by now; its list is shared, so it is replaced, not added to.
            if count > 1 and not operation.pre_execution_errors:
                message = "The document has several operations: operationName must say which."
                extensions = {"code": ErrorCode.OPERATION_NOT_FOUND}
                operation.pre_execution_errors = [GraphQLError(message, extensions=extensions)]
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        """Hold the time limit; of a subscription, over its beginning."""
        async with asyncio.timeout(self._time_limit):
            yield

    def on_stream_result(self, result: StreamExecutionResult) -> Iterator[None]:
        """Mask what goes out over a socket, and forget what was loaded for it."""
        context: Context = self.execution_context.context
        if isinstance(result, ExecutionResult) and result.errors:
            result.errors = mask(context.request, result, self.execution_context.operation_name)
        look_again_soon(context)
        context.renew()
        yield


def mask(request: Request, result: ExecutionResult, operation: str | None) -> list[GraphQLError]:
    """Return the errors of a result as its client may see them."""
    masker = Masker(operation, anonymous=request.principal is None)
    return masker.mask(result.errors or [], executed=not isinstance(result, PreExecutionError))

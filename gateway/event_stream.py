"""GraphQL over server-sent events (graphql-sse, distinct connections): one operation, one response that goes on.

Each event's id names its value: who comes back with it as Last-Event-ID and has the newest gets nothing until
there is a newer one, anybody else gets the newest at once, which holds all that was missed.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import orjson
from starlette.types import Message, Receive, Scope, Send

from gateway import telemetry
from gateway.graphql_request import GraphQLRequest
from gateway.http_protocol import ABORT, LEAVE
from gateway.hub.hub import Hub
from gateway.hub.member import Update
from gateway.hub.operation import Operation
from gateway.negotiation import EVENTS
from gateway.sessions import Sessions
from resolvers.context import Principal
from resolvers.errors import BadInput, ErrorCode, Unauthenticated
from resolvers.executor import Executor, Result, refused

HEARTBEAT_SECONDS: Final = 12.0
#: A reader that takes nothing for so long is gone.
STALLED_SECONDS: Final = 30.0
RETRY: Final = b"retry: 1000\n"
HEARTBEAT: Final = b":\n\n"
COMPLETE: Final = b"event: complete\ndata:\n\n"
HEADERS: Final = (
    (b"content-type", f"{EVENTS}; charset=utf-8".encode()),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # a proxy would keep events until its buffer is full
    (b"vary", b"Accept"),
)


class Viewer:
    """One response: it holds the newest value alone until that was sent. Fits Member and Session."""

    def __init__(self, principal: Principal | None, credential: str | None, known: str | None) -> None:
        self.principal = principal
        self.credential = credential
        self.opened_at = asyncio.get_running_loop().time()
        self.abort: Callable[[], None] = self.leave
        self._sending = False
        self._known = known
        self._update: Update | None = None
        self._last: bytes | None = None
        self._ended = False
        self._stirred = asyncio.Event()

    def deliver(self, update: Update) -> None:
        """Take the newest value, unless the client said that it has it."""
        known, self._known = self._known, None
        if known is None or known != update.event_id:
            self._update = update
            self._stirred.set()

    def finish(self, result: Result | None) -> None:
        """Take the last word."""
        self._last = COMPLETE if result is None else event(orjson.dumps(result.payload())) + COMPLETE
        self._stirred.set()

    def end(self, code: int, reason: str) -> None:  # noqa: ARG002
        """End the response without `complete`, so that the client comes back if it can."""
        telemetry.LIVE_CLOSED.labels(reason=str(code)).inc()
        self.leave()
        if self._sending:  # to a reader who takes nothing: it would never come to an end
            self.abort()

    def leave(self) -> None:
        """End the response."""
        self._ended = True
        self._stirred.set()

    async def chunks(self, send: Send) -> None:
        """Send what comes until the last word, or until the end."""
        await self._chunk(send, RETRY + HEARTBEAT)
        while not self._ended:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await self._stirred.wait()
            except TimeoutError:
                await self._chunk(send, HEARTBEAT)
                continue
            self._stirred.clear()
            update, self._update = self._update, None
            if update is not None:
                await self._chunk(send, event(update.payload, update.event_id))
            if self._last is not None:
                await self._chunk(send, self._last)
                return

    async def _chunk(self, send: Send, body: bytes) -> None:
        self._sending = True
        await _send(send, {"type": "http.response.body", "body": body, "more_body": True})
        self._sending = False


class EventStream:
    """Answers a request whose client wants events."""

    def __init__(self, executor: Executor, hub: Hub, sessions: Sessions) -> None:
        self._executor = executor
        self._hub = hub
        self._sessions = sessions

    @property
    def full(self) -> bool:
        """Whether another stream would be too many."""
        return self._sessions.full

    async def respond(
        self, request: GraphQLRequest, viewer: Viewer, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Send the response, from its head on."""
        scope[LEAVE], viewer.abort = viewer.leave, scope.get(ABORT, viewer.leave)
        tasks = [asyncio.create_task(_until_gone(receive, viewer))]
        watched = None
        try:
            watched = self._watched(request, viewer)
        except BadInput as error:
            viewer.finish(refused(error.code, error.message))
        else:
            if watched is None:
                tasks.append(asyncio.create_task(self._run(request, viewer, read_only=scope["method"] != "POST")))
        self._enter(viewer, watched)
        try:
            await _send(send, {"type": "http.response.start", "status": 200, "headers": list(HEADERS)})
            await viewer.chunks(send)
            await _send(send, {"type": "http.response.body", "body": b""})
        except TimeoutError:
            telemetry.LIVE_CLOSED.labels(reason="stalled").inc()
            viewer.abort()
        finally:
            self._leave(viewer, watched)
            for task in tasks:
                task.cancel()

    def _watched(self, request: GraphQLRequest, viewer: Viewer) -> Operation | None:
        if viewer.principal is None or not self._executor.is_subscription(request.query, request.operation_name):
            return None
        return Operation.of(request.query, request.variables, request.operation_name, viewer.principal)

    async def _run(self, request: GraphQLRequest, viewer: Viewer, *, read_only: bool) -> None:
        if viewer.principal is None and self._executor.is_subscription(request.query, request.operation_name):
            viewer.finish(refused(ErrorCode.UNAUTHENTICATED, Unauthenticated().message))
            return
        viewer.finish(
            await self._executor.execute(
                request.query, request.variables, request.operation_name, viewer.principal, read_only=read_only
            )
        )

    def _enter(self, viewer: Viewer, watched: Operation | None) -> None:
        self._sessions.enter(viewer)
        telemetry.LIVE_CONNECTIONS.labels(transport="sse").inc()
        if watched is not None:
            telemetry.LIVE_SUBSCRIBERS.inc()
            self._hub.join(watched, viewer)

    def _leave(self, viewer: Viewer, watched: Operation | None) -> None:
        if watched is not None:
            self._hub.leave(watched, viewer)
            telemetry.LIVE_SUBSCRIBERS.dec()
        telemetry.LIVE_CONNECTIONS.labels(transport="sse").dec()
        self._sessions.leave(viewer)


def event(payload: bytes, event_id: str | None = None) -> bytes:
    """Return the event that brings a result; JSON has no line breaks."""
    name = b"" if event_id is None else f"id: {event_id}\n".encode()
    return b"%sevent: next\ndata: %s\n\n" % (name, payload)


async def _send(send: Send, message: Message) -> None:
    async with asyncio.timeout(STALLED_SECONDS):
        await send(message)


async def _until_gone(receive: Receive, viewer: Viewer) -> None:
    """End the response when the client has gone, or the server is about to."""
    while (await receive())["type"] != "http.disconnect":
        pass
    viewer.leave()

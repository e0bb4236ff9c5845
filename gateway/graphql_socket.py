"""GraphQL over WebSocket, in the protocol graphql-transport-ws and no other.

A socket belongs to one credential, told in its first message. Every few seconds it is checked again, so that
the socket ends with its token, or soon after its key was revoked.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from json import JSONDecodeError
from typing import Any, Final, cast

import orjson
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import ConnectionInitMessage, Message
from strawberry.types.unset import UNSET, UnsetType

from gateway.auth import Authenticator, BadCredentials, credential_of
from resolvers.context import Request
from resolvers.executor import Executor
from sql import StoreUnavailable

FORBIDDEN: Final = 4403
INIT_TIMEOUT: Final = timedelta(seconds=10)
CHECK_SECONDS: Final = 4.0
MAX_OPERATIONS: Final = 50


class GraphQLSocket(GraphQL[Request, None]):
    """The ASGI application behind /graphql for sockets."""

    def __init__(self, executor: Executor, authenticator: Authenticator, max_message_bytes: int) -> None:
        super().__init__(
            executor.schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=INIT_TIMEOUT,
            max_subscriptions_per_connection=MAX_OPERATIONS,
        )
        self._services = executor.services
        self._authenticator = authenticator
        self._max_message_bytes = max_message_bytes
        self.graphql_transport_ws_handler_class = GuardedHandler

    async def get_context(self, request: HTTPRequest | WebSocket, response: Response | WebSocket) -> Request:  # noqa: ARG002
        """Make the socket's request; each operation gets a context of its own from it."""
        return Request(self._services)

    async def on_ws_connect(self, context: Request) -> UnsetType:
        """Check the first message's credential; a socket without one is refused."""
        await self.authenticate(context)
        return cast("UnsetType", UNSET)

    async def authenticate(self, context: Request) -> None:
        """Find out who asks, or find it out again; raise ConnectionRejectionError."""
        given = {str(name).lower(): value for name, value in context.connection_params.items()}
        try:
            credential = credential_of({name: value for name, value in given.items() if isinstance(value, str)})
            if credential is None:
                raise ConnectionRejectionError
            context.principal = await self._authenticator.principal_of(credential)
        except BadCredentials:
            raise ConnectionRejectionError from None

    def decode_json(self, data: str | bytes) -> object:
        """Read a message; one that is too long counts as none."""
        if len(data) > self._max_message_bytes:
            raise JSONDecodeError("too long", "", 0)
        return orjson.loads(data)

    def encode_json(self, data: object) -> str:
        """Write a message as text: bytes would go out as a binary frame."""
        return orjson.dumps(data).decode()


class GuardedHandler(BaseGraphQLTransportWSHandler[Request, None]):
    """Strawberry's handler, which also looks at each message's form and ends with the credential."""

    _guard: asyncio.Task[None] | None = None

    async def handle_message(self, message: Message) -> None:
        """Close with 4400 for a message that the protocol does not know."""
        if not _well_formed(message):
            await self.handle_invalid_message("Invalid message")
            return
        await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Begin to watch the credential once it was accepted."""
        try:
            await super().handle_connection_init(message)
        except StoreUnavailable:
            await self.websocket.close(code=1013, reason="Try again later")
        if self.connection_acknowledged and self._guard is None:
            self._guard = asyncio.create_task(self._watch())

    async def shutdown(self) -> None:
        """Stop watching."""
        if self._guard is not None:
            self._guard.cancel()
            with suppress(asyncio.CancelledError):
                await self._guard
        await super().shutdown()

    async def _watch(self) -> None:
        view = cast("GraphQLSocket", self.view)
        while True:
            await asyncio.sleep(self._pause())
            try:
                principal = self.context.principal
                if principal and principal.expires_at and principal.expires_at <= view._services.clock():
                    raise ConnectionRejectionError
                await view.authenticate(self.context)
            except ConnectionRejectionError:
                await self.websocket.close(code=FORBIDDEN, reason="The credential has ended")
                return
            except StoreUnavailable:
                continue  # a key cannot be looked up; the operations say so themselves

    def _pause(self) -> float:
        principal = self.context.principal
        if principal is None or principal.expires_at is None:
            return CHECK_SECONDS
        left = principal.expires_at - cast("GraphQLSocket", self.view)._services.clock()
        return min(max(left.total_seconds(), 0.0), CHECK_SECONDS)


def _well_formed(message: Any) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    if message["type"] in {"subscribe", "complete"} and not (isinstance(message.get("id"), str) and message["id"]):
        return False
    if message["type"] != "subscribe":
        return isinstance(message.get("payload"), dict | None)
    payload = message.get("payload")
    return (
        isinstance(payload, dict)
        and isinstance(payload.get("query"), str)
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )

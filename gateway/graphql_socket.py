"""GraphQL over WebSocket, in the protocol graphql-transport-ws and no other.

A socket belongs to one credential, told in its first message. What is watched is shared with all who watch the
same (`gateway.hub`); what is asked runs by itself.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final, cast
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from gateway import telemetry
from gateway.auth import Authenticator
from gateway.hub.hub import Hub
from gateway.origins import from_one_of
from gateway.sessions import Sessions
from gateway.socket_connection import SocketConnection
from gateway.socket_messages import BAD_REQUEST, PROTOCOL, WRONG_PROTOCOL, Malformed, read
from gateway.websocket_protocol import EXTENSION, Frames
from resolvers.executor import Executor

PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class GraphQLSocket:
    """The ASGI application behind /graphql for sockets; it needs `FramedSocket` below it."""

    def __init__(
        self,
        executor: Executor,
        hub: Hub,
        sessions: Sessions,
        authenticator: Authenticator,
        max_message_bytes: int,
        origins: Collection[str] = (),
    ) -> None:
        self._origins = origins
        self._executor = executor
        self._hub = hub
        self._sessions = sessions
        self._authenticator = authenticator
        self._max_message_bytes = max_message_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # the handshake
        if not (same_origin(scope) or from_one_of(self._origins, scope)):
            await send({"type": "websocket.close"})  # becomes 403
            return
        if self._sessions.full:
            await refuse(send)
            return
        spoken = PROTOCOL in scope["subprotocols"]
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL if spoken else None})
        frames = cast("Frames", scope["extensions"][EXTENSION])
        if not spoken:
            frames.finish(*WRONG_PROTOCOL)
            return
        connection = SocketConnection(frames, self._hub, self._executor, self._authenticator)
        frames.listen(connection)
        self._sessions.enter(connection)
        telemetry.LIVE_CONNECTIONS.labels(transport="websocket").inc()
        try:
            await self._converse(connection, receive)
        finally:
            telemetry.LIVE_CONNECTIONS.labels(transport="websocket").dec()
            self._sessions.leave(connection)
            connection.close()

    async def _converse(self, connection: SocketConnection, receive: Receive) -> None:
        while True:
            event: Mapping[str, Any] = await receive()
            if event["type"] == "websocket.disconnect":
                return
            text = event.get("text")
            try:
                if text is None:
                    raise Malformed
                message = read(text, self._max_message_bytes)
            except Malformed:
                connection.end(*BAD_REQUEST)
                return
            await connection.handle(message)


def same_origin(scope: Scope) -> bool:
    """Tell whether a handshake comes from no page or from one of ours: browsers let any page open a socket.

    The scheme is not compared: a proxy in front may have taken TLS off.
    """
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        page = urlsplit(origin.strip())
        ours = urlsplit(f"{page.scheme}://{headers.get('host', '')}")
        default = PORTS.get(page.scheme)
        return (page.hostname, page.port or default) == (ours.hostname, ours.port or default) and bool(page.hostname)
    except ValueError:
        return False


async def refuse(send: Send) -> None:
    """Answer a handshake that would be one socket too many."""
    headers = [(b"retry-after", b"5"), (b"content-length", b"0")]
    await send({"type": "websocket.http.response.start", "status": 503, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})

"""uvicorn's WebSocket protocol with a short way out: a ready frame goes to the transport as it is.

By ASGI each message costs a coroutine, a text's encoding and a frame's object, and a slow reader holds up who
sends. Here the sender learns whether the reader keeps up and never waits. A handler finds this in its scope.
"""

import asyncio
import random
import struct
from typing import Final, Protocol, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

EXTENSION: Final = "z402.frames"
#: What a reader may be behind by before it counts as slow; the kernel's buffer comes on top.
SLOW_BYTES: Final = 32_768
RESTARTING: Final = 1012  # clients take it for a reason to connect again
GOING_AWAY: Final = 1001

#: On a deploy, sockets close over this time at most: all at once they would come back all at once.
LEAVE_SECONDS: Final = 5.0
LEAVING_PER_SECOND: Final = 1_000


class Listening(Protocol):
    """Is told when a slow reader has caught up."""

    def caught_up(self) -> None: ...


class Frames(Protocol):
    """The short way out."""

    def write(self, frame: bytes) -> bool: ...
    def finish(self, code: int, reason: str) -> None: ...
    def listen(self, listening: Listening) -> None: ...


def text_header(size: int) -> bytes:
    """Return the head of an unfragmented text frame from a server (RFC 6455, section 5.2)."""
    if size < 126:
        return bytes((0x81, size))
    if size < 65_536:
        return struct.pack("!BBH", 0x81, 126, size)
    return struct.pack("!BBQ", 0x81, 127, size)


class FramedSocket(WebSocketsSansIOProtocol):
    """Offers `Frames` in the scope's extensions."""

    _listening: Listening | None = None

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][EXTENSION] = cast("dict[object, object]", self)
            self.transport.set_write_buffer_limits(high=SLOW_BYTES)

    def write(self, frame: bytes) -> bool:
        """Send a ready frame; tell whether it went out, which it does not to a slow or a closed socket."""
        if not self.writable.is_set() or self.close_sent or self.disconnected or not self.handshake_complete:
            return False
        self.transport.write(frame)
        return True

    def finish(self, code: int, reason: str) -> None:
        """Close, whoever else is at work on the socket; the handler hears of it as of any disconnection."""
        if self.close_sent or self.disconnected or not self.handshake_complete:
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def handle_ping(self) -> None:
        """Answer pings of who reads: uvicorn would heap up answers to one who does not."""
        answer = b"".join(self.conn.data_to_send())
        if self.writable.is_set():
            self.transport.write(answer)

    def listen(self, listening: Listening) -> None:
        """Name who is told when the reader has caught up."""
        self._listening = listening

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._listening is not None:
            self._listening.caught_up()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._listening = None
        # What refers back to itself stays until somebody looks for cyclic garbage: the parser's generator does, and,
        # below, a scope that names this object.
        self.conn.parser.close()

    def on_task_complete(self, task: "asyncio.Task[None]") -> None:
        super().on_task_complete(task)
        self.scope["extensions"].pop(EXTENSION, None)

    def keepalive_timeout(self) -> None:
        """End a socket whose peer does not answer: nobody is there to read a close frame."""
        self.pong_timer = None
        self.transport.abort()

    def shutdown(self) -> None:
        """Close with a code that makes clients come back, at a moment of this socket's own."""
        if not self.handshake_complete or self.close_sent:
            super().shutdown()
            return
        self.loop.call_later(leaving_delay(len(self.connections), self.config.timeout_graceful_shutdown), self._leave)

    def _leave(self) -> None:
        self.finish(RESTARTING, "Restarting")


def leaving_delay(connections: int, grace_seconds: int | None) -> float:
    """Return after how many seconds, at random, one of so many connections should close on a deploy."""
    longest = min(LEAVE_SECONDS, (grace_seconds or LEAVE_SECONDS) / 2)
    return random.uniform(0.0, min(longest, connections / LEAVING_PER_SECOND))

"""One operation on a socket: its messages as frames, of which a slow reader gets the newest."""

import asyncio
from typing import Final, Protocol

import orjson

from gateway.hub.member import Update
from gateway.hub.operation import Operation
from gateway.socket_messages import complete_message, error_message, next_prefix
from gateway.websocket_protocol import Frames, text_header
from resolvers.executor import Result

BRACE: Final = b"}"


class Socket(Protocol):
    """The connection that an operation runs on."""

    frames: Frames

    def behind(self, running: "Running") -> None: ...
    def done(self, key: str) -> None: ...


class Running:
    """An operation under way: a member of its group if it is watched, else the task that runs it."""

    __slots__ = ("_last", "_prefix", "_socket", "_waiting", "key", "task", "watched")

    def __init__(self, socket: Socket, key: str) -> None:
        self.key = key
        self.watched: Operation | None = None
        self.task: asyncio.Task[None] | None = None
        self._socket = socket
        self._prefix = next_prefix(key)
        self._waiting: Update | None = None
        self._last: bytes | None = None

    def deliver(self, update: Update) -> None:
        """Send the newest value, or keep it until the reader has caught up."""
        if not self._socket.frames.write(self._frame(update.payload)):
            self._waiting = update
            self._socket.behind(self)

    def finish(self, result: Result | None) -> None:
        """Send the last word, behind a value that waits if that was the last."""
        if result is None:
            self._last = framed(complete_message(self.key))
        elif result.executed:
            self._last = self._frame(orjson.dumps(result.payload())) + framed(complete_message(self.key))
        else:
            self._last = framed(error_message(self.key, result.errors))
        self._waiting = self._waiting if result is None else None
        if not self.catch_up():
            self._socket.behind(self)

    def catch_up(self) -> bool:
        """Send what waits; tell whether nothing waits any more."""
        if self._waiting is not None:
            if not self._socket.frames.write(self._frame(self._waiting.payload)):
                return False
            self._waiting = None
        if self._last is not None:
            if not self._socket.frames.write(self._last):
                return False
            self._socket.done(self.key)
        return True

    def _frame(self, payload: bytes) -> bytes:
        prefix = self._prefix
        return b"".join((text_header(len(prefix) + len(payload) + 1), prefix, payload, BRACE))


def framed(message: bytes) -> bytes:
    """Return a message as a frame."""
    return text_header(len(message)) + message

"""uvicorn's HTTP protocol with a bound on a request's head: its bytes, and the time that it may take to arrive.

uvicorn bounds neither with httptools: one connection could fill the memory with a header that never ends.
"""

import asyncio
from collections.abc import Callable
from typing import Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from gateway.websocket_protocol import leaving_delay

MAX_HEAD_BYTES: Final = 65_536
HEAD_SECONDS: Final = 10.0

#: Where a response that goes on leaves in its scope what ends it on a deploy.
LEAVE: Final = "z402.leave"
#: Where a request's scope has what drops its connection, whatever waits to be sent: closing would wait for that too.
ABORT: Final = "z402.abort"

TOO_LARGE: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """Counts what arrives while a head is incomplete; bodies are bounded by whoever reads them."""

    _head_bytes: int | None = 0  # None once the head is complete
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._head_bytes is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes is not None and self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._head_bytes is None:
            self._head_bytes = 0
            self._await_head()

    def on_headers_complete(self) -> None:
        self._head_bytes = None
        self._stop_timer()
        cast("dict[str, Callable[[], None]]", self.scope)[ABORT] = self.transport.abort
        super().on_headers_complete()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over, and keep nothing of it: this object is not told of its end."""
        super().handle_websocket_upgrade()
        self.parser = self.flow = self.scope = self.headers = None  # type: ignore[assignment]

    def shutdown(self) -> None:
        super().shutdown()
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is not None and not cycle.response_complete and LEAVE in cycle.scope:
            leave = cast("dict[str, Callable[[], None]]", cycle.scope)[LEAVE]
            self.loop.call_later(leaving_delay(len(self.connections), self.config.timeout_graceful_shutdown), leave)

    def _await_head(self) -> None:
        self._stop_timer()
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._refuse, TOO_SLOW)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, answer: bytes) -> None:
        if self.transport.is_closing():
            return
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None before the first request
        if cycle is None or cycle.response_complete:  # else an answer is on its way: not in its midst
            self.transport.write(answer)
        self.transport.close()

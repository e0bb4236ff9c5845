"""What every answer gets: headers that browsers should heed, and a place in the metrics."""

import time
from collections.abc import Callable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.telemetry import REQUEST_SECONDS, REQUESTS

# A page brings headers of its own; an answer for programs is to be shown by nobody.
SECURITY_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds the headers that an answer does not have itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


class Degraded:
    """Says so where answers are computed without what is kept: right, and slower."""

    def __init__(self, app: ASGIApp, is_degraded: Callable[[], bool]) -> None:
        self._app = app
        self._is_degraded = is_degraded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and self._is_degraded():
                MutableHeaders(scope=message)["Z402-Degraded"] = "cache"
            await send(message)

        await self._app(scope, receive, told if scope["type"] == "http" else send)


class Measured:
    """Counts HTTP answers and their time, by the route's own path, so that addresses cannot make metrics grow."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, started = 500, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", None) or "other"
            REQUESTS.labels(route=route, method=_method(scope), status=status).inc()
            REQUEST_SECONDS.labels(route=route).observe(time.perf_counter() - started)


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in {"GET", "HEAD", "POST", "OPTIONS"} else "other"

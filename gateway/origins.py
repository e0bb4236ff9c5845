"""Pages of other origins: those that are allowed may read what /graphql and /api answer; by default none may."""

from collections.abc import Collection, Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

OPEN: Final = ("/graphql", "/api/", "/exports/")
HEADERS: Final = (
    "authorization",
    "x-api-key",
    "content-type",
    "if-none-match",
    "graphql-require-preflight",
    "apollo-require-preflight",
    "x-requested-with",
)
TOLD: Final = ("ETag", "Retry-After", "Content-Disposition")
PREFLIGHT_SECONDS: Final = 600


def from_one_of(origins: Collection[str], scope: Scope) -> bool:
    """Tell whether a socket's handshake comes from a page of one of the origins; browsers ask nobody before it."""
    return "*" in origins or Headers(scope=scope).get("origin", "").strip() in origins


class AllowedOrigins:
    """Answers preflights and marks answers, for programs' routes alone; credentials are headers, never cookies."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._shared = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=("GET", "HEAD", "POST"),
            allow_headers=HEADERS,
            expose_headers=TOLD,
            max_age=PREFLIGHT_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shared = scope["type"] == "http" and scope["path"].startswith(OPEN)
        await (self._shared if shared else self._app)(scope, receive, send)

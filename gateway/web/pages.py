"""Serves what `make web` built: the pages' HTML under a strict policy, their assets under names that stay true."""

import mimetypes
from html import escape
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIST = Path(__file__).parent / "dist"

# Nothing but our own origin, no inline script and no inline style.
STRICT_POLICY = (
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
# Monaco writes styles into the page, hence 'unsafe-inline' there, and only there.
EXPLORER_POLICY = (*STRICT_POLICY, "style-src 'self' 'unsafe-inline'", "worker-src 'self'")
PAGE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # The page names its hashed assets, so it is asked for anew each time; the ETag makes that a 304.
    "Cache-Control": "no-cache",
    # One address answers a browser with the page and a program with GraphQL.
    "Vary": "Accept",
}
IMMUTABLE = "public, max-age=31536000, immutable"

NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} · Z402 Analytics</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem">
<h1>{title}</h1>
<p>This page has not been built yet. Run <code>make web</code> (or
<code>python -m gateway.web.build</code>), then reload.</p>
<p>The API itself is here already: send GraphQL by POST to <code>/graphql</code>.</p>
</body></html>
"""


class Assets(StaticFiles):
    """Static files whose names carry a hash of their content; compressed ones are sent to whoever accepts them."""

    async def check_config(self) -> None:
        """Nothing: a front end that is not built gives 404 for its assets, not an error for the server."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        compressed = f"{path}.gz"
        squeeze = _accepts_gzip(scope) and self.lookup_path(compressed)[1] is not None
        response = await super().get_response(compressed if squeeze else path, scope)
        response.headers["Cache-Control"] = IMMUTABLE
        response.headers["X-Content-Type-Options"] = "nosniff"
        # A worker does not share its page's policy: it has the one that came with its own script.
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        response.headers["Vary"] = "Accept-Encoding"
        if squeeze:
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Type"] = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return response


def _accepts_gzip(scope: Scope) -> bool:
    offered = Headers(scope=scope).get("accept-encoding", "").lower().replace(" ", "")
    return any(part == "gzip" or (part.startswith("gzip;") and part != "gzip;q=0") for part in offered.split(","))


def asset_routes(dist: Path = DIST) -> list[BaseRoute]:
    """The routes that serve what the pages load: `/assets/...`, cached for ever by browsers."""
    return [Mount("/assets", Assets(directory=dist / "assets", check_dir=False), name="assets")]


def explorer_page(request: Request) -> Response:
    """The GraphQL explorer, for GET /graphql by a browser; 503 with what to do when it has not been built."""
    return _page(request, "explorer", "GraphQL explorer", EXPLORER_POLICY)


def dashboard_page(request: Request) -> Response:
    """The live dashboard, for GET /; 503 with what to do when it has not been built."""
    return _page(request, "dashboard", "Dashboard", STRICT_POLICY)


def _page(request: Request, name: str, title: str, policy: tuple[str, ...]) -> Response:
    file = DIST / name / "index.html"
    headers = {**PAGE_HEADERS, "Content-Security-Policy": "; ".join(policy)}
    if not file.is_file():
        return HTMLResponse(NOT_BUILT.format(title=escape(title)), status_code=503, headers=headers)
    response = FileResponse(file, media_type="text/html", headers=headers, stat_result=file.stat())
    if request.headers.get("if-none-match") == response.headers["etag"]:
        return Response(status_code=304, headers={**headers, "ETag": response.headers["etag"]})
    return response

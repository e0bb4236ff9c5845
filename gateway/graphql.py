"""GraphQL over HTTP (September 2026), and the explorer for whoever comes with a browser.

With `application/graphql-response+json` the status tells what happened: 200, 294 where some fields failed, 4xx
or 5xx where nothing was executed. With plain `application/json`, which older clients ask for, every answer to a
well-formed request is 200, since such clients take any other status for a proxy's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.auth import Authenticator, BadCredentials, credential_of
from gateway.event_stream import EventStream, Viewer
from gateway.graphql_request import BadRequest, GraphQLRequest, from_address, from_body
from gateway.jwks import IssuerUnavailable
from gateway.negotiation import EVENTS, GRAPHQL, HTML, JSON, best
from gateway.web.pages import explorer_page
from resolvers.context import Principal
from resolvers.errors import ErrorCode
from resolvers.executor import Executor, Result
from sql import StoreUnavailable

PARTIAL_SUCCESS: Final = 294
STATUSES: Final = {
    ErrorCode.PARSE_FAILED: 400,
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.METHOD_NOT_ALLOWED: 405,
    ErrorCode.INTERNAL: 500,
    ErrorCode.STORE_UNAVAILABLE: 503,
    ErrorCode.ISSUER_UNAVAILABLE: 503,
    ErrorCode.TIMEOUT: 504,
}
UNPROCESSABLE: Final = 422
ALLOW: Final = {"Allow": "GET, HEAD, POST"}
HEADERS: Final = {"Cache-Control": "no-store", "Vary": "Accept"}


class GraphQLEndpoint:
    """The ASGI application behind /graphql."""

    def __init__(
        self, executor: Executor, authenticator: Authenticator, stream: EventStream, max_body_bytes: int
    ) -> None:
        self._executor = executor
        self._stream = stream
        self._authenticator = authenticator
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.respond(Request(scope, receive))
        if isinstance(response, Streamed):
            await self._stream.respond(response.request, response.viewer, scope, receive, send)
        else:
            await response(scope, receive, send)

    async def respond(self, request: Request) -> "Response | Streamed":
        """Answer one request, or say what to stream to it."""
        reading = request.method in {"GET", "HEAD"}
        offered = (GRAPHQL, JSON, HTML, EVENTS) if reading else (GRAPHQL, JSON, EVENTS)
        media = best(request.headers.get("accept"), offered)
        if media == HTML:
            return explorer_page(request)
        try:
            if not reading and request.method != "POST":
                raise BadRequest(405, ErrorCode.METHOD_NOT_ALLOWED, "Send GraphQL by POST.")
            if media is None:
                raise BadRequest(406, ErrorCode.NOT_ACCEPTABLE, f"Accept {GRAPHQL} or {JSON}.")
            principal = await self._principal(request)
            parsed = from_address(request) if reading else await from_body(request, self._max_body_bytes)
            if media == EVENTS:
                return self._streamed(request, principal, parsed)
        except BadRequest as error:
            return _refused(error, media)
        result = await self._executor.execute(
            parsed.query, parsed.variables, parsed.operation_name, principal, read_only=reading
        )
        return _answer(result, media)

    def _streamed(self, request: Request, principal: Principal | None, parsed: GraphQLRequest) -> "Streamed":
        if self._stream.full:
            raise BadRequest(503, ErrorCode.TOO_MANY_OPERATIONS, "Too many live connections; try again later.")
        known = request.headers.get("last-event-id")
        return Streamed(parsed, Viewer(principal, credential_of(request.headers), known))

    async def _principal(self, request: Request) -> Principal | None:
        try:
            return await self._authenticator.of_request(request)
        except BadCredentials as error:
            raise BadRequest(401, ErrorCode.UNAUTHENTICATED, error.message) from None
        except IssuerUnavailable as error:
            raise BadRequest(503, error.code, error.message) from None
        except StoreUnavailable:
            message = "The database does not answer; try again."
            raise BadRequest(503, ErrorCode.STORE_UNAVAILABLE, message) from None


@dataclass(frozen=True, slots=True)
class Streamed:
    """What is to be streamed, and to whom."""

    request: GraphQLRequest
    viewer: Viewer


def _answer(result: Result, media: str) -> Response:
    status = 200
    if not result.executed:
        status = STATUSES.get(ErrorCode(result.codes[0]), UNPROCESSABLE)
    elif result.errors:
        status = PARTIAL_SUCCESS
    if media == JSON and status != STATUSES[ErrorCode.METHOD_NOT_ALLOWED]:
        status = 200
    return _response(result.payload(), status, media)


def _refused(error: BadRequest, media: str | None) -> Response:
    body = {"errors": [{"message": error.message, "extensions": {"code": error.code.value}}]}
    return _response(body, error.status, media if media in {GRAPHQL, JSON} else JSON)


def _response(body: Mapping[str, Any], status: int, media: str) -> Response:
    headers = dict(HEADERS)
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="z402"'
    if status == 405:
        headers |= ALLOW
    if status == 503:
        headers["Retry-After"] = "5"
    if status in {408, 413}:
        headers["Connection"] = "close"  # the rest of the body is not read
    return Response(orjson.dumps(body), status, headers, media_type=f"{media}; charset=utf-8")

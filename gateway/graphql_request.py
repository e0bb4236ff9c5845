"""A GraphQL-over-HTTP request, read from a body or from an address, and what keeps it from being one."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.requests import ClientDisconnect, Request

from resolvers.errors import ErrorCode

BODY_SECONDS: Final = 30
# Names that a page of another origin can send only after a preflight, which nobody here answers.
PREFLIGHTED: Final = (
    "authorization",
    "x-api-key",
    "graphql-require-preflight",
    "apollo-require-preflight",
    "x-requested-with",
)


class BadRequest(Exception):
    """A request that never becomes an operation: its status, code, and what to do instead."""

    def __init__(self, status: int, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """The parameters of one operation."""

    query: str
    variables: Mapping[str, Any] | None
    operation_name: str | None


async def from_body(request: Request, max_bytes: int) -> GraphQLRequest:
    """Read a POST; a body that is no JSON is refused before it is read, a long one as soon as that shows."""
    media, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    if media.strip() != "application/json" or ("charset" in parameters and "utf-8" not in parameters):
        raise BadRequest(415, ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send Content-Type: application/json, in UTF-8.")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise BadRequest(415, ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send the body without Content-Encoding.")
    try:
        given = orjson.loads(await _limited(request, max_bytes))
    except orjson.JSONDecodeError as error:
        raise BadRequest(400, ErrorCode.BAD_REQUEST, f"The body is not valid JSON: {error}.") from None
    if isinstance(given, list):
        raise BadRequest(422, ErrorCode.BAD_REQUEST, "Send one operation a request; batches are not taken.")
    if not isinstance(given, dict):
        raise BadRequest(422, ErrorCode.BAD_REQUEST, "The body must be a JSON object.")
    return _checked(given)


def from_address(request: Request) -> GraphQLRequest:
    """Read a GET, if it cannot have been sent by another site's page behind its visitor's back."""
    if not any(name in request.headers for name in PREFLIGHTED):
        message = "A GET needs credentials, or the header GraphQL-Require-Preflight with any value."
        raise BadRequest(403, ErrorCode.FORBIDDEN, message)
    given: dict[str, Any] = {name: value for name, value in request.query_params.items() if value != ""}
    for name in ("variables", "extensions"):
        try:
            given[name] = orjson.loads(given.get(name, "null"))
        except orjson.JSONDecodeError:
            raise BadRequest(400, ErrorCode.BAD_REQUEST, f"{name} is not valid JSON.") from None
    return _checked(given)


async def _limited(request: Request, max_bytes: int) -> bytes:
    too_large = BadRequest(413, ErrorCode.PAYLOAD_TOO_LARGE, f"The body may have {max_bytes} bytes at most.")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > max_bytes:
                    raise too_large
    except TimeoutError:
        message = f"The body did not end within {BODY_SECONDS} s."
        raise BadRequest(408, ErrorCode.TIMEOUT, message) from None
    except ClientDisconnect:
        raise BadRequest(400, ErrorCode.BAD_REQUEST, "The client went away.") from None
    return bytes(body)


def _checked(given: Mapping[str, Any]) -> GraphQLRequest:
    query, name = given.get("query"), given.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise BadRequest(422, ErrorCode.BAD_REQUEST, "query must be the document, a string.")
    if not isinstance(name, str | None):
        raise BadRequest(422, ErrorCode.BAD_REQUEST, "operationName must be a string.")
    for entry in ("variables", "extensions"):
        if not isinstance(given.get(entry), dict | None):
            raise BadRequest(422, ErrorCode.BAD_REQUEST, f"{entry} must be an object.")
    return GraphQLRequest(query, given.get("variables"), name)

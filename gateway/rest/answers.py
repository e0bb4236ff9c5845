"""Answers: what went well with an ETag and a time to live, what did not with a code."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

import msgspec
import orjson
from starlette.requests import Request
from starlette.responses import Response

from resolvers.errors import ErrorCode

#: Of files alone, beside the codes that GraphQL has too.
BUSY: Final = "BUSY"
STATUSES: Final = {
    ErrorCode.BAD_USER_INPUT.value: 400,
    ErrorCode.UNAUTHENTICATED.value: 401,
    ErrorCode.FORBIDDEN.value: 403,
    ErrorCode.NOT_FOUND.value: 404,
    ErrorCode.METHOD_NOT_ALLOWED.value: 405,
    ErrorCode.INTERNAL.value: 500,
    ErrorCode.STORE_UNAVAILABLE.value: 503,
    BUSY: 503,
    ErrorCode.ISSUER_UNAVAILABLE.value: 503,
    ErrorCode.TIMEOUT.value: 504,
}
UNPROCESSABLE: Final = 422
ALLOWED: Final = "GET, HEAD"
# Who asks decides what is told, so that no cache may give one's answer to another.
VARY: Final = "Authorization, X-API-Key"
WITH_STATUS: Final[Mapping[int, Mapping[str, str]]] = {
    401: {"www-authenticate": 'Bearer realm="z402"'},
    405: {"allow": ALLOWED},
    503: {"retry-after": "1"},
}


def told(request: Request, key: str, value: object, max_age: int) -> Response:
    """Return an answer that may be kept for so many seconds; 304 where the client has it already."""
    body = msgspec.json.encode({"success": True, key: value})
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"etag": etag, "cache-control": f"private, max-age={max_age}", "vary": VARY}
    if has_tag(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def failed(code: str, message: str, error_id: str | None = None) -> Response:
    """Return an answer to what could not be done."""
    body = {"success": False, "error": message, "code": code}
    if error_id is not None:
        body["id"] = error_id
    status = STATUSES.get(code, UNPROCESSABLE)
    headers = {"cache-control": "no-store", **WITH_STATUS.get(status, {})}
    return Response(orjson.dumps(body), status, headers, media_type="application/json")


def has_tag(known: str | None, etag: str) -> bool:
    """Tell whether one of the tags is this one; a weak one is as good (RFC 9110, section 13.1.2)."""
    if known is None:
        return False
    return known.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}

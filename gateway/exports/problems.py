"""What goes wrong with files, as answers: a code and a message, as `/events` tells them."""

from typing import Final

import orjson
from starlette.responses import Response

from resolvers.errors import AnalyticsError, ErrorCode

STATUSES: Final = {
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.METHOD_NOT_ALLOWED: 405,
    ErrorCode.CONFLICT: 409,
    ErrorCode.ISSUER_UNAVAILABLE: 503,
}
HEADERS: Final = {401: {"www-authenticate": "Bearer"}, 405: {"allow": "GET, HEAD"}, 409: {"retry-after": "2"}}


def problem(status: int, code: str, message: str) -> Response:
    """Return an answer that nobody keeps."""
    headers = {"cache-control": "no-store", **HEADERS.get(status, {})}
    return Response(orjson.dumps({"code": code, "message": message}), status, headers, "application/json")


def refused(error: AnalyticsError) -> Response:
    """Return the answer to what who asks may not have."""
    return problem(STATUSES.get(error.code, 400), error.code.value, error.message)

"""What a client is told of a failure: a code and a message made for it, and nothing of ours.

An AnalyticsError says itself what it says. A database that is away and a time limit have codes of their own.
Anything else is INTERNAL: logged once, with everything, under an id that the client gets too.
"""

import asyncio
import re
from collections.abc import Iterable
from uuid import uuid4

import asyncpg
import structlog
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import StrawberryInputCoercionError

from resolvers.errors import AnalyticsError, ErrorCode
from resolvers.range_input import ONE_KEY
from sql import StoreUnavailable

log = structlog.get_logger("z402.resolvers")

#: What Strawberry says of a range that is named in no way or in several; the ways are worth telling.
NOT_ONE_KEY = re.compile(r"OneOf Input Object 'RangeInput' must specify exactly one key\.")
SUGGESTION = re.compile(r" Did you mean .*\?$", re.DOTALL)
STOPPED = (TimeoutError, asyncio.CancelledError, asyncpg.QueryCanceledError)


class Masker:
    """Rewrites the errors of one operation; the same failure behind many fields is logged once."""

    def __init__(self, operation: str | None, *, anonymous: bool) -> None:
        self._operation = operation
        self._anonymous = anonymous
        self._ids: dict[int, str] = {}

    def mask(self, errors: Iterable[GraphQLError], *, executed: bool) -> list[GraphQLError]:
        """Return the errors as the client may see them; `executed` tells whether resolvers ran."""
        return [self._masked(error, executed) for error in errors]

    def _masked(self, error: GraphQLError, executed: bool) -> GraphQLError:
        cause = _cause(error)
        if isinstance(cause, AnalyticsError):
            return _told(error, cause.code, cause.message)
        if isinstance(cause, StoreUnavailable):
            if id(cause) not in self._ids:
                self._ids[id(cause)] = ""
                log.warning("operation.store_unavailable", operation=self._operation, reason=str(cause))
            return _told(error, ErrorCode.STORE_UNAVAILABLE, "The database does not answer; try again.")
        if isinstance(cause, STOPPED):
            return _told(error, ErrorCode.TIMEOUT, "This took too long; ask for less, or try again.")
        if _is_input(error, cause):
            message = NOT_ONE_KEY.sub(ONE_KEY, error.message)
            if self._anonymous:
                message = SUGGESTION.sub("", message)
            return _told(error, _input_code(error, executed), message)
        error_id = self._logged(cause or error, error)
        masked = _told(error, ErrorCode.INTERNAL, f"Something went wrong on our side ({error_id}).")
        masked.extensions = {**(masked.extensions or {}), "id": error_id}
        return masked

    def _logged(self, cause: BaseException, error: GraphQLError) -> str:
        known = self._ids.get(id(cause))
        if known is None:
            known = self._ids[id(cause)] = uuid4().hex[:16]
            log.error("operation.failed", error_id=known, operation=self._operation, path=error.path, exc_info=cause)
        return known


def _cause(error: GraphQLError) -> BaseException | None:
    """Return what was raised at first: a located error wraps it, sometimes twice."""
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_input(error: GraphQLError, cause: BaseException | None) -> bool:
    """Tell whether the request is at fault: its text, its variables, an argument."""
    if isinstance(cause, StrawberryInputCoercionError):
        return True
    if error.path is None:
        return cause is None or isinstance(cause, GraphQLError)
    # graphql-core reports arguments it cannot coerce from within execution.
    return (cause is None or isinstance(cause, GraphQLError)) and error.message.startswith("Argument ")


def _input_code(error: GraphQLError, executed: bool) -> ErrorCode:
    if isinstance(error, GraphQLSyntaxError):
        return ErrorCode.PARSE_FAILED
    given = (error.extensions or {}).get("code")
    if isinstance(given, ErrorCode):
        return given
    return ErrorCode.BAD_USER_INPUT if executed else ErrorCode.VALIDATION_FAILED


def _told(error: GraphQLError, code: ErrorCode, message: str) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={"code": code.value},
    )

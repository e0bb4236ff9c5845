"""The failures that a client may see: one class, one closed list of codes.

Whatever else is raised is masked by `resolvers.masking`.
"""

from datetime import datetime
from enum import Enum

from resolvers.describing import describe


class ErrorCode(Enum):
    """What `extensions.code` of an error can say."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    RANGE_NOT_EXACT = "RANGE_NOT_EXACT"
    CONFLICT = "CONFLICT"
    PARSE_FAILED = "PARSE_FAILED"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    OPERATION_NOT_FOUND = "OPERATION_NOT_FOUND"
    BAD_REQUEST = "BAD_REQUEST"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    TOO_MANY_OPERATIONS = "TOO_MANY_OPERATIONS"
    TIMEOUT = "TIMEOUT"
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    ISSUER_UNAVAILABLE = "ISSUER_UNAVAILABLE"
    INTERNAL = "INTERNAL"


describe(
    ErrorCode,
    "What `extensions.code` of an error can say; the list is closed.",
    UNAUTHENTICATED="Nobody says who asks, or the credentials do not hold.",
    FORBIDDEN="Who asks may not do this, or not with this merchant.",
    NOT_FOUND="What is named does not exist.",
    BAD_USER_INPUT="An argument or a variable cannot be meant; the message says what to send instead.",
    RANGE_NOT_EXACT="Events that the answer needs are no longer kept; the message says what to send instead.",
    CONFLICT="What is to be created exists already.",
    PARSE_FAILED="The document is no GraphQL, or longer than is taken.",
    VALIDATION_FAILED="The document does not fit the schema, or is deeper or has more aliases than is taken.",
    OPERATION_NOT_FOUND="`operationName` names none of the document's operations, or is needed and missing.",
    BAD_REQUEST="The request has no form that is understood here.",
    METHOD_NOT_ALLOWED="The HTTP method does not fit; a mutation needs POST.",
    NOT_ACCEPTABLE="None of the media types in `Accept` can be given.",
    UNSUPPORTED_MEDIA_TYPE="The body's `Content-Type` is not understood here.",
    PAYLOAD_TOO_LARGE="The body is larger than is taken.",
    TOO_MANY_OPERATIONS="The socket runs as many operations as it may; complete one first.",
    TIMEOUT="It took too long and was stopped.",
    STORE_UNAVAILABLE="The database does not answer; nothing was acknowledged, so try again.",
    ISSUER_UNAVAILABLE="The keys of who issued the token cannot be had, so it cannot be checked; try again.",
    INTERNAL="Something went wrong on our side; `extensions.id` finds it in our log.",
)


class AnalyticsError(Exception):
    """A failure with a code and a message made for the client."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Unauthenticated(AnalyticsError):
    """Nobody says who asks."""

    def __init__(self, message: str = "A token or an API key is needed: Authorization: Bearer ...") -> None:
        super().__init__(ErrorCode.UNAUTHENTICATED, message)


class Forbidden(AnalyticsError):
    """Who asks may not."""

    def __init__(self, message: str) -> None:
        super().__init__(ErrorCode.FORBIDDEN, message)


class BadInput(AnalyticsError):
    """An argument that cannot be meant; the message says what to send instead."""

    def __init__(self, message: str) -> None:
        super().__init__(ErrorCode.BAD_USER_INPUT, message)


class RangeNotExact(AnalyticsError):
    """A range, or the one before it that it is compared with, that the kept data can no longer tell exactly."""

    def __init__(self, kept_from: datetime, level: str) -> None:
        bucket = {"15m": "quarter hours", "hour": "hours", "day": "days"}[level]
        super().__init__(
            ErrorCode.RANGE_NOT_EXACT,
            f"Before {kept_from:%Y-%m-%dT%H:%M}Z only sums of whole {bucket} in UTC are kept, which do not make up "
            f"this range or the one before it; send a range that begins later, or one of whole {bucket} in UTC. A "
            f"range that still runs ends with at, the one before it at that time of day: send an at on whole {bucket}.",
        )


class RangeNotKept(AnalyticsError):
    """A range of all merchants that begins before what is kept of all of them."""

    def __init__(self, kept_from: datetime) -> None:
        super().__init__(
            ErrorCode.RANGE_NOT_EXACT,
            f"Of all merchants together this is kept from {kept_from:%Y-%m-%dT%H:%M}Z on; "
            "send a range that begins no earlier.",
        )


class PastNotExact(AnalyticsError):
    """How payments or deliveries stood, which only events could tell that are no longer kept."""

    def __init__(self, kept_from: datetime) -> None:
        super().__init__(
            ErrorCode.RANGE_NOT_EXACT,
            f"Events before {kept_from:%Y-%m-%dT%H:%M}Z are no longer kept, and only they could tell how payments or "
            "deliveries that began earlier stood then; send a later at, or a range that begins later.",
        )

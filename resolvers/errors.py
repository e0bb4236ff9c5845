"""The failures that a client may see: one class, one closed list of codes.

Whatever else is raised is masked by `resolvers.masking`.
"""

from enum import Enum


class ErrorCode(Enum):
    """What `extensions.code` of an error can say."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    CONFLICT = "CONFLICT"
    PARSE_FAILED = "PARSE_FAILED"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    OPERATION_NOT_FOUND = "OPERATION_NOT_FOUND"
    BAD_REQUEST = "BAD_REQUEST"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    TIMEOUT = "TIMEOUT"
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    INTERNAL = "INTERNAL"


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

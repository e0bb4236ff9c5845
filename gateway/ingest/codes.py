"""What becomes of an event: accepted, a duplicate, or refused with a code from a closed list."""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Why an event was refused. Clients rely on these names."""

    MALFORMED = "MALFORMED"
    UNKNOWN_STREAM = "UNKNOWN_STREAM"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    MISSING_FIELD = "MISSING_FIELD"
    INVALID_TYPE = "INVALID_TYPE"
    INVALID_VALUE = "INVALID_VALUE"
    INVALID_AMOUNT = "INVALID_AMOUNT"
    INVALID_TIME = "INVALID_TIME"
    TIME_WITHOUT_ZONE = "TIME_WITHOUT_ZONE"
    TOO_OLD = "TOO_OLD"
    IN_THE_FUTURE = "IN_THE_FUTURE"
    UNKNOWN_MERCHANT = "UNKNOWN_MERCHANT"
    FORBIDDEN_MERCHANT = "FORBIDDEN_MERCHANT"
    EVENT_CONFLICT = "EVENT_CONFLICT"
    LINE_TOO_LONG = "LINE_TOO_LONG"
    TRUNCATED = "TRUNCATED"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused event: the code, what to send instead, and the field at fault where there is one."""

    code: Code
    reason: str
    field: str | None = None
    event_id: str | None = None


class Verdict(StrEnum):
    """What became of an event that was not refused. Both mean: it is in the store, committed."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"


Outcome = Verdict | Refusal

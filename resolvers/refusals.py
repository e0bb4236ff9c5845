"""Why an event was refused: a closed list, the same as `POST /events` tells."""

from enum import Enum

import strawberry

from resolvers.describing import describe


class RefusalCode(Enum):
    """Why an event was refused."""

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


describe(
    RefusalCode,
    "Why an event was refused.",
    MALFORMED="It is no JSON object.",
    UNKNOWN_STREAM="There is no such stream.",
    UNKNOWN_FIELD="Its stream has no such field.",
    MISSING_FIELD="A field is missing that it needs.",
    INVALID_TYPE="A field has the wrong type.",
    INVALID_VALUE="A field has a value that it cannot have.",
    INVALID_AMOUNT="An amount is not a whole number of zatoshi from 0 to 2,100,000,000,000,000.",
    INVALID_TIME="A time is no ISO 8601 time.",
    TIME_WITHOUT_ZONE="A time names no zone.",
    TOO_OLD="It is older than raw events are kept.",
    IN_THE_FUTURE="It lies more than five minutes ahead of the server's clock.",
    UNKNOWN_MERCHANT="There is no such merchant.",
    FORBIDDEN_MERCHANT="It is of another merchant than the token is bound to.",
    EVENT_CONFLICT="Its id is known with other content.",
    LINE_TOO_LONG="It is too long.",
    TRUNCATED="It ends in the middle.",
)


@strawberry.type(description="Why an event was refused.")
class EventRefusal:
    """One refused event."""

    index: int = strawberry.field(description="Its place among the events sent, 0 for the first.")
    event_id: strawberry.ID | None = strawberry.field(description="Its id, where it has one.")
    code: RefusalCode = strawberry.field(description="Why.")
    field: str | None = strawberry.field(description="The field at fault; null where it is not one alone.")
    message: str = strawberry.field(description="What is wrong, and what to send instead.")

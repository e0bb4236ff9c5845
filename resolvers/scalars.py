"""How values cross the border: amounts as strings of digits, times as UTC, percentages as numbers.

Percentages are exact fractions up to here and leave as GraphQL's Float, rounded half-even to six decimals:
charts want numbers, and a percentage is no money. Amounts never become a float, in or out.
"""

import re
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, NewType

import strawberry
from graphql import GraphQLError, IntValueNode, StringValueNode, ValueNode
from strawberry.types.scalar import ScalarDefinition

Zatoshi = NewType("Zatoshi", int)
Event = NewType("Event", dict[str, Any])

DIGITS = re.compile(r"-?[0-9]{1,40}", re.ASCII)
PERCENT_DECIMALS = 6


def percent(value: Fraction | None) -> float | None:
    """Round an exact percentage half-even to six decimals."""
    return None if value is None else float(round(value, PERCENT_DECIMALS))


def write_zatoshi(value: int) -> str:
    """Write an amount as digits."""
    return str(int(value))


def read_zatoshi(value: object) -> int:
    """Read an amount from a JSON integer or a string of digits; anything else is refused."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and DIGITS.fullmatch(value):
        return int(value)
    raise GraphQLError("Zatoshi is a whole number, written as an integer or as a string of digits.")


def read_zatoshi_literal(node: ValueNode, _variables: object = None) -> int:
    """Read an amount written into the document."""
    return read_zatoshi(node.value if isinstance(node, IntValueNode | StringValueNode) else None)


def write_time(value: datetime) -> str:
    """Write an aware instant in UTC, always with microseconds, so that equal instants are equal texts."""
    text = value.astimezone(UTC).isoformat(timespec="microseconds")
    return text.replace("+00:00", "Z")


def read_time(value: object) -> datetime:
    """Read an ISO 8601 instant; one without a zone is refused, since nobody can know what it means."""
    if not isinstance(value, str):
        raise GraphQLError("DateTime is an ISO 8601 string, such as 2026-05-13T12:00:00Z.")
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise GraphQLError(f"{value!r:.60} is no ISO 8601 time; send one like 2026-05-13T12:00:00Z.") from None
    if instant.tzinfo is None:
        raise GraphQLError(f"{value!r:.60} has no zone; add Z or an offset such as +02:00.")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise GraphQLError(f"{value!r:.60} is out of range.") from None


def read_event(value: object) -> dict[str, Any]:
    """Take an event's object as it is; what is in it is judged event by event."""
    if isinstance(value, dict):
        return value
    raise GraphQLError("Event is a JSON object.")


SCALARS: dict[object, ScalarDefinition] = {
    Zatoshi: strawberry.scalar(
        name="Zatoshi",
        description=(
            "A whole number of zatoshi (10^-8 ZEC) of any size. Given as a string of digits; taken as an integer "
            "or a string of digits, never as a float."
        ),
        serialize=write_zatoshi,
        parse_value=read_zatoshi,
        parse_literal=read_zatoshi_literal,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description=(
            "An instant: ISO 8601 with a zone. Given in UTC with microseconds, such as "
            "2026-05-13T12:00:00.000000Z; taken with any offset, refused without one."
        ),
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=write_time,
        parse_value=read_time,
    ),
    Event: strawberry.scalar(
        name="Event",
        description=(
            "One event as a flat JSON object, with the same names as `POST /events` takes: `stream` "
            "(payment_events unless given), `event_id`, `merchant_id`, `occurred_at`, and the columns of its "
            "stream. Amounts are integers or strings of digits, in zatoshi."
        ),
        parse_value=read_event,
    ),
}

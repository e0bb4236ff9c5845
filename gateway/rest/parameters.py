"""Parameters of a route: what each may be, in the address and in the OpenAPI document."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from graphql import GraphQLError
from starlette.datastructures import QueryParams

from resolvers.context import MERCHANT_ID
from resolvers.scalars import read_time
from resolvers.scope import EARLIEST, LATEST

WHOLE = re.compile(r"[0-9]{1,6}", re.ASCII)
CACHE_BUSTER = "_"
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class BadParameter(Exception):
    """A parameter that cannot be meant; the message says what to send instead."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """`read` raises ValueError, whose text says what is wanted, for what cannot be meant."""

    name: str
    read: Callable[[str], Any]
    description: str
    schema: Mapping[str, Any]
    default: Any = None


def read_all(given: QueryParams, parameters: Sequence[Parameter]) -> dict[str, Any]:
    """Return the value of every parameter; raise BadParameter for one that is unknown, repeated or wrong.

    `_` is left alone, which browsers' libraries send with another value each time, so that no cache answers.
    """
    known = {parameter.name for parameter in parameters}
    values: dict[str, Any] = {parameter.name: parameter.default for parameter in parameters}
    for name in given:
        if name == CACHE_BUSTER:
            continue
        if name not in known:
            raise BadParameter(f"There is no parameter {name!r:.60} here; this route takes {', '.join(sorted(known))}.")
        if len(given.getlist(name)) > 1:
            raise BadParameter(f"Send {name} once.")
    for parameter in parameters:
        text = given.get(parameter.name, "")
        if text:
            try:
                values[parameter.name] = parameter.read(text)
            except ValueError as error:
                raise BadParameter(f"{parameter.name}={text:.60} cannot be: {error}.") from None
    return values


def whole(name: str, low: int, high: int, default: int | None, description: str) -> Parameter:
    """Return a parameter that is a whole number; None where it may be left out and nothing takes its place."""

    def read(text: str) -> int:
        if not WHOLE.fullmatch(text) or not low <= int(text) <= high:
            raise ValueError(f"send a whole number from {low} to {high}")
        return int(text)

    schema: dict[str, object] = {"type": "integer", "minimum": low, "maximum": high}
    if default is not None:
        schema["default"] = default
    return Parameter(name, read, description, schema, default)


def choice(name: str, values: Sequence[str], default: str, description: str) -> Parameter:
    """Return a parameter that is one of a few words."""

    def read(text: str) -> str:
        if text not in values:
            raise ValueError(f"send one of {', '.join(values)}")
        return text

    return Parameter(name, read, description, {"type": "string", "enum": list(values), "default": default}, default)


def _merchant(text: str) -> str:
    if not MERCHANT_ID.fullmatch(text):
        raise ValueError("send a merchant's id")
    return text


def _instant(text: str) -> datetime:
    if " " in text:
        raise ValueError(
            "a + in an address means a space, so write the offset's as %2B, or send the time in UTC with Z"
        )
    try:
        return _bounded(read_time(text))
    except GraphQLError as error:
        raise ValueError(error.message.rstrip(".")) from None


def _moment(text: str) -> date | datetime:
    if not DATE.fullmatch(text):
        return _instant(text)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day") from None
    _bounded(datetime(day.year, day.month, day.day, tzinfo=UTC))
    return day


def _bounded(instant: datetime) -> datetime:
    if not EARLIEST <= instant <= LATEST:
        raise ValueError(f"send a time between {EARLIEST:%Y-%m-%d} and {LATEST:%Y-%m-%d}")
    return instant


MERCHANT = Parameter(
    "merchantId",
    _merchant,
    "Whose figures; by default those of the merchant that the token is bound to.",
    {"type": "string", "pattern": f"^{MERCHANT_ID.pattern}$"},
)
AT = Parameter(
    "at",
    _instant,
    "The instant that plays the part of now, so that any past moment can be asked; now by default.",
    {"type": "string", "format": "date-time"},
)
START = Parameter(
    "startDate",
    _moment,
    "A day of the merchant (`2026-05-01`), from its first instant on, or an instant with a zone.",
    {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]},
)
END = Parameter(
    "endDate",
    _moment,
    "A day of the merchant, the last of the range, or the first instant behind the range; now by default.",
    START.schema,
)

"""The slow path: an event that the fast decoder did not take, field by field, to name what is wrong with it.

It accepts exactly what the fast decoder accepts, so an event that only looked suspicious comes out whole.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

import msgspec

from gateway.ingest.codes import Code, Refusal
from gateway.ingest.events import DEFAULT_STREAM, STREAMS, Event

AMOUNTS: Final = frozenset({"amount", "fee"})
TOO_FINE: Final = re.compile(r"\.\d{7}")
ZONE: Final = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Field:
    """What the slow path knows of one field, all of it read off the struct."""

    name: str
    hint: Any
    required: bool
    bases: tuple[type, ...]
    expects: str


def event_of(given: Mapping[str, object]) -> Event | Refusal:
    """Build an event from named values, as JSON, CSV or Parquet give them; null is as good as left out."""
    values = {name: value for name, value in given.items() if value is not None}
    stream = values.pop("stream", DEFAULT_STREAM)
    event_id = str(values.get("event_id", ""))[:128].encode(errors="replace").decode() or None
    kind = STREAMS.get(stream) if isinstance(stream, str) else None
    if kind is None:
        return Refusal(Code.UNKNOWN_STREAM, f"stream must be one of {', '.join(STREAMS)}", "stream", event_id)
    for code, name, reason in _faults(FIELDS[kind], values):
        return Refusal(code, reason, name, event_id)
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError:
        return Refusal(Code.INVALID_VALUE, "this event does not have the documented form", None, event_id)


def _faults(fields: dict[str, Field], values: Mapping[str, object]) -> Iterator[tuple[Code, str, str]]:
    for name in values:
        if name not in fields:
            shown = name[:64].encode(errors="replace").decode()
            near = get_close_matches(name, fields, 1)
            also = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(fields)}"
            yield Code.UNKNOWN_FIELD, shown, f"there is no field {shown}{also}"
    for field in fields.values():
        if field.name not in values:
            if field.required:
                yield Code.MISSING_FIELD, field.name, f"{field.name} is required: {field.expects}"
            continue
        fault = _fault(field, values[field.name])
        if fault:
            yield fault[0], field.name, fault[1]


def _fault(field: Field, value: object) -> tuple[Code, str] | None:
    try:
        problem = _unfit(value)
    except RecursionError:
        problem = "is nested too deep"
    if problem:
        return Code.INVALID_VALUE, f"{field.name} {problem}"
    if field.name == "occurred_at" and isinstance(value, str):
        if TOO_FINE.search(value):
            return Code.INVALID_TIME, f"occurred_at is finer than a microsecond; it must be {field.expects}"
        if not ZONE.search(value) and _converts(value + "Z", field.hint):
            return Code.TIME_WITHOUT_ZONE, f"occurred_at has no zone; it must be {field.expects}"
    if _converts(value, field.hint):
        return None
    return _code(field, value), f"{field.name} must be {field.expects}"


def _code(field: Field, value: object) -> Code:
    if field.name in AMOUNTS:
        return Code.INVALID_AMOUNT
    if field.name == "occurred_at":
        return Code.INVALID_TIME
    right = isinstance(value, field.bases) and not isinstance(value, bool)
    return Code.INVALID_VALUE if right else Code.INVALID_TYPE


def _converts(value: object, hint: Any) -> bool:
    try:
        msgspec.convert(value, hint)
    except (msgspec.ValidationError, ValueError):
        return False
    return True


def _unfit(value: object) -> str | None:
    """What PostgreSQL cannot store, however deep it hides."""
    if isinstance(value, str):
        if "\0" in value:
            return "holds a NUL character, which text cannot"
        if any("\ud800" <= character <= "\udfff" for character in value):
            return "holds half of a surrogate pair, which is not text"
    if isinstance(value, float) and not math.isfinite(value):
        return "holds a number that is out of range"
    if isinstance(value, dict | list):
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        return next((problem for part in parts if (problem := _unfit(part))), None)
    return None


def _describe(hint: Any) -> Iterator[tuple[tuple[type, ...], str]]:
    """The Python types that a hint takes, each with the text that describes what is wanted."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        for part in get_args(hint):
            yield from _describe(part)
    elif origin is Literal:
        yield (str,), "one of " + ", ".join(get_args(hint))
    elif hint is not type(None):
        base, *metas = get_args(hint)
        texts = [meta.description for meta in metas if isinstance(meta, msgspec.Meta) and meta.description]
        yield (get_origin(base) or base,), "".join(texts)


def _field(info: msgspec.structs.FieldInfo) -> Field:
    described = list(_describe(info.type))
    bases = tuple(base for found, _ in described for base in found)
    return Field(info.encode_name, info.type, info.required, bases, "".join(text for _, text in described))


FIELDS: Final[dict[type[Event], dict[str, Field]]] = {
    kind: {info.encode_name: _field(info) for info in msgspec.structs.fields(kind)} for kind in STREAMS.values()
}

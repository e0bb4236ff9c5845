"""Lines of JSON to events: one call of msgspec for a good line, the slow path for any other."""

import json
import re
import sys
from collections.abc import Mapping
from typing import Final

import msgspec

from gateway.ingest.check import CANONICAL, Terms, normalise
from gateway.ingest.codes import Code, Refusal
from gateway.ingest.events import (
    DEFAULT_STREAM,
    STREAMS,
    ApiRequest,
    Event,
    PayerSighting,
    PaymentEvent,
    ResourceAccess,
    WebhookDelivery,
)
from gateway.ingest.explain import event_of

# msgspec rounds digits past the microsecond and takes NUL characters: the slow path looks closer.
TOO_FINE: Final = re.compile(rb"\.\d{7}")
NUL: Final = b"\\u0000"
STREAM: Final = b'"stream"'
MAX_DIGITS: Final = sys.get_int_max_str_digits()

_decode_payment = msgspec.json.Decoder(PaymentEvent).decode
_decode_any = msgspec.json.Decoder(PaymentEvent | ResourceAccess | PayerSighting | WebhookDelivery | ApiRequest).decode


def decode(line: bytes, terms: Terms) -> Event | Refusal:
    """Return the event that one JSON object holds, in its normal form, or why it is refused."""
    event: Event | Refusal
    try:
        if NUL in line or TOO_FINE.search(line):
            event = explain(line)
        else:
            event = _decode_any(line) if STREAM in line else _decode_payment(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        event = explain(line)
    if isinstance(event, Refusal):
        return event
    return normalise(event, terms) or event


def decode_row(row: Mapping[str, object], terms: Terms) -> Event | Refusal:
    """Return the event that named values hold, as CSV and Parquet give them, in its normal form, or why not."""
    event = _convert(row) or event_of(row)
    if isinstance(event, Refusal):
        return event
    return normalise(event, terms) or event


def _convert(row: Mapping[str, object]) -> Event | None:
    """Convert a good row in one call; None for one that the slow path should look at."""
    values = {name: value for name, value in row.items() if value is not None}
    kind = STREAMS.get(str(values.pop("stream", DEFAULT_STREAM)))
    at = values.get("occurred_at")
    if kind is None or (isinstance(at, str) and TOO_FINE.search(at.encode(errors="replace"))):
        return None
    try:
        event = msgspec.convert(values, kind)
        return None if NUL in CANONICAL.encode(event) else event
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def explain(line: bytes) -> Event | Refusal:
    """Decode as the standard library does, which tells where a text is not JSON, and look at each field."""
    try:
        given = json.loads(line.decode(), parse_int=_integer, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        return Refusal(Code.MALFORMED, f"not UTF-8 at byte {error.start + 1}")
    except json.JSONDecodeError as error:
        return Refusal(Code.MALFORMED, f"not valid JSON: {error.msg} at character {error.pos + 1}")
    except RecursionError:
        return Refusal(Code.MALFORMED, "nested too deep")
    except ValueError as error:
        return Refusal(Code.MALFORMED, f"not valid JSON: {error}")
    if not isinstance(given, dict):
        return Refusal(Code.MALFORMED, "one JSON object for each event is expected")
    return event_of(given)


def _integer(digits: str) -> int | float:
    """Python refuses more digits than that; no field takes so many."""
    return int(digits) if len(digits) <= MAX_DIGITS else float("inf")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")

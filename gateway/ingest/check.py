"""What no single field tells: the merchant, the time window, fields that need each other. Makes events uniform."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final, cast

import msgspec

from gateway.ingest.codes import Code, Refusal
from gateway.ingest.events import (
    MAX_KEY_BYTES,
    MAX_METADATA_BYTES,
    MAX_ZATOSHI,
    ApiRequest,
    Event,
    PayerSighting,
    PaymentEvent,
    ResourceAccess,
    WebhookDelivery,
)
from gateway.ingest.window import Window, time_in_id
from resolvers.failure_codes import FAILURE_CODES

NEED_AMOUNT: Final = frozenset({"settled", "refunded"})
CANONICAL: Final = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every event of one request: the times taken, and the one merchant that the writer may write."""

    window: Window
    merchant_id: str | None = None


def normalise(event: Event, terms: Terms) -> Refusal | None:
    """Check what concerns several fields and bring the event, in place, to its one form; tell why it is refused."""
    return _merchant(event, terms.merchant_id) or _time(event, terms.window) or OWN[type(event)](event)


def _merchant(event: Event, bound: str | None) -> Refusal | None:
    given = event.merchant_id
    if given is None:
        if bound is None and type(event) is not ApiRequest:
            return _refuse(
                event, Code.MISSING_FIELD, "merchant_id", "merchant_id is required: this token is for no one merchant"
            )
        event.merchant_id = bound or ""
    elif bound is not None and given != bound:
        return _refuse(
            event, Code.FORBIDDEN_MERCHANT, "merchant_id", "this token may write events of its own merchant only"
        )
    return None


def _time(event: Event, window: Window) -> Refusal | None:
    at = event.occurred_at
    if at is None:
        at = event.occurred_at = time_in_id(event.event_id)
        if at is None:
            return _refuse(
                event, Code.MISSING_FIELD, "occurred_at", "occurred_at is required unless event_id is a UUIDv7"
            )
    if at > window.hi:
        return _refuse(
            event, Code.IN_THE_FUTURE, "occurred_at", "occurred_at is more than 5 minutes ahead of the server's clock"
        )
    if at < window.lo:
        return _refuse(
            event, Code.TOO_OLD, "occurred_at", f"raw events are kept from {window.lo:%Y-%m-%dT%H:%M:%SZ} on"
        )
    if at.tzinfo is not UTC:
        event.occurred_at = at.astimezone(UTC)
    return None


def _payment(event: PaymentEvent) -> Refusal | None:
    if type(event.amount_zat) is str or type(event.fee_zat) is str:
        refused = _digits(event, "amount_zat") or _digits(event, "fee_zat")
        if refused:
            return refused
    kind = event.type
    if event.amount_zat is None and kind in NEED_AMOUNT:
        return _refuse(event, Code.MISSING_FIELD, "amount", f"a {kind} event needs amount, in zatoshi")
    if (event.corrects is not None) is not (kind == "corrected") or event.corrects == event.event_id:
        return _corrects(event)
    if kind == "failed" or event.failure_code is not None:
        _failure(event)
    if event.metadata is not None:
        return _metadata(event) or _sizes(event)
    return _sizes(event)


def _corrects(event: PaymentEvent) -> Refusal:
    if event.corrects is None:
        return _refuse(
            event, Code.MISSING_FIELD, "corrects", "a corrected event needs corrects, the event_id taken back"
        )
    if event.corrects == event.event_id:
        return _refuse(event, Code.INVALID_VALUE, "corrects", "an event cannot take back itself")
    return _refuse(event, Code.INVALID_VALUE, "corrects", "corrects belongs to events of type corrected only")


def _failure(event: PaymentEvent) -> None:
    """Keep an unknown code as OTHER, its text as the reason where there is none."""
    code = event.failure_code
    if code is None:
        if event.type == "failed":
            event.failure_code = "OTHER"
    elif code not in FAILURE_CODES:
        event.failure_code = "OTHER"
        event.failure_reason = event.failure_reason or code


def _digits(event: PaymentEvent | PayerSighting, name: str) -> Refusal | None:
    given = getattr(event, name)
    if type(given) is str:
        value = int(given)
        if value > MAX_ZATOSHI:
            wire = name.removesuffix("_zat")
            return _refuse(event, Code.INVALID_AMOUNT, wire, f"{wire} must be at most {MAX_ZATOSHI} zatoshi")
        setattr(event, name, value)
    return None


def _metadata(event: PaymentEvent) -> Refusal | None:
    try:
        size = len(CANONICAL.encode(event.metadata))
    except (OverflowError, ValueError, RecursionError):
        return _refuse(
            event, Code.INVALID_VALUE, "metadata", "numbers in metadata must fit 64 bits; send others as strings"
        )
    if size > MAX_METADATA_BYTES:
        return _refuse(
            event, Code.INVALID_VALUE, "metadata", f"metadata must be at most {MAX_METADATA_BYTES} bytes of JSON"
        )
    return None


def _sizes(event: Any) -> Refusal | None:
    """Measure in bytes what becomes part of an index: a character has four at most."""
    for name, limit in SIZED[type(event)]:
        text = getattr(event, name)
        if text is not None and 4 * len(text) > limit and len(text.encode()) > limit:
            return _refuse(event, Code.INVALID_VALUE, name, f"{name} must be at most {limit} bytes in UTF-8")
    return None


def _sighting(event: PayerSighting) -> Refusal | None:
    return _digits(event, "amount_zat") or _sizes(event)


def _refuse(event: Event, code: Code, field: str, reason: str) -> Refusal:
    return Refusal(code, reason, field, event.event_id)


Check = Callable[[Event], Refusal | None]
OWN: Final[dict[type[Event], Check]] = {
    PaymentEvent: cast("Check", _payment),
    ResourceAccess: _sizes,
    PayerSighting: cast("Check", _sighting),
    WebhookDelivery: _sizes,
    ApiRequest: _sizes,
}
SIZED: Final[dict[type[Event], tuple[tuple[str, int], ...]]] = {
    kind: tuple((name, limit) for name, limit in MAX_KEY_BYTES.items() if name in kind.__struct_fields__)
    for kind in OWN
}

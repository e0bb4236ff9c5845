"""Builders of wire events. Ids follow from the arguments: the same call twice is the same event again."""

from datetime import UTC, datetime

WireEvent = dict[str, object]
Instant = datetime | str

MERCHANT = "shop"


def time_of(instant: Instant) -> str:
    """An instant as events carry it: text is taken as it is, a naive time in text is UTC."""
    if isinstance(instant, datetime):
        return instant.astimezone(UTC).isoformat()
    return instant if instant.endswith("Z") or "+" in instant[10:] or "-" in instant[10:] else f"{instant}Z"


def payment_event(kind: str, payment_id: str, at: Instant, fields: WireEvent) -> WireEvent:
    """One step of a payment; `fields` are further columns, `merchant`, or another `event_id`."""
    return {
        "event_id": f"{payment_id}-{kind}-{fields.get('attempt', 1)}",
        "merchant_id": fields.get("merchant", MERCHANT),
        "occurred_at": time_of(at),
        "type": kind,
        "payment_id": payment_id,
        **{name: value for name, value in fields.items() if name != "merchant"},
    }


def created(payment_id: str, at: Instant, **fields: object) -> WireEvent:
    """The payment was asked for."""
    return payment_event("created", payment_id, at, fields)


def verifying(payment_id: str, at: Instant, **fields: object) -> WireEvent:
    """Its proof is being verified."""
    return payment_event("verifying", payment_id, at, fields)


def verified(payment_id: str, at: Instant, **fields: object) -> WireEvent:
    """Its proof was verified."""
    return payment_event("verified", payment_id, at, fields)


def settled(payment_id: str, at: Instant, amount: int | str, **fields: object) -> WireEvent:
    """It was paid: `amount` and `fee` in zatoshi."""
    return payment_event("settled", payment_id, at, {"amount": amount, **fields})


def failed(payment_id: str, at: Instant, code: str | None = "TIMEOUT", **fields: object) -> WireEvent:
    """An attempt failed."""
    return payment_event("failed", payment_id, at, {"failure_code": code, **fields})


def expired(payment_id: str, at: Instant, **fields: object) -> WireEvent:
    """An attempt ran out of time."""
    return payment_event("expired", payment_id, at, fields)


def retried(payment_id: str, at: Instant, attempt: int, **fields: object) -> WireEvent:
    """A further attempt began."""
    return payment_event("retried", payment_id, at, {"attempt": attempt, **fields})


def refunded(payment_id: str, at: Instant, amount: int | str, **fields: object) -> WireEvent:
    """Part or all of it was given back; `fee` is the fee returned. Partial refunds need event ids of their own."""
    return payment_event("refunded", payment_id, at, {"amount": amount, **fields})


def corrected(event: WireEvent, at: Instant | None = None, **fields: object) -> WireEvent:
    """Takes back an event of a payment, by default at the same instant."""
    return {
        "event_id": f"not-{event['event_id']}"[:128],
        "merchant_id": event["merchant_id"],
        "occurred_at": event["occurred_at"] if at is None else time_of(at),
        "type": "corrected",
        "payment_id": event["payment_id"],
        "corrects": event["event_id"],
        **fields,
    }


def access(resource: str, at: Instant, outcome: str = "challenged", **fields: object) -> WireEvent:
    """One request for a paid resource."""
    own: WireEvent = {"resource": resource, "outcome": outcome}
    return _of_stream("resource_accesses", f"{resource}-{outcome}", at, own | fields)


def sighting(payer: str, at: Instant, **fields: object) -> WireEvent:
    """An identified payer was seen; no payment, no revenue."""
    return _of_stream("payer_sightings", payer, at, {"payer": payer} | fields)


def webhook(delivery_id: str, at: Instant, outcome: str = "delivered", attempt: int = 1, **fields: object) -> WireEvent:
    """One attempt to deliver a webhook."""
    own: WireEvent = {
        "delivery_id": delivery_id,
        "event_type": "payment.settled",
        "endpoint": "https://shop.example/hook",
        "outcome": outcome,
        "attempt": attempt,
    }
    return _of_stream("webhook_deliveries", f"{delivery_id}-{attempt}-{outcome}", at, own | fields)


def api_request(endpoint: str, at: Instant, status: int = 200, latency_ms: int = 10, **fields: object) -> WireEvent:
    """One call to the facilitator's API; `merchant=None` for a call of nobody's."""
    own: WireEvent = {"endpoint": endpoint, "status": status, "latency_ms": latency_ms}
    return _of_stream("api_requests", f"{endpoint}-{status}-{latency_ms}", at, own | fields)


def _of_stream(stream: str, identity: str, at: Instant, fields: WireEvent) -> WireEvent:
    return {
        "stream": stream,
        "event_id": f"{identity}-{time_of(at)}"[-128:],
        "merchant_id": fields.get("merchant", MERCHANT),
        "occurred_at": time_of(at),
        **{name: value for name, value in fields.items() if name != "merchant"},
    }

"""What goes with a payment: requests for the resource, calls to the facilitator's API, webhooks."""

from random import Random
from typing import Final

from gateway.demo.event import DAY_MS, Event, Timed
from gateway.demo.merchants import DemoMerchant
from gateway.demo.payment import Life

_ANNOUNCED: Final = ("settled", "failed", "expired", "refunded")
_BACKOFF_MS: Final = (0, 30_000, 120_000, 600_000, 3_600_000)


def accesses(rng: Random, life: Life, found: list[Timed]) -> None:
    """The challenge (402) before the payment, and the paid request after it; some never come back to pay."""
    for number in range(1 + (rng.random() < 0.3)):
        at = _before(life, 80 + int(rng.random() * 900) + number * 4000)
        event: Event = {"outcome": "challenged"}
        if number == 0:
            event["payment_id"] = life.id
        _beside(life, "resource_accesses", f"{life.id}-challenge-{number + 1}", at, event, found)
    if life.state in ("settled", "refunded"):
        at = _settled_at(life) + 40 + int(rng.random() * 400)
        event = {"outcome": "paid", "payment_id": life.id}
        _beside(life, "resource_accesses", f"{life.id}-access", at, event, found)


def sighting(rng: Random, life: Life, found: list[Timed]) -> None:
    """A known payer looks around without paying."""
    if "payer" in life.fields:
        at = _before(life, 60_000 + int(rng.random() * 600_000))
        event: Event = {"stream": "payer_sightings", "merchant_id": life.fields["merchant_id"]}
        event |= {"event_id": f"{life.id}-seen", "payer": life.fields["payer"]}
        found.append((at, f"{life.id}-seen", event))


def api_requests(rng: Random, life: Life, found: list[Timed]) -> None:
    """The merchant's server asks the facilitator to verify, and to settle."""
    for at, event_id, step in life.steps:
        kind = step["type"]
        if kind == "verified":
            _api(rng, life, "/v1/verify", at, 200, event_id, found)
        elif kind == "settled":
            _api(rng, life, "/v1/settle", at, 200, event_id, found)
        elif kind == "failed":
            broken = step["failure_code"] in ("NODE_UNAVAILABLE", "NETWORK_ERROR", "INTERNAL_ERROR")
            limited = step["failure_code"] == "RATE_LIMITED"
            status = 503 if broken else 429 if limited else 422
            _api(rng, life, "/v1/settle" if broken else "/v1/verify", at, status, event_id, found)
    if rng.random() < 0.15:
        _api(rng, life, "/v1/payments/{id}", life.now + 2_000, 200, f"{life.id}-look", found)


def _api(rng: Random, life: Life, endpoint: str, at: int, status: int, cause: str, found: list[Timed]) -> None:
    median = {"/v1/verify": 4.1, "/v1/settle": 4.7}.get(endpoint, 2.7)
    latency = int(rng.lognormvariate(median + (1.6 if status == 503 else 0), 0.55)) + 1
    event: Event = {
        "stream": "api_requests",
        "event_id": f"{cause}-api",
        "merchant_id": life.fields["merchant_id"],
        "endpoint": endpoint,
        "status": status,
        "latency_ms": latency,
    }
    found.append((at + 3, f"{cause}-api", event))


def webhooks(rng: Random, merchant: DemoMerchant, life: Life, found: list[Timed]) -> None:
    """Each outcome is announced to each endpoint, again with growing pauses until it is taken or given up."""
    for at, event_id, step in life.steps:
        if step["type"] in _ANNOUNCED:
            for number, endpoint in enumerate(merchant.endpoints, start=1):
                delivery = f"{event_id}-hook-{number}"
                sick = endpoint == merchant.sick_endpoint
                _deliver(rng, life, f"payment.{step['type']}", endpoint, delivery, at, sick, found)


def _deliver(
    rng: Random,
    life: Life,
    event_type: str,
    endpoint: str,
    delivery: str,
    at: int,
    sick: bool,
    found: list[Timed],
) -> None:
    for attempt, pause in enumerate(_BACKOFF_MS, start=1):
        at += pause + 200 + int(rng.random() * 800)
        fields: Event = {
            "stream": "webhook_deliveries",
            "merchant_id": life.fields["merchant_id"],
            "delivery_id": delivery,
            "event_type": event_type,
            "endpoint": endpoint,
            "attempt": attempt,
        }
        if sick or rng.random() < 0.04:  # a slow one is seen waiting first
            event_id = f"{delivery}-{attempt}-pending"
            found.append((at, event_id, {**fields, "event_id": event_id, "outcome": "pending"}))
        delivered = rng.random() < (0.3 if sick else 0.97)
        latency = int(rng.lognormvariate(8.3 if sick else 5.1, 0.6)) + 1
        at += latency
        event_id = f"{delivery}-{attempt}"
        outcome: Event = {"outcome": "delivered" if delivered else "failed", "latency_ms": latency}
        if delivered or latency < 10_000:
            outcome["http_status"] = 200 if delivered else rng.choice((500, 502, 503))
        found.append((at, event_id, {**fields, "event_id": event_id, **outcome}))
        if delivered:
            return


def _before(life: Life, ms: int) -> int:
    """Ahead of the payment's beginning, yet on its UTC day: nothing reaches back into a day that is over."""
    return max(life.born - ms, life.born - life.born % DAY_MS)


def _settled_at(life: Life) -> int:
    return next(at for at, _, step in life.steps if step["type"] == "settled")


def _beside(life: Life, stream: str, event_id: str, at: int, more: Event, found: list[Timed]) -> None:
    event: Event = {"stream": stream, "event_id": event_id, "merchant_id": life.fields["merchant_id"]}
    event |= {"resource": life.fields["resource"], "country": life.fields["country"], **more}
    if "payer" in life.fields:
        event["payer"] = life.fields["payer"]
    found.append((at, event_id, event))

"""What the ingest benchmarks send: lives of payments as wire events, and the same as rows for the floor."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson

from gateway.ingest.batch import Batch
from gateway.ingest.check import Terms
from gateway.ingest.codes import Refusal
from gateway.ingest.decode import decode
from gateway.ingest.events import Event
from gateway.ingest.window import Window

MERCHANTS = 12
STEPS = ("created", "verified", "settled")


def bodies(count: int, prefix: str) -> list[bytes]:
    """So many events, a line each: three steps of each payment, in the order in which they would come."""
    return [orjson.dumps(event) for event in _events(count, prefix)]


def _events(count: int, prefix: str) -> Iterator[dict[str, object]]:
    chance, now = random.Random(prefix), datetime.now(UTC)
    for payment in range(count // len(STEPS)):
        begun = now - timedelta(seconds=120 + chance.random() * 3600)
        told: dict[str, object] = {
            "merchant_id": f"m{chance.randrange(MERCHANTS)}",
            "payment_id": f"{prefix}-{payment}",
            "amount": chance.randrange(10**4, 10**9),
            "method": "transparent",
            "payer": f"t1{chance.randrange(5000):033d}",
            "resource": f"/api/v1/resource/{chance.randrange(50)}",
            "country": "DE",
        }
        for number, step in enumerate(STEPS):
            event = {"event_id": f"{prefix}-{payment}-{step}", "type": step, **told}
            event["occurred_at"] = (begun + timedelta(seconds=30 * number)).isoformat()
            yield event | ({"latency_ms": 30_000 * number, "step_latency_ms": 30_000} if number else {})


def parsed(lines: list[bytes]) -> tuple[list[Event], list[bytes]]:
    """The same as events with their digests."""
    terms = Terms(Window.at(datetime.now(UTC), 13))
    events = [event for line in lines if not isinstance(event := decode(line, terms), Refusal)]
    assert len(events) == len(lines)
    return events, Batch.of(events)[0].digests

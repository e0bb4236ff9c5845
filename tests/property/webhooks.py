"""Answers about webhook deliveries as wholes, and about endpoints that take nothing any more, against the oracle."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.oracle import cohorts
from tests.oracle.events import Event
from tests.oracle.windows import Window
from tests.property.wholes import Told, instant, plain

DELIVERIES = """
fragment deliveries on DeliveryGroup { name figures { deliveredCount failedCount pendingCount } }
fragment webhooks on Webhooks {
    deliveries { byEventType { ...deliveries } byEndpoint { ...deliveries } }
    deadEndpoints { endpoint failedCount lastFailedAt lastDeliveredAt }
}
"""


def check_deliveries(told: Told, own: Sequence[Event], window: Window, at: datetime) -> None:
    """Compare all that the fragments above ask for."""
    by_type: dict[str, Counter[str]] = defaultdict(Counter)
    by_endpoint: dict[str, Counter[str]] = defaultdict(Counter)
    begun = {key: each.first_attempt_at for key, each in cohorts.deliveries(own).items()}
    # Type and endpoint are those of the delivery as a whole; attempts of one delivery name the same.
    for key, each in cohorts.deliveries(own, at).items():
        if window.holds(begun[key]):
            by_type[each.event_type][each.state] += 1
            by_endpoint[each.endpoint][each.state] += 1
    for name, states in (("byEventType", by_type), ("byEndpoint", by_endpoint)):
        assert {row["name"]: tuple(row["figures"].values()) for row in told["deliveries"][name]} == {
            group: tuple(found[state] for state in ("delivered", "failed", "pending"))
            for group, found in states.items()
        }
    check_dead(told["deadEndpoints"], own, window)


def check_dead(told: list[Told], own: Sequence[Event], window: Window) -> None:
    lately = Window(max(window.lo, window.hi - timedelta(hours=24)), window.hi)
    ended = [e for e in own if e.stream == "webhook_deliveries" and e.outcome != "pending"]
    dead = []
    for endpoint in {str(event.endpoint) for event in ended}:
        mine = [event for event in ended if event.endpoint == endpoint and window.holds(event.occurred_at)]
        recent = [event for event in mine if lately.holds(event.occurred_at)]
        failed = [event.occurred_at for event in recent if event.outcome == "failed"]
        delivered = [event.occurred_at for event in mine if event.outcome == "delivered"]
        if len(failed) >= 5 and len(failed) == len(recent):
            dead.append((endpoint, len(failed), instant(max(failed)), instant(max(delivered, default=None))))
    assert sorted(plain(row) for row in told) == sorted(dead)  # type: ignore[type-var]

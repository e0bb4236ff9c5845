"""How webhooks are delivered."""

from typing import Any, TypeAlias

from gateway.rest.numbers import Rate, rate, two_decimals
from gateway.rest.ranges import Asked
from gateway.rest.shapes.shape import Shape

Told: TypeAlias = dict[str, Any]

NO_DELIVERIES: Told = {
    "deliveryCount": 0,
    "deliveredCount": 0,
    "failedCount": 0,
    "pendingCount": 0,
}
NO_ATTEMPTS: Told = {
    "attemptCount": 0,
    "firstTryCount": 0,
    "firstTryDeliveredCount": 0,
    "deliveryTime": {"averageMs": None, "p95Ms": None},
}


class Deliveries(Shape, frozen=True):
    """Deliveries by how their last attempt ended; times, in milliseconds, are of delivered attempts."""

    total_deliveries: int
    successful_deliveries: int
    failed_deliveries: int
    pending_deliveries: int
    success_rate: Rate | None
    total_attempts: int
    first_try_rate: Rate | None
    average_delivery_time: float | None
    p95_delivery_time: float | None


class EventType(Deliveries, frozen=True):
    """Those of one type of event."""

    event_type: str


class Endpoint(Deliveries, frozen=True):
    """Those to one endpoint."""

    endpoint: str


class Webhooks(Deliveries, frozen=True):
    """All of a range, and broken down."""

    by_event_type: list[EventType]
    by_endpoint: list[Endpoint]


def webhooks(merchant: dict[str, Any], _: Asked) -> Webhooks:
    """Shape the operation `rest_webhook_metrics`."""
    told = merchant["webhooks"]
    deliveries = told["deliveries"]
    return Webhooks(
        by_event_type=[
            EventType(event_type=name, **_figures(*pair))
            for name, pair in _pairs(deliveries["byEventType"], told["byEventType"])
        ],
        by_endpoint=[
            Endpoint(endpoint=name, **_figures(*pair))
            for name, pair in _pairs(deliveries["byEndpoint"], told["byEndpoint"])
        ],
        **_figures(deliveries["total"], told["total"]),
    )


def _pairs(deliveries: list[Told], attempts: list[Told]) -> list[tuple[str, tuple[Told, Told]]]:
    """Put deliveries beside attempts of the same name; one may have but the other none, at the range's edge."""
    ended, tried = ({each["name"]: each["figures"] for each in groups} for groups in (deliveries, attempts))
    names = [*ended, *(name for name in tried if name not in ended)]
    return [(name, (ended.get(name, NO_DELIVERIES), tried.get(name, NO_ATTEMPTS))) for name in names]


def _figures(deliveries: Told, attempts: Told) -> Told:
    delivered, failed = deliveries["deliveredCount"], deliveries["failedCount"]
    return {
        "total_deliveries": deliveries["deliveryCount"],
        "successful_deliveries": delivered,
        "failed_deliveries": failed,
        "pending_deliveries": deliveries["pendingCount"],
        "success_rate": rate(delivered, delivered + failed),
        "total_attempts": attempts["attemptCount"],
        "first_try_rate": rate(attempts["firstTryDeliveredCount"], attempts["firstTryCount"]),
        "average_delivery_time": two_decimals(attempts["deliveryTime"]["averageMs"]),
        "p95_delivery_time": two_decimals(attempts["deliveryTime"]["p95Ms"]),
    }

"""How webhooks are delivered."""

from typing import Any

from gateway.rest.numbers import Rate, two_decimals
from gateway.rest.ranges import Asked
from gateway.rest.shapes.shape import Shape


class Deliveries(Shape, frozen=True):
    """Attempts to deliver; times are milliseconds, percentiles within 1 %."""

    total_deliveries: int
    successful_deliveries: int
    failed_deliveries: int
    pending_deliveries: int
    success_rate: Rate | None
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
    return Webhooks(
        by_event_type=[EventType(event_type=each["name"], **_figures(each["figures"])) for each in told["byEventType"]],
        by_endpoint=[Endpoint(endpoint=each["name"], **_figures(each["figures"])) for each in told["byEndpoint"]],
        **_figures(told["total"]),
    )


def _figures(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "total_deliveries": told["attemptCount"],
        "successful_deliveries": told["deliveredCount"],
        "failed_deliveries": told["failedCount"],
        "pending_deliveries": told["pendingCount"],
        "success_rate": two_decimals(told["successRate"]),
        "first_try_rate": two_decimals(told["firstTryRate"]),
        "average_delivery_time": two_decimals(told["deliveryTime"]["averageMs"]),
        "p95_delivery_time": two_decimals(told["deliveryTime"]["p95Ms"]),
    }

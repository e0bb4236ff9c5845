"""Webhook deliveries as wholes, and endpoints that are dead, by hand."""

from typing import Any

from tests.factories import webhook
from tests.resolvers.conftest import Desk

WEEK = "range: {period: WEEK}"  # from Monday the 11th up to Wednesday the 13th at noon
FIGURES = "deliveryCount deliveredCount failedCount pendingCount successRate"
DELIVERIES = f"""total {{ attemptCount successRate firstTryRate }} deliveries {{ total {{ {FIGURES} }}
  byEventType {{ name figures {{ {FIGURES} }} }} byEndpoint {{ name figures {{ {FIGURES} }} }} }}"""


async def webhooks(desk: Desk, selection: str, at: str = "2026-05-13T12:00:00Z") -> Any:
    document = f'query ($at: DateTime) {{ merchant(id: "shop") {{ webhooks({WEEK}, at: $at) {{ {selection} }} }} }}'
    return (await desk.data(document, at=at))["merchant"]["webhooks"]


async def test_a_delivery_stands_as_its_last_attempt_does(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(
        [
            webhook("a", "2026-05-12T10:00:00", "failed"),
            webhook("a", "2026-05-12T10:05:00", "delivered", 2),
            webhook("b", "2026-05-12T10:00:00", "failed", event_type="payment.failed"),
            webhook("b", "2026-05-12T10:05:00", "pending", 2, event_type="payment.failed"),
            webhook("c", "2026-05-12T10:05:00", "failed"),
            webhook("c", "2026-05-12T10:00:00", "pending", endpoint="https://shop.example/hook"),
            webhook("d", "2026-05-10T10:00:00", "failed"),  # begun the week before
            webhook("d", "2026-05-12T10:00:00", "delivered", 2),
        ]
    )
    found = await webhooks(desk, DELIVERIES)
    assert list(found["total"].values()) == [7, 40.0, 0.0]  # by attempt
    assert list(found["deliveries"]["total"].values()) == [3, 1, 1, 1, 50.0]
    assert [list(each["figures"].values()) for each in found["deliveries"]["byEventType"]] == [
        [2, 1, 1, 0, 50.0],
        [1, 0, 0, 1, None],
    ]
    assert [each["name"] for each in found["deliveries"]["byEndpoint"]] == ["https://shop.example/hook"]
    earlier = await webhooks(desk, DELIVERIES, "2026-05-12T10:05:00Z")
    assert list(earlier["deliveries"]["total"].values()) == [3, 0, 2, 1, 0.0]


async def test_an_endpoint_is_dead_that_takes_nothing_for_a_day(desk: Desk) -> None:
    await desk.merchants("shop")
    dead, alive, quiet = ("https://dead.example", "https://alive.example", "https://quiet.example")
    await desk.tell(
        [
            webhook("x", "2026-05-12T11:59:00", "delivered", endpoint=dead),
            *(webhook(f"d{n}", f"2026-05-13T10:0{n}:00", "failed", endpoint=dead) for n in range(5)),
            *(webhook(f"a{n}", f"2026-05-13T10:0{n}:00", "failed", endpoint=alive) for n in range(5)),
            webhook("y", "2026-05-12T12:00:00", "delivered", endpoint=alive),
            *(webhook(f"q{n}", f"2026-05-13T10:0{n}:00", "failed", endpoint=quiet) for n in range(4)),
        ]
    )
    selection = "deadEndpoints { endpoint failedCount lastFailedAt lastDeliveredAt }"
    found = await webhooks(desk, selection)
    assert found["deadEndpoints"] == [
        {
            "endpoint": dead,
            "failedCount": 5,
            "lastFailedAt": "2026-05-13T10:04:00.000000Z",
            "lastDeliveredAt": "2026-05-12T11:59:00.000000Z",
        }
    ]
    later = await webhooks(desk, selection, "2026-05-13T12:00:00.000001Z")
    assert [each["endpoint"] for each in later["deadEndpoints"]] == ["https://alive.example", dead]

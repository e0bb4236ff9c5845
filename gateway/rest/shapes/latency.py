"""How long payments take."""

from typing import Any

from gateway.rest.numbers import two_decimals
from gateway.rest.ranges import Asked
from gateway.rest.shapes.shape import Shape


class Latency(Shape, frozen=True):
    """From creation to settlement, in milliseconds; the average is exact, percentiles are within 1 %."""

    average: float | None
    median: float | None
    p95: float | None
    p99: float | None


def latency(merchant: dict[str, Any], _: Asked) -> Latency:
    """Shape the operation `rest_latency`."""
    [told] = [step["sinceCreated"] for step in merchant["latency"]["steps"] if step["step"] == "SETTLED"]
    return Latency(
        average=two_decimals(told["averageMs"]),
        median=two_decimals(told["medianMs"]),
        p95=two_decimals(told["p95Ms"]),
        p99=two_decimals(told["p99Ms"]),
    )

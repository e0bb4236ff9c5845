"""When it is busy."""

from typing import Any

from gateway.rest.numbers import Decided, Zec, zec
from gateway.rest.ranges import Asked
from gateway.rest.shapes.shape import Shape, hour_label


class PeakHour(Shape, frozen=True):
    """An hour of the merchant's clock, over all days of the range."""

    hour: int
    label: str
    transaction_count: Decided
    revenue: Zec


def peak_times(merchant: dict[str, Any], _: Asked) -> list[PeakHour]:
    """Shape the operation `rest_peak_times`: the busiest hour first, all 24 of them."""
    hours = [
        PeakHour(
            hour=told["hour"],
            label=hour_label(told["hour"]),
            transaction_count=told["transactionCount"],
            revenue=zec(told["revenue"]),
        )
        for told in merchant["peakTimes"]["byHour"]
    ]
    return sorted(hours, key=lambda hour: (-hour.transaction_count, hour.hour))

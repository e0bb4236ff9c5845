"""A figure beside that of the period before."""

from typing import Any

from gateway.rest.numbers import Rate, Zec, two_decimals, zec_or_null
from gateway.rest.shapes.shape import Shape


class MoneyComparison(Shape, frozen=True):
    """Money; null for an average of nothing. `changePercent` is null where it has no meaning, as over a previous 0."""

    current: Zec | None
    previous: Zec | None
    change: Zec | None
    change_percent: Rate | None
    direction: str | None


class CountComparison(Shape, frozen=True):
    """A number of things. `changePercent` is null where it has no meaning, as over a previous 0."""

    current: int
    previous: int
    change: int
    change_percent: Rate | None
    direction: str | None


class RateComparison(Shape, frozen=True):
    """A rate in percent, its change in percentage points; null where nothing was decided."""

    current: Rate | None
    previous: Rate | None
    change: Rate | None
    change_percent: Rate | None
    direction: str | None


def money_comparison(told: dict[str, Any]) -> MoneyComparison:
    """Shape a comparison of money."""
    return MoneyComparison(
        current=zec_or_null(told["current"]),
        previous=zec_or_null(told["previous"]),
        change=zec_or_null(told["change"]),
        **_compared(told),
    )


def count_comparison(told: dict[str, Any]) -> CountComparison:
    """Shape a comparison of counts."""
    return CountComparison(current=told["current"], previous=told["previous"], change=told["change"], **_compared(told))


def rate_comparison(told: dict[str, Any]) -> RateComparison:
    """Shape a comparison of rates."""
    return RateComparison(
        current=two_decimals(told["current"]),
        previous=two_decimals(told["previous"]),
        change=two_decimals(told["change"]),
        **_compared(told),
    )


def _compared(told: dict[str, Any]) -> dict[str, Any]:
    direction = told["direction"]
    return {"change_percent": two_decimals(told["changePercent"]), "direction": direction and direction.lower()}

"""What a threshold may be: in its metric's unit, and no figure that the metric can never have."""

from typing import Final

import orjson

from resolvers.alerts.reading import exact
from resolvers.errors import BadInput
from resolvers.metrics.columns import Told
from resolvers.metrics.declaration import Metric, Unit
from resolvers.metrics.scalars import MetricNumber

WHOLE: Final = frozenset({Unit.ZATOSHI, Unit.COUNT})
#: Beyond it JSON's readers no longer tell whole numbers apart; amounts are strings of digits.
LARGEST: Final = 2**53 - 1


def stored_threshold(given: MetricNumber, metric: Metric) -> str:
    """Return a threshold as it is stored, JSON; a float is no amount and no count."""
    value: object = given
    if metric.unit in WHOLE:
        if isinstance(value, float) or not exact(_told(value)).denominator == 1:
            raise BadInput(f"threshold of {metric.slug} is a whole number, as an integer or a string of digits.")
        whole = int(exact(_told(value)))
        return orjson.dumps(str(whole)).decode() if metric.unit is Unit.ZATOSHI else str(whole)
    number = float(exact(_told(value)))
    return orjson.dumps(int(number) if number.is_integer() and abs(number) < 2**53 else number).decode()


def check_threshold(stored: str, metric: Metric) -> None:
    """Raise BadInput, which says the bounds, for what no figure of the metric can reach."""
    number = exact(orjson.loads(stored))
    most = _most(metric)
    if metric.signed or (number >= 0 and (most is None or number <= most)):
        return
    bounds = "not be negative" if most is None else f"lie between 0 and {most:,}"
    raise BadInput(f"threshold of {metric.slug}, which is counted in {metric.unit.name}, must {bounds}.")


def _most(metric: Metric) -> int | None:
    match metric.unit:
        case Unit.ZATOSHI:
            return None
        case Unit.PERCENT if not metric.over_100:
            return 100
    return LARGEST


def _told(value: object) -> Told:
    assert isinstance(value, str | int | float)
    return value

"""What figures can be divided and filtered by."""

from enum import Enum

from resolvers.describing import describe


class Dimension(Enum):
    """A dimension; its value is the column that the families have it in, or how a clock tells it."""

    METHOD = "method"
    FAILURE_CODE = "failure_code"
    ATTEMPT = "attempt"
    RESOURCE = "resource"
    COUNTRY = "country"
    STEP = "step"
    EVENT_TYPE = "event_type"
    ENDPOINT = "endpoint"
    HOUR_OF_DAY = "hour_of_day"
    WEEKDAY = "weekday"


describe(
    Dimension,
    "What figures can be divided by; the description of each metric says by which.",
    name="MetricDimension",
    METHOD="The payment's method: TRANSPARENT, SHIELDED, or null where no event told one.",
    FAILURE_CODE="The failure code, of the closed list; null where a payment was stopped by an attempt that expired.",
    ATTEMPT="Which try it was, 1 for the first.",
    RESOURCE="The paid resource; null where payments told none.",
    COUNTRY="The country's code of two letters; null where none was told.",
    STEP="The step of a payment that was reached: VERIFIED, SETTLED and so on.",
    EVENT_TYPE="The webhook's event type.",
    ENDPOINT="The address: a webhook's, or that of the facilitator's API.",
    HOUR_OF_DAY="What the merchant's clock shows, 0 to 23, on any day of the range. Every metric has it.",
    WEEKDAY="The day of the week in the merchant's zone, MONDAY to SUNDAY. Every metric has it.",
)

CLOCK = frozenset({Dimension.HOUR_OF_DAY, Dimension.WEEKDAY})
# Their values are few, so that all of them can be asked for at once; of others the largest are looked up first.
FEW = frozenset({Dimension.METHOD, Dimension.FAILURE_CODE, Dimension.ATTEMPT, Dimension.COUNTRY, Dimension.STEP})
WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")

_SMALL_LETTERS = frozenset({Dimension.METHOD, Dimension.STEP})
_NOT_TOLD = {Dimension.METHOD: "unknown", Dimension.COUNTRY: "ZZ", Dimension.RESOURCE: "", Dimension.FAILURE_CODE: ""}


def told(dimension: Dimension, stored: str) -> str | None:
    """Return a stored value as clients see it; None is one that events did not tell."""
    if stored == _NOT_TOLD.get(dimension):
        return None
    return stored.upper() if dimension in _SMALL_LETTERS else stored


def stored(dimension: Dimension, given: str | None) -> str:
    """Return a client's value as it is stored; what cannot be stored is found nowhere, as it should be."""
    if given is None:
        return _NOT_TOLD.get(dimension, "")
    return given.lower() if dimension in _SMALL_LETTERS else given

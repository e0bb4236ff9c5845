"""What figures can be divided and filtered by."""

import re
from collections.abc import Iterable
from enum import Enum

from resolvers.describing import describe
from resolvers.failure_codes import FAILURE_CODES
from resolvers.payment_enums import PaymentMethod, PaymentStep


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

# What the values of a dimension can be, as clients see them: a closed list, or a form. All else is open.
_LISTS: dict[Dimension, tuple[str | None, ...]] = {
    Dimension.METHOD: (*(each.name for each in PaymentMethod), None),
    Dimension.FAILURE_CODE: (*FAILURE_CODES, None),
    # A payment takes no time to its creation, and a correction is none of its steps.
    Dimension.STEP: tuple(
        each.name for each in PaymentStep if each not in {PaymentStep.CREATED, PaymentStep.CORRECTED}
    ),
}
_FORMS = {
    Dimension.COUNTRY: (
        re.compile(r"[A-Z]{2}", re.ASCII),
        "a code of two capital letters (ISO 3166), such as DE, or null",
    ),
    Dimension.ATTEMPT: (re.compile(r"[1-9][0-9]{0,4}", re.ASCII), "a whole number from 1, in digits"),
}
#: The names of the dimensions whose values are known.
CLOSED = tuple(each.name for each in (*_LISTS, *_FORMS))


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


def values_fault(dimension: Dimension, values: Iterable[str]) -> str | None:
    """Return what is wrong with stored values to filter by, and what there is; None where nothing is."""
    for value in values:
        seen = told(dimension, value)
        if dimension in _LISTS and seen not in _LISTS[dimension]:
            return _unknown(dimension, seen, "one of " + ", ".join(each or "null" for each in _LISTS[dimension]))
        if dimension in _FORMS and seen is not None and not _FORMS[dimension][0].fullmatch(seen):
            return _unknown(dimension, seen, _FORMS[dimension][1])
    return None


def _unknown(dimension: Dimension, value: str | None, instead: str) -> str:
    shown = repr(value) if value else "null"
    return f"filter.values: {shown:.60} is no {dimension.name}, which is {instead}."

"""The closed lists of alerts."""

from enum import Enum

from resolvers.describing import describe


class AlertComparison(Enum):
    """When a figure breaches a threshold."""

    BELOW = "below"
    AT_MOST = "at_most"
    ABOVE = "above"
    AT_LEAST = "at_least"


class AlertState(Enum):
    """How an alert stands."""

    UNKNOWN = "unknown"
    OK = "ok"
    FIRING = "firing"


class CrossingKind(Enum):
    """Which way a threshold was crossed."""

    FIRED = "fired"
    RECOVERED = "recovered"


class DeliveryState(Enum):
    """How far a crossing has been told."""

    NONE = "none"
    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


describe(
    AlertComparison,
    "When a figure breaches an alert's threshold.",
    BELOW="When it is smaller.",
    AT_MOST="When it is smaller or the same.",
    ABOVE="When it is greater.",
    AT_LEAST="When it is greater or the same.",
)
describe(
    AlertState,
    "How an alert stands.",
    UNKNOWN="Nothing could be said of it yet: it is new, was changed, or too little happened since.",
    OK="Its threshold is not breached.",
    FIRING="Its threshold is breached.",
)
describe(
    CrossingKind,
    "Which way an alert's threshold was crossed.",
    name="AlertCrossingKind",
    FIRED="It was breached.",
    RECOVERED="It was breached before and is no longer.",
)
describe(
    DeliveryState,
    "How far a crossing has been told by webhook.",
    name="AlertDeliveryState",
    NONE="It is not told: the alert had no URL.",
    WAITING="It is going to be told, or told again.",
    DELIVERED="The receiver took it.",
    GIVEN_UP="The receiver did not want it, or could not be reached for a day.",
)

"""The closed lists of a payment, as stored in small letters and told in capitals."""

from enum import Enum

from resolvers.describing import describe


class PaymentMethod(Enum):
    """How a payment was made."""

    TRANSPARENT = "transparent"
    SHIELDED = "shielded"


class PaymentState(Enum):
    """Where a payment stands."""

    CREATED = "created"
    VERIFYING = "verifying"
    VERIFIED = "verified"
    SETTLED = "settled"
    FAILED = "failed"
    EXPIRED = "expired"
    RETRIED = "retried"
    REFUNDED = "refunded"


class PaymentStep(Enum):
    """What an event says of a payment."""

    CREATED = "created"
    VERIFYING = "verifying"
    VERIFIED = "verified"
    SETTLED = "settled"
    FAILED = "failed"
    EXPIRED = "expired"
    RETRIED = "retried"
    REFUNDED = "refunded"
    CORRECTED = "corrected"


describe(
    PaymentMethod,
    "The kind of address that a payment came from.",
    TRANSPARENT="A transparent address, which the chain shows.",
    SHIELDED="A shielded address: its payer is unknown.",
)
describe(
    PaymentState,
    "Where a payment stands. A settled payment never leaves SETTLED or REFUNDED.",
    CREATED="Asked for.",
    VERIFYING="Its proof is being verified.",
    VERIFIED="Its proof holds, it is not settled yet.",
    SETTLED="Paid.",
    FAILED="Its last attempt failed.",
    EXPIRED="Its last attempt ran out of time.",
    RETRIED="A further attempt was asked for.",
    REFUNDED="Paid, and wholly or partly given back.",
)
describe(
    PaymentStep,
    "What an event says of a payment.",
    CREATED="It was asked for.",
    VERIFYING="Its proof is being verified.",
    VERIFIED="Its proof holds.",
    SETTLED="It was paid; needs `amount`.",
    FAILED="An attempt failed; `failureCode` says why.",
    EXPIRED="An attempt ran out of time.",
    RETRIED="A further attempt began; `attempt` counts it.",
    REFUNDED="Part or all of it was given back; `amount` is the refund, `fee` the fee returned.",
    CORRECTED="Takes back the event that `corrects` names, as if it had never been.",
)

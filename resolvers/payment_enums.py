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


class FailureCode(Enum):
    """Why an attempt failed; stored as it is told."""

    INSUFFICIENT_CONFIRMATIONS = "INSUFFICIENT_CONFIRMATIONS"
    INSUFFICIENT_AMOUNT = "INSUFFICIENT_AMOUNT"
    INVALID_PROOF = "INVALID_PROOF"
    INVALID_SIGNATURE = "INVALID_SIGNATURE"
    DOUBLE_SPEND = "DOUBLE_SPEND"
    MEMO_MISMATCH = "MEMO_MISMATCH"
    PAYER_CANCELLED = "PAYER_CANCELLED"
    CHALLENGE_EXPIRED = "CHALLENGE_EXPIRED"
    NETWORK_ERROR = "NETWORK_ERROR"
    NODE_UNAVAILABLE = "NODE_UNAVAILABLE"
    TIMEOUT = "TIMEOUT"
    RATE_LIMITED = "RATE_LIMITED"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    OTHER = "OTHER"


def failure_code(stored: str | None) -> FailureCode | None:
    """Return a stored code; None where none was told."""
    return FailureCode(stored) if stored else None


describe(
    FailureCode,
    "Why an attempt failed.",
    INSUFFICIENT_CONFIRMATIONS="The transaction was not confirmed often enough in time.",
    INSUFFICIENT_AMOUNT="Less was paid than asked for.",
    INVALID_PROOF="A zero-knowledge proof does not verify.",
    INVALID_SIGNATURE="A signature does not match.",
    DOUBLE_SPEND="What was to be spent is spent already.",
    MEMO_MISMATCH="The memo names another payment.",
    PAYER_CANCELLED="The payer withdrew.",
    CHALLENGE_EXPIRED="The answer to the 402 came too late.",
    NETWORK_ERROR="The network could not be reached.",
    NODE_UNAVAILABLE="The Zcash node did not answer.",
    TIMEOUT="Verification or settlement took too long.",
    RATE_LIMITED="The payer asked too often.",
    INTERNAL_ERROR="The facilitator failed.",
    OTHER="Anything else; the event's reason has what was told.",
)
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

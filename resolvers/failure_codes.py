"""Why attempts fail: the closed list. What events tell beyond it is kept as OTHER, its text as the reason."""

from enum import Enum
from typing import Final

from resolvers.describing import describe


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

FAILURE_CODES: Final = tuple(code.value for code in FailureCode)


def failure_code(stored: str | None) -> FailureCode | None:
    """Return a stored code; None where none was told."""
    return FailureCode(stored) if stored else None

"""Why attempts fail: the closed list. What events tell beyond it is kept as OTHER, its text as the reason."""

from typing import Final

FAILURE_CODES: Final = (
    "INSUFFICIENT_CONFIRMATIONS",
    "INSUFFICIENT_AMOUNT",
    "INVALID_PROOF",
    "INVALID_SIGNATURE",
    "DOUBLE_SPEND",
    "MEMO_MISMATCH",
    "PAYER_CANCELLED",
    "CHALLENGE_EXPIRED",
    "NETWORK_ERROR",
    "NODE_UNAVAILABLE",
    "TIMEOUT",
    "RATE_LIMITED",
    "INTERNAL_ERROR",
    "OTHER",
)

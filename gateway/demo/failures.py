"""What goes wrong, how often, and how a person would say it."""

from itertools import accumulate
from random import Random
from typing import Final, TypeAlias

Failure: TypeAlias = tuple[str, str]

_VERIFYING: Final[tuple[tuple[int, str, str], ...]] = (
    (24, "INSUFFICIENT_AMOUNT", "Paid less than the price of the resource"),
    (9, "INSUFFICIENT_AMOUNT", "Amount does not cover the network fee"),
    (15, "INVALID_PROOF", "Zero-knowledge proof does not verify"),
    (12, "INVALID_SIGNATURE", "Signature does not match the paying address"),
    (12, "MEMO_MISMATCH", "Memo names another payment"),
    (7, "DOUBLE_SPEND", "Inputs are already spent in another transaction"),
    (8, "RATE_LIMITED", "Payer exceeded 60 verifications a minute"),
    (5, "PAYER_CANCELLED", "Payer withdrew before verification ended"),
    (3, "OTHER", "Wallet sent a payment in an unknown version"),
)
_SETTLING: Final[tuple[tuple[int, str, str], ...]] = (
    (34, "INSUFFICIENT_CONFIRMATIONS", "No confirmation within the expiry height"),
    (20, "TIMEOUT", "Settlement was not confirmed in 5 minutes"),
    (14, "NETWORK_ERROR", "Connection to the network was reset while broadcasting"),
    (12, "NODE_UNAVAILABLE", "zebrad did not answer"),
    (6, "DOUBLE_SPEND", "A conflicting transaction was mined first"),
    (3, "INTERNAL_ERROR", "Settlement queue rejected the job"),
)
_INCIDENT: Final[tuple[tuple[int, str, str], ...]] = (
    (60, "NODE_UNAVAILABLE", "zebrad is resynchronising"),
    (30, "NETWORK_ERROR", "All peers of the node are unreachable"),
    (10, "TIMEOUT", "Settlement was not confirmed in 5 minutes"),
)


class _Kind:
    """Draws from a weighted list; the running sums are made once."""

    __slots__ = ("_failures", "_sums")

    def __init__(self, weighted: tuple[tuple[int, str, str], ...]) -> None:
        self._failures = [(code, reason) for _, code, reason in weighted]
        self._sums = list(accumulate(weight for weight, _, _ in weighted))

    def draw(self, rng: Random) -> Failure:
        return rng.choices(self._failures, cum_weights=self._sums)[0]


VERIFYING: Final = _Kind(_VERIFYING)
SETTLING: Final = _Kind(_SETTLING)
INCIDENT: Final = _Kind(_INCIDENT)

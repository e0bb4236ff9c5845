"""What each route counts, as the OpenAPI document says it: one name means one thing everywhere."""

from collections.abc import Mapping
from typing import Final

TRANSACTIONS: Final = "`transactionCount` is attempts decided: settled, failed and expired."
SETTLED: Final = "`successfulCount` is payments settled, which `revenue` is the sum of"
REVENUE: Final = f"{TRANSACTIONS} {SETTLED}, and `averageValue` is revenue per one of these."
COMPARED: Final = (
    "`transactions` is attempts decided: settled, failed and expired. `averageValue` is revenue per payment settled."
)

#: By the route's path.
COUNTS: Final[Mapping[str, str]] = {
    "/realtime": REVENUE,
    "/dashboard": COMPARED,
    **{f"/trends/{period}": REVENUE for period in ("today", "week", "month")},
    "/peak-times": TRANSACTIONS,
    "/success-rate": f"{TRANSACTIONS} `successfulCount` is those settled, and `successRate` is these per transaction.",
    "/failures": f"`totalFailed` is attempts failed, each for a reason. {TRANSACTIONS} `failureRate` is attempts "
    "failed or expired per transaction: `(totalFailed + expiredCount) / transactionCount`.",
    "/webhook-metrics": "A delivery is counted once, by how its last attempt ended; `totalAttempts` and `firstTryRate` "
    "are of attempts.",
    "/latency": "Payments settled whose events told how long they took.",
    "/overview": "`totalTransactions` is attempts decided: settled, failed and expired. `successfulTransactions` is "
    "payments settled, and `averageValue` is revenue per one of these. In `topResources`, `successfulCount` is "
    "payments settled for a resource.",
    "/revenue": REVENUE,
    "/transactions": f"{REVENUE} `percentage` is a group's part of all transactions; groups make up the whole range.",
    "/top-resources": f"{SETTLED}; `accessCount` is requests for the resource, answered with 402 or paid.",
    "/payment-methods": f"{TRANSACTIONS} {SETTLED}. `percentage` is a method's part of the payments settled.",
    "/customers": "`identifiedPayments` and `anonymousPayments` are all payments settled; `paymentCount` is those of "
    "one payer, which `revenue` is the sum of.",
}

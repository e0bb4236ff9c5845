"""Metrics of payments and deliveries as wholes, each counted once, by how it stands at `at`; and of new payers.

A payment belongs to the bucket of its first decision, a delivery to that of its first attempt.
"""

from resolvers.metrics.declaration import Distinct, Metric, Ratio, Sum, Unit

COHORTS = (("cohorts",),)
RECOVERIES = (("recoveries",),)
DELIVERIES = (("deliveries",),)

PAYMENTS, STOPPED, RECOVERED = Sum(("payment_count",)), Sum(("stopped_count",)), Sum(("recovered_count",))
RETRIED = Sum(("retried_payment_count",))
ENDED = Sum(("delivery_delivered_count", "delivery_failed_count"))

WHOLES = (
    Metric("PAYMENTS", Unit.COUNT, PAYMENTS, "Payments first decided, however many attempts they took.", COHORTS),
    Metric(
        "PAYMENT_SUCCESS_RATE",
        Unit.PERCENT,
        Ratio(Sum(("paid_count",)), PAYMENTS, 100),
        "Settled, at whichever attempt, per payment first decided, in percent.",
        COHORTS,
    ),
    Metric("RETRIED_PAYMENTS", Unit.COUNT, RETRIED, "Payments first decided that have a second attempt.", COHORTS),
    Metric(
        "AVERAGE_RETRIES",
        Unit.NUMBER,
        Ratio(Sum(("retry_count",)), RETRIED),
        "Attempts after the first per retried payment.",
        COHORTS,
    ),
    Metric(
        "STOPPED_PAYMENTS",
        Unit.COUNT,
        STOPPED,
        "Payments that failed or expired before they settled, if ever, by the last failure code before.",
        RECOVERIES,
    ),
    Metric("RECOVERED_PAYMENTS", Unit.COUNT, RECOVERED, "Stopped payments that settled after all.", RECOVERIES),
    Metric(
        "RECOVERY_RATE",
        Unit.PERCENT,
        Ratio(RECOVERED, STOPPED, 100),
        "Recovered per stopped payment, in percent.",
        RECOVERIES,
    ),
    Metric(
        "RECOVERED_REVENUE",
        Unit.ZATOSHI,
        Sum(("recovered_zat",)),
        "Sum of the amounts that recovered payments settled.",
        RECOVERIES,
    ),
    Metric(
        "NEW_PAYERS",
        Unit.COUNT,
        Sum(("new_payer_count",)),
        "Identified payers whose first settled payment ever lies here.",
        (("new_payers",),),
    ),
    Metric(
        "RETURNING_PAYERS",
        Unit.COUNT,
        Distinct("unique_payer_count", ("new_payer_count",)),
        "Unique payers who had settled a payment before.",
        (("payers", "new_payers"),),
    ),
    Metric(
        "DELIVERIES",
        Unit.COUNT,
        Sum(("delivery_delivered_count", "delivery_failed_count", "delivery_pending_count")),
        "Webhook deliveries first attempted, however many attempts they took.",
        DELIVERIES,
    ),
    Metric(
        "DELIVERY_SUCCESS_RATE",
        Unit.PERCENT,
        Ratio(Sum(("delivery_delivered_count",)), ENDED, 100),
        "Delivered, at whichever attempt, per webhook delivery that came to an end, in percent.",
        DELIVERIES,
    ),
)

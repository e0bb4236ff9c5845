"""Metrics of payments and payers. Each step is counted when it happened."""

from resolvers.metrics.declaration import SETTLED_AT_LEAST, Adds, Distinct, Extreme, Metric, Ratio, Sum, Unit

REVENUE = (("revenue",), ("payment_methods",), ("geography",), ("resource_sales",))
FAILED = (("revenue",), ("payment_methods",), ("geography",), ("failures",))
BY_METHOD = (("revenue",), ("payment_methods",))
STEPS = (("revenue",),)
FIRST_TRIES = (("success_rate",),)
PAYERS = (("payers",),)
ALL_PAYERS = (("payers", "revenue"),)

SETTLED = Sum(("settled_count",))
DECIDED = Sum(("settled_count", "failed_count", "expired_count"))
GROSS = Sum(("revenue_zat",))

PAYMENTS = (
    Metric("REVENUE", Unit.ZATOSHI, GROSS, "Gross revenue: the sum of the amounts settled.", REVENUE),
    Metric("FEES", Unit.ZATOSHI, Sum(("fee_zat",)), "Fees on payments settled.", STEPS),
    Metric("REFUNDS", Unit.ZATOSHI, Sum(("refund_zat",)), "Amounts given back.", STEPS),
    Metric("FEES_RETURNED", Unit.ZATOSHI, Sum(("fee_returned_zat",)), "Fees given back with refunds.", STEPS),
    Metric(
        "NET_REVENUE",
        Unit.ZATOSHI,
        Sum(("revenue_zat", "fee_returned_zat"), ("refund_zat", "fee_zat")),
        "Gross revenue less refunds, less fees that were not returned. It may be negative.",
        STEPS,
        signed=True,
    ),
    Metric("AVERAGE_VALUE", Unit.ZATOSHI, Ratio(GROSS, SETTLED), "Revenue per payment settled.", REVENUE),
    Metric(
        "SMALLEST_PAYMENT",
        Unit.ZATOSHI,
        Extreme("amount_min_zat", Adds.MIN, "settled_count"),
        "The smallest amount settled.",
        STEPS,
    ),
    Metric(
        "LARGEST_PAYMENT",
        Unit.ZATOSHI,
        Extreme("amount_max_zat", Adds.MAX, "settled_count"),
        "The largest amount settled.",
        STEPS,
    ),
    Metric("TRANSACTIONS", Unit.COUNT, DECIDED, "Attempts decided: settled, failed and expired.", BY_METHOD),
    Metric("CREATED", Unit.COUNT, Sum(("created_count",)), "Payments asked for.", STEPS),
    Metric("VERIFYING", Unit.COUNT, Sum(("verifying_count",)), "Proofs whose verification began.", STEPS),
    Metric("VERIFIED", Unit.COUNT, Sum(("verified_count",)), "Proofs found to hold.", STEPS),
    Metric("SETTLED", Unit.COUNT, SETTLED, "Payments settled.", REVENUE),
    Metric("FAILED", Unit.COUNT, Sum(("failed_count",)), "Attempts failed.", FAILED),
    Metric("EXPIRED", Unit.COUNT, Sum(("expired_count",)), "Attempts that ran out of time.", BY_METHOD),
    Metric("RETRIED", Unit.COUNT, Sum(("retried_count",)), "Further attempts begun.", STEPS),
    Metric("REFUNDED", Unit.COUNT, Sum(("refunded_count",)), "Refunds, of which a payment may have several.", STEPS),
    Metric(
        "SUCCESS_RATE",
        Unit.PERCENT,
        Ratio(SETTLED, DECIDED, 100),
        "Settled per attempt decided, in percent.",
        BY_METHOD,
    ),
    Metric(
        "FAILURE_RATE",
        Unit.PERCENT,
        Ratio(Sum(("failed_count", "expired_count")), DECIDED, 100),
        "100 less the success rate: failed and expired per attempt decided, in percent.",
        BY_METHOD,
    ),
    Metric(
        "FIRST_TRIES",
        Unit.COUNT,
        Sum(("first_try_decided_count",)),
        "First attempts of payments, decided.",
        FIRST_TRIES,
    ),
    Metric(
        "FIRST_TRY_RATE",
        Unit.PERCENT,
        Ratio(Sum(("first_try_settled_count",)), Sum(("first_try_decided_count",)), 100),
        "Settled at the first attempt per first attempt decided, in percent.",
        FIRST_TRIES,
    ),
    Metric(
        "UNIQUE_PAYERS",
        Unit.COUNT,
        Distinct("unique_payer_count"),
        "Distinct identified payers of payments settled, exact. A shielded payer is unknown and counted by no one.",
        PAYERS,
    ),
    Metric("IDENTIFIED_PAYMENTS", Unit.COUNT, Sum(("identified_count",)), "Settled, with a known payer.", PAYERS),
    Metric(
        "ANONYMOUS_PAYMENTS",
        Unit.COUNT,
        Sum((SETTLED_AT_LEAST,), ("identified_count",)),
        "Settled, with an unknown payer.",
        ALL_PAYERS,
    ),
    Metric(
        "PAYER_COVERAGE",
        Unit.PERCENT,
        Ratio(Sum(("identified_count",)), Sum((SETTLED_AT_LEAST,)), 100),
        "Payments with a known payer per payment settled, in percent.",
        ALL_PAYERS,
    ),
    Metric(
        "PAYMENTS_PER_PAYER",
        Unit.NUMBER,
        Ratio(Sum(("identified_count",)), Sum(("unique_payer_count",))),
        "Identified payments per identified payer.",
        PAYERS,
    ),
    Metric(
        "REVENUE_PER_PAYER",
        Unit.ZATOSHI,
        Ratio(Sum(("identified_zat",)), Sum(("unique_payer_count",))),
        "Revenue of identified payments per identified payer.",
        PAYERS,
    ),
)

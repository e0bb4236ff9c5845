"""Metrics of accesses to paid resources, of webhooks and of the facilitator's API."""

from resolvers.metrics.declaration import Metric, Ratio, Sum, Unit

ACCESSES = (("resource_traffic",),)
WEBHOOKS = (("webhooks",),)
API = (("api_latency",),)

CHALLENGED, PAID = Sum(("challenged_count",)), Sum(("paid_count",))
DELIVERED, REQUESTS = Sum(("delivered_count",)), Sum(("request_count",))

TRAFFIC = (
    Metric(
        "ACCESSES",
        Unit.COUNT,
        Sum(("challenged_count", "paid_count")),
        "Requests for paid resources: answered with 402, and paid.",
        ACCESSES,
    ),
    Metric("CHALLENGES", Unit.COUNT, CHALLENGED, "Requests answered with 402, payment required.", ACCESSES),
    Metric("PAID_ACCESSES", Unit.COUNT, PAID, "Requests paid for and served.", ACCESSES),
    Metric(
        "CONVERSION_RATE",
        Unit.PERCENT,
        Ratio(PAID, CHALLENGED, 100),
        "Paid requests per request answered with 402, in percent; above 100 where some were challenged earlier.",
        ACCESSES,
        over_100=True,
    ),
    Metric(
        "WEBHOOK_ATTEMPTS",
        Unit.COUNT,
        Sum(("delivered_count", "failed_count", "pending_count")),
        "Attempts to deliver webhooks: delivered, failed and pending.",
        WEBHOOKS,
    ),
    Metric("WEBHOOK_DELIVERED", Unit.COUNT, DELIVERED, "Webhook attempts that the endpoint took.", WEBHOOKS),
    Metric("WEBHOOK_FAILED", Unit.COUNT, Sum(("failed_count",)), "Webhook attempts that failed.", WEBHOOKS),
    Metric("WEBHOOK_PENDING", Unit.COUNT, Sum(("pending_count",)), "Webhook attempts told as pending.", WEBHOOKS),
    Metric(
        "WEBHOOK_SUCCESS_RATE",
        Unit.PERCENT,
        Ratio(DELIVERED, Sum(("delivered_count", "failed_count")), 100),
        "Delivered per webhook attempt that came to an end, in percent; 0 for an endpoint that is dead.",
        WEBHOOKS,
    ),
    Metric(
        "WEBHOOK_FIRST_TRY_RATE",
        Unit.PERCENT,
        Ratio(Sum(("first_try_delivered_count",)), Sum(("first_try_count",)), 100),
        "Delivered per first webhook attempt that came to an end, in percent.",
        WEBHOOKS,
    ),
    Metric("API_REQUESTS", Unit.COUNT, REQUESTS, "Calls to the facilitator's API.", API),
    Metric("API_ERRORS", Unit.COUNT, Sum(("error_count",)), "Calls answered with a status of 400 or more.", API),
    Metric(
        "API_SERVER_ERRORS",
        Unit.COUNT,
        Sum(("server_error_count",)),
        "Calls answered with a status of 500 or more.",
        API,
    ),
    Metric(
        "API_ERROR_RATE",
        Unit.PERCENT,
        Ratio(Sum(("error_count",)), REQUESTS, 100),
        "Calls answered with 400 or more, per call, in percent.",
        API,
    ),
)

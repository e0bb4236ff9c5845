"""The table of the routes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from gateway.rest.lifetimes import DAILY, HOURLY, LIVE, of_range, of_series
from gateway.rest.parameters import AT, MERCHANT, Parameter, choice, whole
from gateway.rest.ranges import INTERVALS, SERIES_SPAN, SPAN, Asked, by_days, by_span, days
from gateway.rest.shapes.dashboard import Dashboard, dashboard
from gateway.rest.shapes.failures import Failures, failures
from gateway.rest.shapes.latency import Latency, latency
from gateway.rest.shapes.legacy import (
    Customers,
    Method,
    Overview,
    Resource,
    customers,
    overview,
    payment_methods,
    top_resources,
)
from gateway.rest.shapes.peak_times import PeakHour, peak_times
from gateway.rest.shapes.realtime import Realtime, realtime
from gateway.rest.shapes.revenue import Revenue, revenue
from gateway.rest.shapes.success_rate import SuccessRate, success_rate
from gateway.rest.shapes.transactions import GROUPS, Group, transactions
from gateway.rest.shapes.trends import Trends, trends
from gateway.rest.shapes.webhooks import Webhooks, webhooks
from resolvers.clock_hours import MAX_BY_HOUR_DAYS

PREFIX: Final = "/api/v1/analytics"


@dataclass(frozen=True, slots=True)
class RestRoute:
    """One route: `shape` makes of the operation's merchant what is told under `key`, an object of type `answer`.

    `variables` are those beside `merchantId` and `at`; they may raise BadParameter. `max_age` is in seconds.
    """

    path: str
    summary: str
    operation: str
    key: str
    answer: Any
    shape: Callable[[dict[str, Any], Asked], object]
    parameters: tuple[Parameter, ...] = ()
    variables: Callable[[Asked], dict[str, Any]] = lambda _: {}
    max_age: Callable[[Asked], int] = of_range

    @property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """Its own parameters and those of every route."""
        return (*self.parameters, MERCHANT, AT)


def _days(asked: Asked) -> dict[str, Any]:
    return {"range": by_days(asked)}


def _span(asked: Asked) -> dict[str, Any]:
    return {"range": by_span(asked)}


def _trends(name: str, period: str, granularity: str, max_age: int) -> RestRoute:
    return RestRoute(
        f"/trends/{name}",
        f"The running {period.lower()} of the merchant by {granularity.lower()}, beside the one before."
        if period != "TODAY"
        else "Today by hour, beside yesterday.",
        "rest_trends",
        "data",
        Trends,
        trends,
        variables=lambda _: {"range": {"period": period}, "granularity": granularity},
        max_age=lambda _: max_age,
    )


ROUTES: Final = (
    RestRoute(
        "/realtime",
        "The running hour and day, what is open now, and the ten payments that settled last.",
        "realtime",
        "metrics",
        Realtime,
        realtime,
        max_age=lambda _: LIVE,
    ),
    RestRoute(
        "/dashboard",
        "Today, this week and this month, each beside the period before up to the same time.",
        "dashboard",
        "metrics",
        Dashboard,
        dashboard,
        max_age=lambda _: HOURLY,
    ),
    _trends("today", "TODAY", "HOUR", HOURLY),
    _trends("week", "WEEK", "DAY", DAILY),
    _trends("month", "MONTH", "DAY", DAILY),
    RestRoute(
        "/peak-times",
        "Transactions by hour of the merchant's clock, the busiest first.",
        "rest_peak_times",
        "peakTimes",
        list[PeakHour],
        peak_times,
        (days(30, MAX_BY_HOUR_DAYS),),
        _days,
    ),
    RestRoute(
        "/success-rate",
        "How many attempts succeed, day by day.",
        "rest_success_rate",
        "data",
        SuccessRate,
        success_rate,
        (days(7),),
        _days,
    ),
    RestRoute(
        "/failures",
        "Why attempts fail, at which hours, and what retrying comes to.",
        "rest_failures",
        "analysis",
        Failures,
        failures,
        (days(30, MAX_BY_HOUR_DAYS),),
        _days,
    ),
    RestRoute(
        "/webhook-metrics",
        "How webhooks are delivered, by event type and by endpoint.",
        "rest_webhook_metrics",
        "data",
        Webhooks,
        webhooks,
        (days(30),),
        _days,
    ),
    RestRoute(
        "/latency",
        "How long payments take from creation to settlement, in milliseconds.",
        "rest_latency",
        "latency",
        Latency,
        latency,
        (days(7),),
        _days,
    ),
    RestRoute("/overview", "A range in a few figures.", "rest_overview", "data", Overview, overview, SPAN, _span),
    RestRoute(
        "/revenue",
        "Revenue, refunds, fees and net by hour, day, week or month.",
        "rest_revenue",
        "data",
        Revenue,
        revenue,
        (
            *SERIES_SPAN,
            choice("interval", INTERVALS, "day", "How long a bucket is."),
        ),
        lambda asked: {"range": by_span(asked), "interval": asked.values["interval"].upper()},
        of_series,
    ),
    RestRoute(
        "/transactions",
        "Transactions by status, method, resource (the hundred with the most, and the rest as one) or day.",
        "rest_transactions",
        "data",
        list[Group],
        transactions,
        (*SPAN, choice("groupBy", GROUPS, "status", "What a group's transactions share.")),
        lambda asked: {"range": by_span(asked), "groupBy": asked.values["groupBy"].upper()},
    ),
    RestRoute(
        "/top-resources",
        "The resources with the most revenue.",
        "rest_top_resources",
        "data",
        list[Resource],
        top_resources,
        (*SPAN, whole("limit", 1, 100, 10, "How many at most.")),
        lambda asked: {"range": by_span(asked), "first": asked.values["limit"]},
    ),
    RestRoute(
        "/payment-methods",
        "Payments by method: transparent, shielded, and where none was told.",
        "rest_payment_methods",
        "data",
        list[Method],
        payment_methods,
        SPAN,
        _span,
    ),
    RestRoute(
        "/customers",
        "Who pays: unique, new and returning payers, and those with the most revenue.",
        "rest_customers",
        "data",
        Customers,
        customers,
        (*SPAN, whole("limit", 1, 100, 10, "How many payers at most.")),
        lambda asked: {"range": by_span(asked), "first": asked.values["limit"]},
    ),
)

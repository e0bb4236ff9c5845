"""The questions whose answers are kept between operations; `resolvers.loaders` has a loader for each.

A new one is a line here: what asks it, of which rows its answers are made, and which events they follow from.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from resolvers import batches, wholes
from resolvers.answers.between import ATTEMPTED, DECIDED, FIRST, LAST, MICROSECOND, PROFILE
from resolvers.answers.kind import REALTIME_SECONDS, Kind
from resolvers.metrics.cells import Cells, CellsKey, cells_of
from resolvers.metrics.families import FAMILIES
from resolvers.parts import MAX_RESOURCES, PartsKey, SlotRow, by_part
from resolvers.resource_batches import ResourcesKey, resources_by_page
from resolvers.totals import Totals
from resolvers.wholes import PayersKey, WholesKey
from sql import Q, Query
from sql.breakdowns import (
    CohortTotals,
    CountryTotals,
    Decisions,
    DeliveryTotals,
    EndpointHealth,
    EndpointTotals,
    FailureCount,
    MethodTotals,
    ResourceDecisions,
    ResourceTotals,
    StepSketch,
    TopPayer,
    WebhookSketch,
    WebhookTotals,
)
from sql.engine import AGGREGATES
from sql.rows import LivePayments, Merchant, PayerTotals, RecentPayment, RevenueTotals

if TYPE_CHECKING:
    from resolvers.loaders import InstantKey, WindowKey

R = TypeVar("R", bound=SlotRow)

PAYMENTS: Final = "payment_events"
DELIVERIES: Final = "webhook_deliveries"


def _parts(query: Query, families: tuple[str, ...], row: type[R], **more: object) -> Kind[PartsKey, list[list[R]]]:
    """A question whose answers are rows of some dimension, put together from families of aggregates."""
    streams = tuple(dict.fromkeys(AGGREGATES[family].source for family in families))
    fetch = by_part(query, families[0], row, **more)
    return Kind(query.name.removesuffix("_by_slot"), streams, fetch, list[list[row]], (query,))  # type: ignore[valid-type]


def _turns(key: Any, live: LivePayments) -> tuple[datetime, datetime]:
    """Between the instants at which an open payment grows stale, these counts stay what they are."""
    patience = timedelta(minutes=key.timeout_minutes)
    first = FIRST if live.newest_stale_at is None else live.newest_stale_at + patience
    last = LAST if live.oldest_fresh_at is None else live.oldest_fresh_at + patience - MICROSECOND
    return first, last


MERCHANTS: Final[Kind[str, Merchant | None]] = Kind(
    "merchant",
    (PROFILE,),
    batches.merchants_by_id,
    Merchant | None,
    (Q.merchants_by_id,),
    seconds=REALTIME_SECONDS,
    keeps=lambda row: row is not None,
)
TOTALS: Final["Kind[WindowKey, Totals]"] = Kind(
    "totals", (PAYMENTS,), batches.totals_by_window, Totals, (Q.revenue_by_slot,)
)
PAYERS: Final["Kind[WindowKey, PayerTotals]"] = Kind(
    "payers", (PAYMENTS,), batches.payers_by_window, PayerTotals, (Q.payers_by_slot,)
)
LIVE: Final["Kind[InstantKey, LivePayments]"] = Kind(
    "live",
    (PAYMENTS,),
    batches.live_by_merchant,
    LivePayments,
    (Q.live_by_merchant,),
    from_beginning=True,
    seconds=REALTIME_SECONDS,
    until=_turns,
)
RECENT: Final["Kind[InstantKey, list[RecentPayment]]"] = Kind(
    "recent",
    (PAYMENTS,),
    batches.recent_by_merchant,
    list[RecentPayment],
    (Q.recent_payments_by_merchant,),
    from_beginning=True,
    seconds=REALTIME_SECONDS,
)
FAILURES: Final = _parts(Q.failures_by_slot, ("failures",), FailureCount)
PAYMENT_METHODS: Final = _parts(Q.payment_methods_by_slot, ("payment_methods",), MethodTotals)
GEOGRAPHY: Final = _parts(Q.geography_by_slot, ("geography",), CountryTotals)
SUCCESS_RATE: Final = _parts(Q.success_rate_by_slot, ("success_rate",), Decisions)
REVENUE: Final = _parts(Q.revenue_by_slot, ("revenue",), RevenueTotals)
RESOURCES: Final = _parts(
    Q.resources_by_slot, ("resource_sales", "resource_traffic"), ResourceTotals, row_count=MAX_RESOURCES
)
LATENCY: Final = _parts(Q.latency_by_slot, ("latency",), StepSketch)
STEP_LATENCY: Final = _parts(Q.step_latency_by_slot, ("step_latency",), StepSketch)
WEBHOOKS: Final = _parts(Q.webhooks_by_slot, ("webhooks",), WebhookTotals)
WEBHOOK_LATENCY: Final = _parts(Q.webhook_latency_by_slot, ("webhook_latency",), WebhookSketch)
API_LATENCY: Final = _parts(Q.api_latency_by_slot, ("api_latency",), EndpointTotals)
ENDPOINT_HEALTH: Final = _parts(Q.webhook_endpoints_by_slot, ("webhook_endpoints",), EndpointHealth)
RESOURCE_DECISIONS: Final = _parts(
    Q.resource_decisions_by_slot, ("resource_sales",), ResourceDecisions, row_count=MAX_RESOURCES
)
# A whole belongs to the time when it began, whenever its events came; their own times bound the instant that is asked.
COHORTS: Final[Kind[WholesKey, list[CohortTotals]]] = Kind(
    "cohorts",
    (DECIDED,),
    wholes.cohorts_by_window,
    list[CohortTotals],
    (Q.cohorts_by_slot,),
    beside=(DECIDED, PAYMENTS),
)
WHOLE_DELIVERIES: Final[Kind[WholesKey, list[DeliveryTotals]]] = Kind(
    "deliveries",
    (ATTEMPTED,),
    wholes.deliveries_by_window,
    list[DeliveryTotals],
    (Q.deliveries_by_slot,),
    beside=(ATTEMPTED, DELIVERIES),
)
# An earlier payment of the same payer, told later, makes this one no more its first.
NEW_PAYERS: Final["Kind[WindowKey, int]"] = Kind(
    "new_payers", (PAYMENTS,), wholes.new_payers_by_window, int, (Q.new_payers_by_slot,), from_beginning=True
)
TOP_PAYERS: Final[Kind[PayersKey, list[TopPayer]]] = Kind(
    "top_payers", (PAYMENTS,), wholes.payers_by_page, list[TopPayer], (Q.top_payers_by_revenue,), from_beginning=True
)
RESOURCE_PAGES: Final[Kind[ResourcesKey, list[ResourceTotals]]] = Kind(
    "resource_pages",
    (PAYMENTS, AGGREGATES["resource_traffic"].source),
    resources_by_page,
    list[ResourceTotals],
    (Q.resources_by_page,),
)
CELLS: Final[dict[str, Kind[CellsKey, Cells]]] = {
    name: Kind(f"metrics_{name}", (AGGREGATES[name].source,), cells_of(family), Cells, family.queries)
    for name, family in FAMILIES.items()
}

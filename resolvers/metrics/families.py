"""The families of aggregates as the metrics query asks them."""

from collections.abc import Iterable
from dataclasses import dataclass

from resolvers.batches import levels_of
from resolvers.metrics.declaration import SETTLED_AT_LEAST, TOLD
from resolvers.metrics.dimensions import Dimension
from sql import Q, Query
from sql.engine import AGGREGATES
from sql.engine.cells import BIN, dimensions, measures


@dataclass(frozen=True, slots=True)
class Family:
    """What one statement, or a loader of wholes, can be asked for.

    `levels` are those of its buckets, the coarsest first; `events` is, of a family that is a histogram, the measure
    that counts a bin's events; `often` are the measures that a shorter statement, if there is one, tells.
    """

    name: str
    query: Query | None
    levels: tuple[str, ...]
    dimensions: frozenset[Dimension]
    measures: frozenset[str]
    events: str | None = None
    often: frozenset[str] = frozenset()
    short_query: Query | None = None

    @property
    def queries(self) -> tuple[Query, ...]:
        """The statements that tell of it."""
        return tuple(query for query in (self.query, self.short_query) if query is not None)

    def query_of(self, wanted: Iterable[str]) -> Query:
        """Return the statement that tells these measures."""
        query = self.short_query if self.short_query and self.often.issuperset(wanted) else self.query
        assert query is not None, self.name
        return query

    def stored(self, column: str) -> str:
        """Return the measure that a column of a metric is computed from."""
        if column == TOLD and self.events:
            return self.events
        return "settled_count" if column == SETTLED_AT_LEAST else column


def _family(name: str, query: Query, short_query: Query | None = None) -> Family:
    aggregate = AGGREGATES[name]
    events = None
    if BIN in aggregate.dimensions:
        events = "event_count" if "event_count" in aggregate.merges else "request_count"
    return Family(
        name,
        query,
        levels_of(name),
        frozenset(Dimension(column) for column in dimensions(aggregate)),
        frozenset(measures(aggregate)),
        events,
        frozenset(aggregate.often),
        short_query,
    )


FAMILIES = {
    family.name: family
    for family in (
        _family("revenue", Q.revenue_cells, Q.revenue_often_cells),
        _family("success_rate", Q.success_rate_cells),
        _family("payment_methods", Q.payment_methods_cells),
        _family("geography", Q.geography_cells),
        _family("failures", Q.failures_cells),
        _family("resource_sales", Q.resource_sales_cells),
        _family("resource_traffic", Q.resource_traffic_cells),
        _family("payers", Q.payers_cells),
        _family("latency", Q.latency_cells),
        _family("step_latency", Q.step_latency_cells),
        _family("webhooks", Q.webhooks_cells),
        _family("webhook_latency", Q.webhook_latency_cells),
        _family("api_latency", Q.api_latency_cells),
    )
}

#: Payments first decided in a window; those of them that failed or expired before they settled, if ever.
COHORTS = Family(
    "cohorts",
    None,
    (),
    frozenset(),
    frozenset({"payment_count", "paid_count", "retried_payment_count", "retry_count"}),
)
RECOVERIES = Family(
    "recoveries",
    None,
    (),
    frozenset({Dimension.FAILURE_CODE}),
    frozenset({"stopped_count", "recovered_count", "recovered_zat"}),
)
#: Webhook deliveries first attempted in a window.
DELIVERIES = Family(
    "deliveries",
    None,
    (),
    frozenset({Dimension.EVENT_TYPE, Dimension.ENDPOINT}),
    frozenset({"delivery_delivered_count", "delivery_failed_count", "delivery_pending_count"}),
)
NEW_PAYERS = Family("new_payers", None, (), frozenset(), frozenset({"new_payer_count"}))

ALL_FAMILIES = FAMILIES | {family.name: family for family in (COHORTS, RECOVERIES, DELIVERIES, NEW_PAYERS)}

"""The rows that each stored aggregate should have, by the oracle: its families, in the shape of the views."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.oracle import families, measures
from tests.oracle.events import Event
from tests.oracle.families import Dim, Family, Row
from tests.oracle.levels import Level
from tests.oracle.ranks import bin_of

Columns = dict[str, object]


@dataclass(frozen=True, slots=True)
class Stored:
    """A family as it is stored: what stands for an absent dimension, and the measures of a row by column."""

    family: Family[Any]
    columns: Callable[[Any], Columns] = asdict
    absent: str | None = None

    def rows(self, events: Sequence[Event], level: Level) -> dict[Row, Columns]:
        """The rows by key, with the newest event's time."""
        newest = self.family.newest(events, level)
        return {
            self._key(row): self.columns(found) | {"newest_event_at": newest[row]}
            for row, found in self.family.rows(events, level).items()
        }

    def _key(self, row: Row) -> Row:
        bucket, merchant_id, *dims = row
        return (bucket, merchant_id, *(self.absent if dim is None else dim for dim in dims))


def only(*names: str) -> Callable[[Any], Columns]:
    """These measures alone."""
    return lambda found: {name: getattr(found, name) for name in names}


def sketch(of: Family[Any], dims: Callable[[Event], tuple[Dim, ...]], value: Callable[[Event], int | None]) -> Stored:
    """A latency family as a sketch: a row for each occupied bin."""

    def columns(events: Sequence[Event]) -> Columns:
        return {"event_count": len(events), "latency_sum_ms": sum(value(event) or 0 for event in events)}

    return Stored(
        Family(of.name, of.takes, lambda event: (*dims(event), bin_of(value(event))), columns), lambda row: row
    )


def _calls(events: Sequence[Event]) -> Columns:
    found = measures.api(events)
    counts = only("request_count", "error_count", "server_error_count")(found)
    return counts | {"latency_sum_ms": found.latency.sum_ms}


SALES = Family("sales", lambda e: e.type == "settled", families.RESOURCES.dims, measures.resource)
TRAFFIC = Family("traffic", lambda e: e.stream == "resource_accesses", families.RESOURCES.dims, measures.resource)
DELIVERED = Family(
    "delivered",
    lambda event: families.WEBHOOKS.takes(event) and event.outcome == "delivered",
    families.WEBHOOKS.dims,
    measures.webhook,
)
UNSOLD = Family("unsold", lambda e: e.type in ("failed", "expired"), lambda e: (e.resource,), measures.settlements)
ENDPOINTS = Family(
    "endpoints",
    lambda event: families.WEBHOOKS.takes(event) and event.outcome != "pending",
    lambda event: (event.endpoint,),
    measures.endpoint,
)
CALLS = Family("calls", families.API.takes, lambda e: (e.endpoint, bin_of(e.latency_ms)), _calls)
WEBHOOK_COUNTS = ("delivered_count", "failed_count", "pending_count", "first_try_count", "first_try_delivered_count")

STORED: Mapping[str, Stored] = {
    "revenue": Stored(families.REVENUE),
    "success_rate": Stored(families.SUCCESS_RATE),
    "payment_methods": Stored(families.PAYMENT_METHODS),
    "failures": Stored(families.FAILURES),
    "payers": Stored(families.PAYERS),
    "geography": Stored(families.GEOGRAPHY, only("settled_count", "failed_count", "revenue_zat"), "ZZ"),
    "resource_sales": Stored(SALES, only("settled_count", "revenue_zat"), ""),
    "resource_traffic": Stored(TRAFFIC, only("challenged_count", "paid_count")),
    "latency": sketch(families.LATENCY, families.LATENCY.dims, lambda event: event.latency_ms),
    "step_latency": sketch(families.LATENCY, families.LATENCY.dims, lambda event: event.step_latency_ms),
    "resource_failures": Stored(UNSOLD, only("failed_count", "expired_count"), ""),
    "webhook_endpoints": Stored(ENDPOINTS),
    "webhooks": Stored(families.WEBHOOKS, only(*WEBHOOK_COUNTS)),
    "webhook_latency": sketch(DELIVERED, DELIVERED.dims, lambda event: event.latency_ms),
    "api_latency": Stored(CALLS, lambda row: row),
}

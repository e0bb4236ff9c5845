"""The aggregates: which events each one takes, the dimensions of its rows, and the rows themselves."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from tests.oracle import measures
from tests.oracle.events import Event
from tests.oracle.levels import Level, bucket_of

Dim = str | int | None
M = TypeVar("M")
Row = tuple[datetime, str, *tuple[Dim, ...]]


@dataclass(frozen=True, slots=True)
class Family(Generic[M]):
    """An aggregate: the events it takes, its dimensions beside bucket and merchant, a row's measures.

    A dimension that an event does not carry stays None (a resource, a country); only a method is named then.
    """

    name: str
    takes: Callable[[Event], bool]
    dims: Callable[[Event], tuple[Dim, ...]]
    measures: Callable[[Sequence[Event]], M]

    def rows(self, events: Iterable[Event], level: Level) -> dict[Row, M]:
        """Measures by (bucket, merchant, dimensions...), of counted events; no row is empty."""
        return self._grouped(events, lambda event: (bucket_of(event.occurred_at, level), event.merchant_id))

    def newest(self, events: Iterable[Event], level: Level) -> dict[Row, datetime]:
        """The time of the newest event of each row."""
        newest = Family(self.name, self.takes, self.dims, lambda group: max(event.occurred_at for event in group))
        return newest.rows(events, level)

    def within(self, events: Iterable[Event], lo: datetime, hi: datetime) -> dict[Row, M]:
        """The same over any range [lo, hi), recomputed from its events: `lo` stands in the bucket's place."""
        inside = (event for event in events if lo <= event.occurred_at < hi)
        return self._grouped(inside, lambda event: (lo, event.merchant_id))

    def _grouped(self, events: Iterable[Event], key: Callable[[Event], tuple[datetime, str]]) -> dict[Row, M]:
        groups: dict[Row, list[Event]] = defaultdict(list)
        for event in filter(self.takes, events):
            bucket, merchant_id = key(event)
            groups[bucket, merchant_id, *self.dims(event)].append(event)
        return {row: self.measures(group) for row, group in groups.items()}


def _payment(event: Event, *types: str) -> bool:
    return event.stream == "payment_events" and (not types or event.type in types)


REVENUE = Family("revenue", _payment, lambda _: (), measures.revenue)
SUCCESS_RATE = Family(
    "success_rate",
    lambda e: _payment(e, "settled", "failed", "expired"),
    lambda _: (),
    measures.success_rate,
)
RESOURCES = Family(
    "resources",
    lambda event: event.stream == "resource_accesses" or _payment(event, "settled"),
    lambda event: (event.resource,),
    measures.resource,
)
PAYMENT_METHODS = Family(
    "payment_methods",
    lambda event: _payment(event, "settled", "failed", "expired"),
    lambda event: (event.method or "unknown",),
    measures.settlements,
)
FAILURES = Family(
    "failures",
    lambda event: _payment(event, "failed"),
    lambda event: (event.failure_code, event.attempt),
    measures.failures,
)
PAYERS = Family(
    "payers",
    lambda event: _payment(event, "settled") and event.payer is not None,
    lambda event: (event.payer,),
    measures.payer,
)
LATENCY = Family(
    "latency",
    lambda event: _payment(event) and event.type != "created",
    lambda event: (event.type,),
    measures.latency,
)
GEOGRAPHY = Family(
    "geography",
    lambda event: _payment(event, "settled", "failed"),
    lambda event: (event.country,),
    measures.settlements,
)
WEBHOOKS = Family(
    "webhooks",
    lambda event: event.stream == "webhook_deliveries",
    lambda event: (event.event_type, event.endpoint),
    measures.webhook,
)
API = Family("api", lambda event: event.stream == "api_requests", lambda event: (event.endpoint,), measures.api)

FAMILIES: Mapping[str, Family[Any]] = {
    family.name: family
    for family in (
        REVENUE,
        SUCCESS_RATE,
        RESOURCES,
        PAYMENT_METHODS,
        FAILURES,
        PAYERS,
        LATENCY,
        GEOGRAPHY,
        WEBHOOKS,
        API,
    )
}

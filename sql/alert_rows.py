"""Rows of alerts, of their crossings, and of what is to be told of them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """A threshold on a metric; ``threshold`` and ``last_value`` are JSON, ``dimension`` is a column's name."""

    merchant_id: str
    alert_id: str
    revision: int
    name: str
    metric: str
    comparison: str
    threshold: str
    window_minutes: int
    minimum_count: int
    dimension: str | None
    dimension_values: list[str | None]
    url: str | None
    enabled: bool
    state: str
    state_since: datetime | None
    last_value: str | None
    evaluated_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AlertCrossing:
    """One time that an alert fired or recovered, and how far it has been told."""

    slot: int
    crossing_id: str
    number: int
    kind: str
    window_start: datetime
    window_end: datetime
    value: str | None
    threshold: str
    delivery: str
    attempts: int
    last_status: int | None
    last_error: str | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class CrossingCount:
    """How many alerts crossed their threshold."""

    crossing_count: int


@dataclass(frozen=True, slots=True)
class AlertDelivery:
    """A crossing that is taken to be told: where to, and what it is signed with."""

    merchant_id: str
    alert_id: str
    number: int
    crossing_id: str
    kind: str
    window_start: datetime
    window_end: datetime
    value: str | None
    threshold: str
    attempts: int
    name: str
    metric: str
    comparison: str
    dimension: str | None
    dimension_values: list[str | None]
    url: str | None
    secret: bytes | None


@dataclass(frozen=True, slots=True)
class DeliveriesDue:
    """Whether there is something to tell now."""

    due: bool

"""One operation's questions to the database, each kind in one statement.

Loaders are made for one operation and one principal and dropped with it. This is the one place that binds who
asks to what is asked: a batch goes out only if the principal may see every merchant in it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from aiodataloader import DataLoader

from resolvers import batches, wholes
from resolvers.alerts.batches import AlertKey, alerts_by_merchant, crossings_by_alert
from resolvers.context import READ, Principal, Store
from resolvers.errors import AnalyticsError, ErrorCode, Unauthenticated
from resolvers.export_batches import ExportKey, ExportsKey, exports_by_id, exports_by_merchant
from resolvers.gathering import Gathering
from resolvers.metrics.cells import Cells, CellsKey, cells_of
from resolvers.metrics.families import FAMILIES
from resolvers.parts import MAX_RESOURCES, PartsKey, SlotRow, by_part
from resolvers.payment_batches import (
    PageKey,
    PaymentKey,
    payment_events_by_payment,
    payments_by_id,
    payments_by_page,
)
from resolvers.payment_feed_batch import FeedKey, payment_feed
from resolvers.periods import Window
from resolvers.platform_batches import PlatformLoaders
from resolvers.reports import ReportsKey, reports_by_merchant
from resolvers.totals import Totals
from resolvers.turns import TurnKey, first_turns
from resolvers.wholes import PayersKey, WholesKey
from sql import Q, Query
from sql.alert_rows import Alert, AlertCrossing
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
from sql.export_rows import ExportRequest
from sql.live_rows import FeedEvent
from sql.payment_rows import Payment, PaymentEvent
from sql.report_rows import ReportAtSlot
from sql.rows import LivePayments, Merchant, PayerTotals, RecentPayment, RevenueTotals

K = TypeVar("K")
V = TypeVar("V")
R = TypeVar("R", bound=SlotRow)


class OfMerchant(Protocol):
    """What is asked of one merchant."""

    @property
    def merchant_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class WindowKey:
    """A window of a merchant."""

    merchant_id: str
    window: Window


@dataclass(frozen=True, slots=True)
class InstantKey:
    """A merchant as it stood at an instant; open payments older than the timeout are stale."""

    merchant_id: str
    at: datetime
    timeout_minutes: int


class Loaders:
    """The loaders of one operation."""

    def __init__(self, store: Store, principal: Principal | None, gathering: Gathering | None = None) -> None:
        self._store = store
        self._principal = principal
        self._gathering = gathering
        self._running: set[asyncio.Task[Any]] = set()
        self._all: list[DataLoader[Any, Any]] = []
        self.merchants_by_id: DataLoader[str, Merchant | None] = self._loader(batches.merchants_by_id, str)
        self.totals_by_window: DataLoader[WindowKey, Totals] = self._loader(batches.totals_by_window, merchant_of)
        self.payers_by_window: DataLoader[WindowKey, PayerTotals] = self._loader(batches.payers_by_window, merchant_of)
        self.live_by_merchant: DataLoader[InstantKey, LivePayments] = self._loader(
            batches.live_by_merchant, merchant_of
        )
        self.recent_by_merchant: DataLoader[InstantKey, list[RecentPayment]] = self._loader(
            batches.recent_by_merchant, merchant_of
        )
        self.payment_feed: DataLoader[FeedKey, list[FeedEvent]] = self._loader(payment_feed, merchant_of)
        self.first_turns: DataLoader[TurnKey, datetime | None] = self._loader(first_turns, merchant_of)
        self.payments_by_page: DataLoader[PageKey, list[Payment]] = self._loader(payments_by_page, merchant_of)
        self.payments_by_id: DataLoader[PaymentKey, Payment | None] = self._loader(payments_by_id, merchant_of)
        self.payment_events_by_payment: DataLoader[PaymentKey, list[PaymentEvent]] = self._loader(
            payment_events_by_payment, merchant_of
        )
        self.reports_by_merchant: DataLoader[ReportsKey, list[ReportAtSlot]] = self._loader(
            reports_by_merchant, merchant_of
        )
        self.exports_by_merchant: DataLoader[ExportsKey, list[ExportRequest]] = self._loader(
            exports_by_merchant, merchant_of
        )
        self.exports_by_id: DataLoader[ExportKey, ExportRequest | None] = self._loader(exports_by_id, merchant_of)
        self.failures_by_part = self._parts(Q.failures_by_slot, "failures", FailureCount)
        self.payment_methods_by_part = self._parts(Q.payment_methods_by_slot, "payment_methods", MethodTotals)
        self.geography_by_part = self._parts(Q.geography_by_slot, "geography", CountryTotals)
        self.success_rate_by_part = self._parts(Q.success_rate_by_slot, "success_rate", Decisions)
        self.revenue_by_part = self._parts(Q.revenue_by_slot, "revenue", RevenueTotals)

        self.resources_by_part = self._parts(
            Q.resources_by_slot, "resource_sales", ResourceTotals, row_count=MAX_RESOURCES
        )
        self.latency_by_part = self._parts(Q.latency_by_slot, "latency", StepSketch)
        self.step_latency_by_part = self._parts(Q.step_latency_by_slot, "step_latency", StepSketch)
        self.webhooks_by_part = self._parts(Q.webhooks_by_slot, "webhooks", WebhookTotals)
        self.webhook_latency_by_part = self._parts(Q.webhook_latency_by_slot, "webhook_latency", WebhookSketch)
        self.api_latency_by_part = self._parts(Q.api_latency_by_slot, "api_latency", EndpointTotals)
        self.alerts_by_merchant: DataLoader[str, list[Alert]] = self._loader(alerts_by_merchant, str)
        self.crossings_by_alert: DataLoader[AlertKey, list[AlertCrossing]] = self._loader(
            crossings_by_alert, merchant_of
        )
        self.cells_by_family: dict[str, DataLoader[CellsKey, Cells]] = {
            name: self._loader(cells_of(family), merchant_of) for name, family in FAMILIES.items()
        }
        self.endpoint_health_by_part = self._parts(Q.webhook_endpoints_by_slot, "webhook_endpoints", EndpointHealth)
        self.resource_decisions_by_part = self._parts(
            Q.resource_decisions_by_slot, "resource_sales", ResourceDecisions, row_count=MAX_RESOURCES
        )
        self.cohorts_by_window: DataLoader[WholesKey, list[CohortTotals]] = self._loader(
            wholes.cohorts_by_window, merchant_of
        )
        self.deliveries_by_window: DataLoader[WholesKey, list[DeliveryTotals]] = self._loader(
            wholes.deliveries_by_window, merchant_of
        )
        self.new_payers_by_window: DataLoader[WindowKey, int] = self._loader(wholes.new_payers_by_window, merchant_of)
        self.payers_by_page: DataLoader[PayersKey, list[TopPayer]] = self._loader(wholes.payers_by_page, merchant_of)
        self.platform = PlatformLoaders(self._loader)

    async def merchants_after(self, after: str, page_size: int) -> list[Merchant]:
        """Return a page of all merchants in order of id; for the facilitator alone."""
        self._asking().require_platform()
        return await self._store.fetch(Q.merchants_after, after=after, page_size=page_size)

    @staticmethod
    def prefetch(loader: DataLoader[K, V], key: K) -> None:
        """Ask already now for what a field below will load."""
        # Should that field be skipped, nobody looks at a failure; then it must not be reported as forgotten.
        loader.load(key).add_done_callback(lambda done: done.cancelled() or done.exception())

    def clear(self) -> None:
        """Forget all that was loaded."""
        for loader in self._all:
            loader.clear_all()

    def close(self) -> None:
        """Stop the statements that still run: nobody waits for them any more."""
        for task in self._running:
            task.cancel()

    def _asking(self) -> Principal:
        if self._principal is None:
            raise Unauthenticated
        return self._principal

    def _parts(self, query: Query, family: str, row: type[R], **more: object) -> DataLoader[PartsKey, list[list[R]]]:
        return self._loader(by_part(query, family, row, **more), merchant_of)

    def _loader(
        self, fetch: Callable[[Store, list[K]], Awaitable[list[V]]], merchant: Callable[[K], str]
    ) -> DataLoader[K, V]:
        async def batch(keys: list[K]) -> list[V]:
            principal = self._asking()
            for owner in {merchant(key) for key in keys}:
                if owner:
                    principal.require(READ, owner)
                else:  # of all merchants together, or of none
                    principal.require_platform()
            task = asyncio.current_task()
            assert task is not None
            self._running.add(task)
            try:
                if self._gathering is not None:
                    return await self._gathering.ask(fetch, keys)
                return await fetch(self._store, keys)
            except asyncio.CancelledError:
                # The loader hands on exceptions, but a cancellation would leave those who wait waiting for ever.
                raise AnalyticsError(ErrorCode.TIMEOUT, "The operation was stopped before it was done.") from None
            finally:
                self._running.discard(task)

        loader: DataLoader[K, V] = DataLoader(batch_load_fn=batch)
        self._all.append(loader)
        return loader


def merchant_of(key: OfMerchant) -> str:
    """Return the merchant that a key is about."""
    return key.merchant_id

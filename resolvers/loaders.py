"""One operation's questions to the database, each kind in one statement.

Loaders are made for one operation and one principal and dropped with it; each when it is first asked for something.
This is the one place that binds who asks to what is asked: before a batch goes out, or anything kept is looked at, the
principal must be one who may see every merchant in it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aiodataloader import DataLoader

from resolvers import kinds
from resolvers.alerts.batches import alerts_by_merchant, crossings_by_alert
from resolvers.answers.kind import Kind
from resolvers.context import READ, Principal, Store
from resolvers.errors import AnalyticsError, ErrorCode, Unauthenticated
from resolvers.export_batches import exports_by_id, exports_by_merchant
from resolvers.gathering import Gathering
from resolvers.metrics.cells import Cells, CellsKey
from resolvers.payment_batches import payment_events_by_payment, payments_by_id, payments_by_page
from resolvers.payment_feed_batch import payment_feed
from resolvers.periods import Window
from resolvers.platform_batches import PlatformLoaders
from resolvers.reports import reports_by_merchant
from resolvers.turns import first_turns
from sql import Q
from sql.rows import Merchant

if TYPE_CHECKING:
    from resolvers.answers.answers import Answers

K = TypeVar("K")
V = TypeVar("V")


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


class Asked(Generic[K, V]):
    """A loader of what is asked each time: by a batch function, keys in, a value for each out."""

    def __init__(self, fetch: Callable[[Store, list[K]], Awaitable[Sequence[V]]]) -> None:
        self._fetch = fetch

    def __get__(self, loaders: "Loaders", owner: type["Loaders"]) -> DataLoader[K, V]:
        return loaders._made.get(self) or loaders.made(self, loaders.gathered(self._fetch))


class Kept(Generic[K, V]):
    """A loader of what is kept between operations."""

    def __init__(self, kind: Kind[K, V]) -> None:
        self.kind = kind

    def __get__(self, loaders: "Loaders", owner: type["Loaders"]) -> DataLoader[K, V]:
        return loaders._made.get(self) or loaders.made(self, loaders.read(self.kind))


class Loaders:
    """The loaders of one operation."""

    merchants_by_id = Kept(kinds.MERCHANTS)
    totals_by_window = Kept(kinds.TOTALS)
    payers_by_window = Kept(kinds.PAYERS)
    new_payers_by_window = Kept(kinds.NEW_PAYERS)
    payers_by_page = Kept(kinds.TOP_PAYERS)
    resources_by_page = Kept(kinds.RESOURCE_PAGES)
    live_by_merchant = Kept(kinds.LIVE)
    recent_by_merchant = Kept(kinds.RECENT)
    cohorts_by_window = Kept(kinds.COHORTS)
    deliveries_by_window = Kept(kinds.WHOLE_DELIVERIES)
    failures_by_part = Kept(kinds.FAILURES)
    payment_methods_by_part = Kept(kinds.PAYMENT_METHODS)
    geography_by_part = Kept(kinds.GEOGRAPHY)
    success_rate_by_part = Kept(kinds.SUCCESS_RATE)
    revenue_by_part = Kept(kinds.REVENUE)
    resources_by_part = Kept(kinds.RESOURCES)
    resource_decisions_by_part = Kept(kinds.RESOURCE_DECISIONS)
    latency_by_part = Kept(kinds.LATENCY)
    step_latency_by_part = Kept(kinds.STEP_LATENCY)
    webhooks_by_part = Kept(kinds.WEBHOOKS)
    webhook_latency_by_part = Kept(kinds.WEBHOOK_LATENCY)
    endpoint_health_by_part = Kept(kinds.ENDPOINT_HEALTH)
    api_latency_by_part = Kept(kinds.API_LATENCY)
    payment_feed = Asked(payment_feed)
    first_turns = Asked(first_turns)
    payments_by_page = Asked(payments_by_page)
    payments_by_id = Asked(payments_by_id)
    payment_events_by_payment = Asked(payment_events_by_payment)
    reports_by_merchant = Asked(reports_by_merchant)
    exports_by_merchant = Asked(exports_by_merchant)
    exports_by_id = Asked(exports_by_id)
    alerts_by_merchant = Asked(alerts_by_merchant)
    crossings_by_alert = Asked(crossings_by_alert)

    def __init__(
        self,
        store: Store,
        principal: Principal | None,
        answers: "Answers | None" = None,
        gathering: Gathering | None = None,
        *,
        live: bool = False,
    ) -> None:
        self._store = store
        self._principal = principal
        self._answers = answers
        self._gathering = gathering
        self._live = live
        self._running: set[asyncio.Task[Any]] = set()
        self._made: dict[object, DataLoader[Any, Any]] = {}
        self._loads: list[dict[Any, asyncio.Future[Any]]] = []
        #: Up to when all that was kept or computed has everything; None where statements tell it themselves.
        self.as_of: datetime | None = None
        #: Whether nothing that came late waits to be seen, and when events lie next behind what was asked.
        self.whole, self.next_at = True, set[datetime]()

    @cached_property
    def cells_by_family(self) -> dict[str, DataLoader[CellsKey, Cells]]:
        """What the metrics query asks, by family."""
        return {name: self.made(kind, self.read(kind)) for name, kind in kinds.CELLS.items()}

    @cached_property
    def platform(self) -> PlatformLoaders:
        """What is asked of all merchants together."""
        return PlatformLoaders(lambda fetch: self.made(fetch, fetch))

    async def merchants_after(self, after: str, page_size: int) -> list[Merchant]:
        """Return a page of all merchants in order of id; for the facilitator alone."""
        self._asking().require_platform()
        return await self._store.fetch(Q.merchants_after, after=after, page_size=page_size)

    @staticmethod
    def prefetch(loader: DataLoader[K, V], key: K) -> None:
        """Ask already now for what a field below will load."""
        loader.load(key).add_done_callback(_seen)  # should that field be skipped, nobody looks at it

    def clear(self) -> None:
        """Forget all that was loaded."""
        self.as_of, self.whole, self.next_at = None, True, set()
        for loader in self._made.values():
            loader.clear_all()

    def close(self) -> None:
        """Stop the statements that still run: nobody waits for them any more, nor looks at how they end."""
        if self._running:
            for load in chain.from_iterable(loads.values() for loads in self._loads):
                load.add_done_callback(_seen)
            for task in self._running:
                task.cancel()
        # Loaders know this object, which knows them: else they stay until somebody looks for cyclic garbage.
        self._made.clear()
        self.__dict__.pop("cells_by_family", None)
        self.__dict__.pop("platform", None)

    def made(self, name: object, fetch: Callable[[Store, list[K]], Awaitable[Sequence[V]]]) -> DataLoader[K, V]:
        """Return the loader of a name, made when it is first asked for."""
        loader = self._made.get(name)
        if loader is None:
            self._loads.append({})
            loader = self._made[name] = DataLoader(batch_load_fn=self._batch(fetch), cache_map=self._loads[-1])
        return loader

    def gathered(
        self, fetch: Callable[[Store, list[K]], Awaitable[Sequence[V]]]
    ) -> Callable[[Store, list[K]], Awaitable[Sequence[V]]]:
        """Return a batch function that asks together with other operations, where this one may."""
        gathering = self._gathering
        if gathering is None:
            return fetch

        async def ask(_: Store, keys: list[K]) -> Sequence[V]:
            return await gathering.ask(fetch, keys)

        return ask

    def read(self, kind: Kind[K, V]) -> Callable[[Store, list[K]], Awaitable[Sequence[V]]]:
        """Return the batch function of a kind that looks at what is kept first."""
        answers = self._answers
        if answers is None:
            return self.gathered(kind.fetch)
        read = self.gathered(answers.reader(kind, live=self._live))

        async def fetch(store: Store, keys: list[K]) -> Sequence[V]:
            found = await read(store, keys)
            self.as_of = min(filter(None, (self.as_of, *(as_of for _, as_of, _, _ in found))), default=None)
            self.whole = self.whole and all(whole for _, _, whole, _ in found)
            self.next_at.update(next_at for _, _, _, next_at in found if next_at is not None)
            return [value for value, _, _, _ in found]

        return fetch

    def _asking(self) -> Principal:
        if self._principal is None:
            raise Unauthenticated
        return self._principal

    def _batch(
        self, fetch: Callable[[Store, list[K]], Awaitable[Sequence[V]]]
    ) -> Callable[[list[K]], Coroutine[Any, Any, list[V]]]:
        async def batch(keys: list[K]) -> list[V]:
            principal = self._asking()
            for owner in {merchant_of(key) for key in keys}:
                if owner:
                    principal.require(READ, owner)
                else:  # of all merchants together, or of none
                    principal.require_platform()
            task = asyncio.current_task()
            assert task is not None
            self._running.add(task)
            try:
                return list(await fetch(self._store, keys))
            except asyncio.CancelledError:
                # The loader hands on exceptions, but a cancellation would leave those who wait waiting for ever.
                raise AnalyticsError(ErrorCode.TIMEOUT, "The operation was stopped before it was done.") from None
            finally:
                self._running.discard(task)

        return batch


def _seen(load: "asyncio.Future[Any]") -> None:
    """Look at a failure, which is reported as forgotten otherwise."""
    if not load.cancelled():
        load.exception()


def merchant_of(key: object) -> str:
    """Return the merchant that a key is about, which may be the key itself; '' for none."""
    return key if isinstance(key, str) else str(getattr(key, "merchant_id", ""))

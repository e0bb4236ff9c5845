"""A merchant at an instant: what its live fields hang off."""

from asyncio import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from aiodataloader import DataLoader

from resolvers.buckets import Granularity
from resolvers.context import Context
from resolvers.errors import BadInput
from resolvers.loaders import InstantKey, WindowKey
from resolvers.parts import PartsKey
from resolvers.periods import ComparedWindows, Period, Window, current_hour, running
from resolvers.spans import Aligned, Span, aligned
from resolvers.totals import Totals
from resolvers.wholes import WholesKey
from resolvers.zones import zone, zone_names
from sql.rows import LivePayments, Merchant

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scope:
    """A merchant, the instant that plays now, and the operation that asks."""

    merchant: Merchant
    at: datetime
    context: Context

    @property
    def zone(self) -> ZoneInfo:
        """The merchant's zone."""
        return zone(self.merchant.zone)

    @property
    def instant(self) -> InstantKey:
        """The key of what is asked about the instant itself."""
        return InstantKey(self.merchant.merchant_id, self.at, self.merchant.pending_timeout_minutes)

    def key(self, window: Window) -> WindowKey:
        """Return the key of a window of the merchant."""
        return WindowKey(self.merchant.merchant_id, window)

    def parts(self, *parts: tuple[Window, ...]) -> PartsKey:
        """Return the key of parts of the merchant's time."""
        return PartsKey(self.merchant.merchant_id, parts)

    def hour(self) -> Window:
        """Return the running hour."""
        return current_hour(self.zone, self.at)

    def running(self, period: Period) -> ComparedWindows:
        """Return the running period and what it is compared with."""
        return running(self.zone, self.at, period, self.merchant.week_start)

    def aligned(self, span: Span, granularity: Granularity) -> list[Aligned]:
        """Return the buckets of a range, each beside the same place of the range before."""
        return aligned(self.zone, self.at, span, granularity, self.merchant.week_start)

    @property
    def is_platform(self) -> bool:
        """Whether it is all merchants together, kept under no merchant's id."""
        return not self.merchant.merchant_id

    def totals(self, window: Window) -> "Future[Totals]":
        """Ask for steps and money of a window."""
        return self._totals_loader.load(self.key(window))

    def prefetch_totals(self, window: Window) -> None:
        """Ask already now for what a field below will load."""
        self.context.loaders.prefetch(self._totals_loader, self.key(window))

    @property
    def _totals_loader(self) -> "DataLoader[WindowKey, Totals]":
        loaders = self.context.loaders
        return loaders.platform.totals_by_window if self.is_platform else loaders.totals_by_window

    def wholes(self, window: Window) -> WholesKey:
        """Return the key of what began in a window, as it stands at the instant."""
        return WholesKey(self.merchant.merchant_id, window, None if self.at >= self.context.now else self.at)

    def computed_at(self) -> datetime:
        """Return the present instant, whatever plays now."""
        return self.context.services.clock()

    def live(self) -> "Future[LivePayments]":
        """Ask what is open at the instant, and how fresh the store is."""
        return self.context.loaders.live_by_merchant.load(self.instant)

    def fresh(self, *statements: datetime | None) -> datetime:
        """Return the instant up to which an answer has every acknowledged event.

        It is the earliest that its statements tell, and none of them began before the operation did.
        """
        told = (self.context.loaders.as_of, *statements)
        return min((self.context.now, *(each for each in told if each is not None)))


def require_instant(at: datetime) -> None:
    """Raise BadInput for an instant that no calendar here covers."""
    if not EARLIEST <= at <= LATEST:
        raise BadInput(f"at must lie between {EARLIEST:%Y-%m-%d} and {LATEST:%Y-%m-%d}.")


def scope(context: Context, merchant: Merchant, at: datetime | None, timezone: str | None = None) -> Scope:
    """Return the scope of a field, in the merchant's zone or in the one named.

    Raises BadInput for an instant that no calendar here covers and for a zone that nobody knows.
    """
    if at is not None:
        require_instant(at)
    if timezone is not None:
        if timezone not in zone_names():
            raise BadInput(f"{timezone!r:.60} is no time zone; send an IANA name such as Europe/Berlin or UTC.")
        merchant = replace(merchant, zone=timezone)
    return Scope(merchant, context.now if at is None else at, context)

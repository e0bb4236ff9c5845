"""The statements behind payments: pages, single ones, and their events."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from resolvers.context import Store
from resolvers.cursors import Position
from sql import Q
from sql.payment_rows import Payment, PaymentEvent

MAX_EVENTS = 500


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """Checked conditions, under the names that the database has for them; None holds for all."""

    states: tuple[str, ...] | None = None
    methods: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    payers: tuple[str, ...] | None = None
    failure_codes: tuple[str, ...] | None = None
    amount_min: int | None = None
    amount_max: int | None = None
    created_from: datetime | None = None
    created_until: datetime | None = None
    settled_from: datetime | None = None
    settled_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PageKey:
    """A page of a merchant's payments: between two positions, those next to `after` first."""

    merchant_id: str
    ordered_by: str
    descending: bool
    row_count: int
    after: Position | None = None
    before: Position | None = None
    filter: PaymentFilter = field(default_factory=PaymentFilter)

    def question(self, slot: int) -> dict[str, object]:
        """Return it as the database reads it."""
        return {
            "slot": slot,
            "merchant_id": self.merchant_id,
            "ordered_by": self.ordered_by,
            "descending": self.descending,
            "row_count": self.row_count,
            "after_at": self.after.at if self.after else None,
            "after_id": self.after.id if self.after else None,
            "before_at": self.before.at if self.before else None,
            "before_id": self.before.id if self.before else None,
            **asdict(self.filter),
        }


@dataclass(frozen=True, slots=True)
class PaymentKey:
    """A payment of a merchant."""

    merchant_id: str
    payment_id: str


async def payments_by_page(store: Store, keys: Sequence[PageKey]) -> list[list[Payment]]:
    """Rows of each page, in its order."""
    rows: list[Payment] = await store.fetch(
        Q.payments_by_page, questions=[key.question(slot) for slot, key in enumerate(keys)]
    )
    found: list[list[Payment]] = [[] for _ in keys]
    for row in rows:
        found[row.slot].append(row)
    return found


async def payments_by_id(store: Store, keys: Sequence[PaymentKey]) -> list[Payment | None]:
    """Single payments; None for an id that no payment of the merchant has."""
    rows: list[Payment] = await store.fetch(Q.payments_by_id, **_arrays(keys))
    found = {row.slot: row for row in rows}
    return [found.get(slot) for slot in range(len(keys))]


async def payment_events_by_payment(store: Store, keys: Sequence[PaymentKey]) -> list[list[PaymentEvent]]:
    """The events of each payment in order, voided ones and corrections among them."""
    rows: list[PaymentEvent] = await store.fetch(Q.payment_events_by_payment, **_arrays(keys), row_count=MAX_EVENTS)
    found: list[list[PaymentEvent]] = [[] for _ in keys]
    for row in rows:
        found[row.slot].append(row)
    return found


def _arrays(keys: Sequence[PaymentKey]) -> dict[str, object]:
    return {"merchant_ids": [key.merchant_id for key in keys], "payment_ids": [key.payment_id for key in keys]}

"""Settlements and refunds as an accountant books them: sales, fees, refunds, fees returned."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Final
from zoneinfo import ZoneInfo

import asyncpg

from jobs.exports.amounts import value_of
from jobs.exports.rate_files import MAX_RATE_AGE
from jobs.exports.spec import ExportSpec
from resolvers.zones import zone
from sql import Q
from sql.export_rows import AccountingEvent, RawKept

READ_AHEAD: Final = 2_000


class RangeGone(Exception):
    """The range begins before the raw events that are kept; the text is made for the client."""


class Part(Enum):
    """What is booked; the value is how a statement tells it."""

    SALE = "Sale"
    FEE = "Fee"
    REFUND = "Refund"
    FEE_RETURNED = "Fee returned"

    @property
    def comes_in(self) -> bool:
        """Whether the merchant has more for it."""
        return self in {Part.SALE, Part.FEE_RETURNED}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event with its rate, on the day of the merchant's zone."""

    event: AccountingEvent
    day: date
    rate: Decimal | None

    @property
    def parts(self) -> tuple[tuple[Part, int], ...]:
        """What is booked for it, in zatoshi; nothing of nothing."""
        kinds = (Part.REFUND, Part.FEE_RETURNED) if self.event.is_refund else (Part.SALE, Part.FEE)
        amounts = zip(kinds, (self.event.amount_zat, self.event.fee_zat), strict=True)
        return tuple((kind, amount) for kind, amount in amounts if amount)

    @property
    def net_zat(self) -> int:
        """What the merchant has more for it, or less."""
        net = self.event.amount_zat - self.event.fee_zat
        return -net if self.event.is_refund else net


@dataclass(frozen=True, slots=True)
class Booking:
    """One line: a part of an event, or that part of a whole day.

    `value` is exact, None without a currency or without a rate; `at` is the event's time, or the day's last event's.
    """

    part: Part
    day: date
    at: datetime
    amount_zat: int
    value: Decimal | None
    reference: str
    event_id: str
    resource: str | None
    payer: str | None

    @property
    def sign(self) -> int:
        """1 for what comes in, -1 for what goes out."""
        return 1 if self.part.comes_in else -1


async def require_events(connection: asyncpg.Connection, spec: ExportSpec) -> None:
    """Raise RangeGone where events of the range are no longer kept: a part of the books is none."""
    [record] = await connection.fetch(Q.raw_kept_from.text)
    reason = spec.gone_before(RawKept(*record.values()).kept_from)
    if reason is not None:
        raise RangeGone(reason)


async def entries(connection: asyncpg.Connection, merchant_id: str, spec: ExportSpec) -> AsyncIterator[Entry]:
    """Yield the events of a range in order of time; a transaction must be open."""
    tz = zone(spec.zone)
    arguments = (merchant_id, spec.start, spec.end, spec.currency, MAX_RATE_AGE)
    async for record in connection.cursor(Q.export_entries.text, *arguments, prefetch=READ_AHEAD):
        event = AccountingEvent(*record.values())
        yield Entry(event, day_of(event.occurred_at, tz), None if event.rate is None else Decimal(event.rate))


def day_of(at: datetime, tz: ZoneInfo) -> date:
    """Return the day on the wall."""
    return at.astimezone(tz).date()


def bookings(entry: Entry) -> list[Booking]:
    """Return the lines of one event."""
    event = entry.event
    return [
        Booking(
            part=part,
            day=entry.day,
            at=event.occurred_at,
            amount_zat=amount,
            value=None if entry.rate is None else value_of(amount, entry.rate),
            reference=event.payment_id,
            event_id=event.event_id,
            resource=event.resource,
            payer=event.payer,
        )
        for part, amount in entry.parts
    ]


async def by_day(single: AsyncIterator[Booking]) -> AsyncIterator[Booking]:
    """Yield one line for each part of each day; one without a value leaves its line without."""
    held: dict[Part, Booking] = {}
    async for booking in single:
        if held and next(iter(held.values())).day != booking.day:
            for part in Part:
                if part in held:
                    yield held[part]
            held = {}
        held[booking.part] = _joined(held.get(booking.part), booking)
    for part in Part:
        if part in held:
            yield held[part]


def _joined(sum_: Booking | None, more: Booking) -> Booking:
    day_id = f"{more.day.isoformat()}-{more.part.value.lower().replace(' ', '-')}"
    amount, value = more.amount_zat, more.value
    if sum_ is not None:
        amount += sum_.amount_zat
        value = None if value is None or sum_.value is None else value + sum_.value
    return Booking(more.part, more.day, more.at, amount, value, day_id, day_id, None, None)

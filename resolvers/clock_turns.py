"""Instants at which the clock alone changes an answer, told to whoever watches it."""

import asyncio
from datetime import UTC, datetime, timedelta

from resolvers.context import Info
from resolvers.dashboard import PERIODS
from resolvers.scope import Scope
from resolvers.selection import names_below
from resolvers.spans import Span
from resolvers.turns import BEHIND, TurnKey
from resolvers.zones import DAY, day_start, hour_start, local_day


def next_hour(here: Scope) -> None:
    """The running hour ends, and with some of them the day, the week, the month.

    The zone is asked for the next full hour and for the next day: a day may begin within an hour (Lord Howe).
    """
    hour = hour_start(here.zone, here.at) + timedelta(hours=1)
    day = day_start(here.zone, local_day(here.zone, here.at) + DAY)
    for turn in (hour, day):
        if turn > here.at:
            here.context.request.watch.until(turn.astimezone(UTC))


def next_bucket(here: Scope) -> None:
    """A bucket of a series begins: zones differ by quarters of an hour, so that each kind begins with one."""
    quarter = timedelta(minutes=15)
    here.context.request.watch.until(here.at + quarter - (here.at - datetime.min.replace(tzinfo=UTC)) % quarter)


async def turns_of_comparisons(here: Scope, info: Info) -> None:
    """The period before is counted up to the same wall time: its events come in as the clock goes on."""
    names = names_below(info)
    compared = [here.running(period) for name, period in PERIODS.items() if name in names]
    await _until_first(here, [windows.previous.end for windows in compared if not windows.clamped], is_open=False)


async def turns_of_range(here: Scope, span: Span, *, compared: bool) -> None:
    """A range begins or ends; while it runs, the range before is counted up to the same wall time."""
    start, end = span.whole.current.start, span.whole.current.end
    for turn in (start, end):
        if turn > here.at:
            here.context.request.watch.until(turn)
    if compared and start <= here.at < end and not span.counted.clamped:
        await _until_first(here, [span.counted.previous.end], is_open=False)


async def turns_of_open_payments(here: Scope, info: Info) -> None:
    """An open payment becomes stale when the merchant's patience ends."""
    if "live" in names_below(info):
        patience = timedelta(minutes=here.merchant.pending_timeout_minutes)
        await _until_first(here, [here.at - patience], is_open=True)


async def _until_first(here: Scope, los: list[datetime], *, is_open: bool) -> None:
    load = here.context.loaders.first_turns.load
    turns = await asyncio.gather(*(load(TurnKey(here.merchant.merchant_id, is_open, lo)) for lo in los))
    for lo, turn in zip(los, turns, strict=True):
        if turn is not None:
            here.context.request.watch.until(here.at + (turn - lo) + BEHIND)

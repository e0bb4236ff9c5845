"""A range as a client asks for it, as windows: the whole of it, what of it has come, and what it is compared with.

A period or a number of days holds the day of `at` to its end, of which only what lies before `at` is counted.
The comparison is that of the design's section 6: as many local days before, up to the same wall time while
the range runs; a range that is not whole days is compared with as long a time before it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from resolvers.buckets import Granularity, Place, clipped, places
from resolvers.periods import ComparedWindows, Period, Window, custom, finished, running
from resolvers.zones import DAY, day_start, instant, local_day


@dataclass(frozen=True, slots=True)
class Span:
    """`whole` is asked for, `counted` is what of it lies before `at`.

    `days` are the first local days of the range and of the one before, None where it is not made of whole days.
    """

    whole: ComparedWindows
    counted: ComparedWindows
    days: tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class Aligned:
    """A bucket of a range: what of it is counted (None before it begins) and the same place in the range before.

    `previous` is None where the range before has no such place: the 31st of a shorter month, an hour skipped.
    """

    bucket: Window
    counted: Window | None
    previous: Window | None
    partial: bool


def period_span(tz: ZoneInfo, at: datetime, period: Period, week_start: int) -> Span:
    """Return the running period, from its first day to its last."""
    first = period.first_day(local_day(tz, at), week_start)
    earlier = period.before(first)
    start = day_start(tz, first)
    whole = ComparedWindows(Window(start, day_start(tz, period.after(first))), Window(day_start(tz, earlier), start))
    return Span(whole, running(tz, at, period, week_start), (first, earlier))


def month_span(tz: ZoneInfo, at: datetime, first: date) -> Span:
    """Return the calendar month that begins with a day, beside the one before; the running one as `period_span`."""
    if local_day(tz, at).replace(day=1) == first:
        return period_span(tz, at, Period.MONTH, 1)
    return _cut(tz, at, finished(tz, first, Period.MONTH), (first, Period.MONTH.before(first)))


def days_span(tz: ZoneInfo, at: datetime, days: int) -> Span:
    """Return the last so many local days, the running one included."""
    last = local_day(tz, at)
    first = last - (days - 1) * DAY
    whole = custom(tz, day_start(tz, first), day_start(tz, last + DAY))
    return _cut(tz, at, whole, (first, first - days * DAY))


def between_span(tz: ZoneInfo, at: datetime, start: datetime, end: datetime) -> Span:
    """Return a range of the client's own."""
    whole = custom(tz, start, end)
    first, last = local_day(tz, whole.current.start), local_day(tz, whole.current.end)
    is_days = day_start(tz, first) == whole.current.start and day_start(tz, last) == whole.current.end
    return _cut(tz, at, whole, (first, first - (last - first)) if is_days else None)


def aligned(
    tz: ZoneInfo, at: datetime, span: Span, granularity: Granularity, week_start: int = 1, *, compared: bool = True
) -> list[Aligned]:
    """Return a range's buckets, each beside the one at the same place of the range before where they are compared."""
    before_of = _same_place(tz, span, granularity) if compared else lambda *_: None
    found = []
    for place, full in places(tz, span.whole.current, granularity, week_start):
        bucket = clipped(full, span.whole.current)
        before = before_of(place, bucket)
        begun = bucket.start < at
        counted = clipped(bucket, Window(bucket.start, at.astimezone(UTC))) if begun else None
        if begun and at < bucket.end and before is not None:
            before = clipped(before, span.counted.previous)
        found.append(Aligned(bucket, counted, before, counted is not None and counted != full))
    return found


def _same_place(tz: ZoneInfo, span: Span, granularity: Granularity) -> Callable[[Place, Window], Window | None]:
    """Return what finds the same place in the range before: for a range of days by the calendar, else by time."""
    previous = span.whole.previous
    if span.days is None:
        shift = span.whole.current.start - previous.start
        return lambda _, bucket: Window(bucket.start - shift, bucket.end - shift)
    first, earlier_first = span.days
    if granularity in {Granularity.WEEK, Granularity.MONTH}:
        # As many days from the beginning: weeks and months of the range before may begin elsewhere.
        days = first - earlier_first

        def same_days(_: Place, bucket: Window) -> Window | None:
            start, end = (day_start(tz, local_day(tz, each) - days) for each in (bucket.start, bucket.end))
            shared = clipped(Window(start, end), previous)
            return shared if shared.start < shared.end else None

        return same_days
    earlier = {place: clipped(each, previous) for place, each in places(tz, previous, granularity)}
    return lambda place, _: earlier.get(replace(place, day=earlier_first + (place.day - first)))


def _cut(tz: ZoneInfo, at: datetime, whole: ComparedWindows, days: tuple[date, date] | None) -> Span:
    """Leave out what has not come yet, and as much of the range before."""
    start, earlier = whole.current.start, whole.previous.start
    if at >= whole.current.end:
        return Span(whole, whole, days)
    if at <= start:
        return Span(whole, ComparedWindows(Window(start, start), Window(earlier, earlier)), days)
    if days is None:
        same_time = earlier + (at - start)
    else:
        same_time = instant(tz, at.astimezone(tz).replace(tzinfo=None) - (days[0] - days[1]))
    counted = ComparedWindows(
        Window(start, at.astimezone(UTC)), Window(earlier, min(same_time, start)), same_time > start
    )
    return Span(whole, counted, days)

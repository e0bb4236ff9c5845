"""The hours of a week as the wall clock shows them, and where each of them lies in a range."""

from resolvers.buckets import Granularity, clipped, places
from resolvers.periods import Window
from resolvers.range_input import require_days
from resolvers.scope import Scope
from resolvers.spans import Span

MAX_BY_HOUR_DAYS = 100
HOURS = range(24)
WEEKDAYS = range(1, 8)


def hours_of_day(scope: Scope, span: Span) -> tuple[tuple[Window, ...], ...]:
    """Return the windows of each hour of the day, 0 to 23."""
    by_weekday = hours_of_week(scope, span)
    return tuple(
        tuple(sorted((each for day in WEEKDAYS for each in by_weekday[day, hour]), key=lambda each: each.start))
        for hour in HOURS
    )


def hours_of_week(scope: Scope, span: Span) -> dict[tuple[int, int], tuple[Window, ...]]:
    """Return the windows of each (ISO weekday, hour); raise BadInput for a range with too many hours."""
    require_days(scope, span, MAX_BY_HOUR_DAYS, "hours of day want a shorter one")
    counted = span.counted.current
    found: dict[tuple[int, int], list[Window]] = {(day, hour): [] for day in WEEKDAYS for hour in HOURS}
    for place, bucket in places(scope.zone, counted, Granularity.HOUR):
        window = clipped(bucket, counted)
        if window.start < window.end:
            found[place.day.isoweekday(), place.hour].append(window)
    return {place: tuple(windows) for place, windows in found.items()}

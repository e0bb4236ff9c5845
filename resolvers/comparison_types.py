"""Comparisons as clients see them, one type per kind of figure."""

import strawberry

from resolvers.comparison import Compared, Direction, Reason
from resolvers.describing import describe, describe_type
from resolvers.money import Money, money_or_null
from resolvers.periods import ComparedWindows, Window
from resolvers.scalars import percent

describe(
    Direction,
    "Where a figure went, compared with the period before.",
    UP="It is greater.",
    DOWN="It is smaller.",
    FLAT="It is exactly the same.",
)
describe(
    Reason,
    "Why there is no `changePercent`.",
    name="ComparisonReason",
    ZERO_BASE="The previous figure is 0, and nothing can be divided by it.",
    NO_DATA="One of the figures does not exist, such as an average of no payments.",
)
describe_type(
    Window,
    "A half-open range of instants.",
    name="TimeWindow",
    start="The first instant.",
    end="The first instant that no longer belongs to it.",
)


@strawberry.interface(
    description=(
        "A figure of a period beside the one before. An unfinished period is compared with the one before up to "
        "the same local wall time on the same ordinal day."
    )
)
class Comparison:
    """What every comparison says."""

    change_percent: float | None = strawberry.field(
        description=(
            "Change as a percentage of |previous|, rounded to six decimals; null where it has no meaning, "
            "and then `reason` says why."
        )
    )
    direction: Direction | None = strawberry.field(description="Sign of the exact change; null without data.")
    reason: Reason | None = strawberry.field(description="Why `changePercent` is null; null where it is not.")
    current_window: Window = strawberry.field(description="What `current` counts.")
    previous_window: Window = strawberry.field(description="What `previous` counts.")
    clamped: bool = strawberry.field(
        description=(
            "Whether the period before has no such day or time (the 31st of a shorter month), so that it was taken "
            "up to its end."
        )
    )


@strawberry.type(description="Money of a period beside the period before.")
class MoneyComparison(Comparison):
    """Sums, or averages rounded half-even to whole zatoshi."""

    current: Money | None = strawberry.field(description="This period so far; null for an average of nothing.")
    previous: Money | None = strawberry.field(
        description="The period before, up to the same point; null for an average of nothing."
    )
    change: Money | None = strawberry.field(description="`current` less `previous`, exact before it is rounded.")


@strawberry.type(description="A number of things in a period beside the period before.")
class CountComparison(Comparison):
    """Counts."""

    current: int = strawberry.field(description="This period so far.")
    previous: int = strawberry.field(description="The period before, up to the same point.")
    change: int = strawberry.field(description="`current` less `previous`.")


@strawberry.type(description="A rate in a period beside the period before.")
class RateComparison(Comparison):
    """Percentages."""

    current: float | None = strawberry.field(description="Percent, 0 to 100; null where nothing was decided.")
    previous: float | None = strawberry.field(description="Percent, 0 to 100; null where nothing was decided.")
    change: float | None = strawberry.field(description="`current` less `previous`, in percentage points.")


def money_comparison(compared: Compared, windows: ComparedWindows) -> MoneyComparison:
    """Write a comparison of zatoshi."""
    return MoneyComparison(
        current=money_or_null(compared.current),
        previous=money_or_null(compared.previous),
        change=money_or_null(compared.change),
        change_percent=percent(compared.change_percent),
        direction=compared.direction,
        reason=compared.reason,
        current_window=windows.current,
        previous_window=windows.previous,
        clamped=windows.clamped,
    )


def count_comparison(compared: Compared, windows: ComparedWindows) -> CountComparison:
    """Write a comparison of counts, which always exist."""
    return CountComparison(
        current=int(compared.current or 0),
        previous=int(compared.previous or 0),
        change=int(compared.change or 0),
        change_percent=percent(compared.change_percent),
        direction=compared.direction,
        reason=compared.reason,
        current_window=windows.current,
        previous_window=windows.previous,
        clamped=windows.clamped,
    )


def rate_comparison(compared: Compared, windows: ComparedWindows) -> RateComparison:
    """Write a comparison of percentages."""
    return RateComparison(
        current=percent(compared.current),
        previous=percent(compared.previous),
        change=percent(compared.change),
        change_percent=percent(compared.change_percent),
        direction=compared.direction,
        reason=compared.reason,
        current_window=windows.current,
        previous_window=windows.previous,
        clamped=windows.clamped,
    )

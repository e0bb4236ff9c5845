"""Two figures side by side, exactly: nothing is rounded here.

`changePercent` divides by the previous figure's absolute value, so that its sign is the direction's. Where it
has no meaning it is absent and the reason says why. A rate is a figure in percent: its `change` is in
percentage points.
"""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction


class Direction(Enum):
    """Where a figure went."""

    UP = "UP"
    DOWN = "DOWN"
    FLAT = "FLAT"


class Reason(Enum):
    """Why there is no `changePercent`."""

    ZERO_BASE = "ZERO_BASE"
    NO_DATA = "NO_DATA"


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure beside an earlier one; all exact, None where there is no such figure."""

    current: Fraction | None
    previous: Fraction | None
    change: Fraction | None
    change_percent: Fraction | None
    direction: Direction | None
    reason: Reason | None


def compare(current: Fraction | int | None, previous: Fraction | int | None) -> Compared:
    """Compare two figures of one unit; None is one that does not exist, such as an average of nothing."""
    now = None if current is None else Fraction(current)
    then = None if previous is None else Fraction(previous)
    if now is None or then is None:
        return Compared(now, then, None, None, None, Reason.NO_DATA)
    change = now - then
    percent = change / abs(then) * 100 if then else None
    return Compared(now, then, change, percent, _direction(change), None if then else Reason.ZERO_BASE)


def ratio(part: int, whole: int) -> Fraction | None:
    """Return part / whole, None where the whole is nothing."""
    return Fraction(part, whole) if whole else None


def percentage(part: int, whole: int) -> Fraction | None:
    """Return part / whole in percent, None where the whole is nothing."""
    return Fraction(100 * part, whole) if whole else None


def _direction(change: Fraction) -> Direction:
    if change == 0:
        return Direction.FLAT
    return Direction.UP if change > 0 else Direction.DOWN

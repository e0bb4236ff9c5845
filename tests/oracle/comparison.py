"""Now against before."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from tests.oracle.windows import Compared

Number = int | Fraction
Direction = Literal["UP", "DOWN", "FLAT"]
Reason = Literal["ZERO_BASE", "NO_DATA"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values and what lies between them; a rate's `change` is in percentage points.

    `change_percent` is null with ZERO_BASE where the previous value is 0. Where either value is null (a rate
    of nothing decided, an average of nothing settled), change, percent and direction are null with NO_DATA.
    """

    current: Number | None
    previous: Number | None
    change: Number | None
    change_percent: Fraction | None
    direction: Direction | None
    reason: Reason | None
    windows: Compared


def compare(current: Number | None, previous: Number | None, windows: Compared) -> Comparison:
    """The comparison of the values of two windows."""
    if current is None or previous is None:
        return Comparison(current, previous, None, None, None, "NO_DATA", windows)
    change = Fraction(current) - previous
    direction: Direction = "UP" if change > 0 else "DOWN" if change < 0 else "FLAT"
    percent = 100 * change / abs(Fraction(previous)) if previous else None
    reason: Reason | None = None if previous else "ZERO_BASE"
    return Comparison(current, previous, change, percent, direction, reason, windows)

"""Row shapes of what answers are kept by."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """The events next to one instant, which is one of ``events_beside``; slot and events may be missing.

    An answer is whole up to ``as_of``, but for late events that are pending.
    """

    slot: int | None
    before_at: datetime | None
    next_at: datetime | None
    pending: list[bool]
    as_of: datetime

"""What of a merchant bears on its numbers."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Merchant:
    """Zone by IANA name; `week_start` counts from Monday = 0; open payments go stale at `pending_timeout`."""

    id: str
    zone: str = "UTC"
    week_start: int = 0
    pending_timeout: timedelta = timedelta(minutes=60)

"""Keep the aggregates true: refresh what arrived, rebuild a range, verify against the raw events, void an event."""

from sql.maintenance.lag import Lag, lag
from sql.maintenance.rebuild import RangeGone, rebuild
from sql.maintenance.refresh import Refreshed, refresh, refresh_hinted
from sql.maintenance.verify import Difference, verify
from sql.maintenance.void import void

__all__ = [
    "Difference",
    "Lag",
    "RangeGone",
    "Refreshed",
    "lag",
    "rebuild",
    "refresh",
    "refresh_hinted",
    "verify",
    "void",
]

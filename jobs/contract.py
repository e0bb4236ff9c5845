"""Names that both sides of the queue know. A queue name is the name of the job's function, held here once."""

from typing import Final

QUEUE: Final = "z402:jobs"
HEALTH_KEY: Final = "z402:jobs:health"

REFRESH_AGGREGATES: Final = "refresh_aggregates"  # every minute: every level of every aggregate
REFRESH_LATE: Final = "refresh_late"  # every two seconds: where late events fell, or where a tail grew long

"""Names that both sides of the queue know. A queue name is the name of the job's function, held here once."""

from enum import StrEnum, unique
from typing import Final

QUEUE: Final = "z402:jobs"
HEALTH_KEY: Final = "z402:jobs:health"


@unique
class JobName(StrEnum):
    """Every job: `jobs.schedule` says when each runs and what it does."""

    REFRESH_AGGREGATES = "refresh_aggregates"
    REFRESH_LATE_RANGES = "refresh_late_ranges"
    CLOSE_HOUR = "close_hour"
    CLOSE_DAY = "close_day"
    SUMMARISE_WEEK = "summarise_week"
    REPORT_MONTH = "report_month"
    WARM_CACHE = "warm_cache"
    DROP_OLD_EVENTS = "drop_old_events"
    COMPRESS_OLD_EVENTS = "compress_old_events"
    ENSURE_PARTITIONS = "ensure_partitions"
    FORGET_OLD_RUNS = "forget_old_runs"
    EVALUATE_ALERTS = "evaluate_alerts"
    DELIVER_ALERTS = "deliver_alerts"
    MAKE_EXPORT = "make_export"
    SWEEP_EXPORTS = "sweep_exports"


DESCRIPTIONS: Final[dict[JobName, str]] = {
    JobName.REFRESH_AGGREGATES: "Brings every level of every aggregate up to date.",
    JobName.REFRESH_LATE_RANGES: "Refreshes where late events fell, or merges a tail that grew long.",
    JobName.CLOSE_HOUR: "Closes the past hour: each merchant's revenue, stored and logged.",
    JobName.CLOSE_DAY: "Closes a merchant's day: statistics and top lists, stored.",
    JobName.SUMMARISE_WEEK: "Stores the summary of a merchant's week.",
    JobName.REPORT_MONTH: "Stores the report of a merchant's month.",
    JobName.WARM_CACHE: "Runs the hot operations of active merchants.",
    JobName.DROP_OLD_EVENTS: "Drops raw events past their retention, once the aggregates hold them.",
    JobName.COMPRESS_OLD_EVENTS: "Turns old chunks into the columnstore (TimescaleDB).",
    JobName.ENSURE_PARTITIONS: "Makes the partitions of the months to come.",
    JobName.FORGET_OLD_RUNS: "Forgets old rows of this ledger.",
    JobName.EVALUATE_ALERTS: "Looks at every alert, and writes down which crossed their threshold.",
    JobName.DELIVER_ALERTS: "Tells of crossed thresholds by signed webhook.",
    JobName.MAKE_EXPORT: "Makes a file that was asked for.",
    JobName.SWEEP_EXPORTS: "Removes files whose time is over, and what was left over.",
}

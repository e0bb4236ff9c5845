"""The one table of what runs when. To add a job: a name in `jobs.contract`, a module with its work, a row here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import time, timedelta

from jobs import aggregation, closing, expiry, partitions, warming
from jobs.alerts import delivery, evaluation
from jobs.context import JobContext, Work
from jobs.contract import JobName
from jobs.exports import work as exports
from jobs.reports import making as reports
from jobs.windows import Every, EveryLocal, When
from resolvers.periods import Period

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: With the pauses between them the better part of a day: a mail server that is away comes back.
PATIENT = 30


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One job.

    `when` is None for a job on request: `ledger.request`, or the query `request_job_run`, plans its runs.
    `makes_up` is how far back missed windows are made up; None where the newest does for all before it. `timeout` ends
    an attempt, `attempts` is how many there are. `slow` ones never take all places of a worker, and take turns with
    each other. `only_if` is asked before a window is planned.
    """

    job: JobName
    when: When | None
    work: Work
    makes_up: timedelta | None
    timeout: timedelta
    attempts: int = 5
    slow: bool = False
    only_if: Callable[[JobContext], Awaitable[bool]] | None = None

    @property
    def newest_does(self) -> bool:
        """Whether a window that is done does for all before it, also for those that failed for good."""
        return self.when is not None and self.makes_up is None


SCHEDULE: tuple[Scheduled, ...] = (
    Scheduled(JobName.REFRESH_AGGREGATES, Every(MINUTE), aggregation.refresh_aggregates, None, 10 * MINUTE, attempts=2),
    Scheduled(
        JobName.REFRESH_LATE_RANGES, Every(2 * SECOND), aggregation.refresh_late_ranges, None, 10 * MINUTE, attempts=2,
        only_if=aggregation.late_ranges_wait,
    ),
    Scheduled(JobName.CLOSE_HOUR, Every(HOUR), closing.close_hour, 7 * DAY, 5 * MINUTE),
    Scheduled(JobName.CLOSE_DAY, EveryLocal(Period.DAY), closing.close_day, 35 * DAY, 2 * MINUTE),
    Scheduled(
        JobName.SUMMARISE_WEEK, EveryLocal(Period.WEEK), reports.summarise_week, 70 * DAY, 10 * MINUTE,
        attempts=PATIENT, slow=True,
    ),
    Scheduled(
        JobName.REPORT_MONTH, EveryLocal(Period.MONTH, time(1)), reports.report_month, 185 * DAY, 10 * MINUTE,
        attempts=PATIENT, slow=True,
    ),
    Scheduled(JobName.WARM_CACHE, Every(5 * MINUTE), warming.warm_cache, None, 4 * MINUTE, attempts=1),
    Scheduled(JobName.ENSURE_PARTITIONS, Every(DAY), partitions.ensure_partitions, None, 5 * MINUTE, attempts=10),
    Scheduled(
        JobName.COMPRESS_OLD_EVENTS, Every(DAY, 2 * HOUR), partitions.compress_old_events, None, 2 * HOUR, slow=True
    ),
    Scheduled(JobName.DROP_OLD_EVENTS, Every(DAY, 3 * HOUR), expiry.drop_old_events, None, 4 * HOUR, slow=True),
    Scheduled(JobName.FORGET_OLD_RUNS, Every(DAY, 4 * HOUR), expiry.forget_old_runs, None, 10 * MINUTE),
    Scheduled(JobName.EVALUATE_ALERTS, Every(MINUTE), evaluation.evaluate_alerts, None, MINUTE, attempts=3),
    Scheduled(
        JobName.DELIVER_ALERTS, Every(2 * SECOND), delivery.deliver_alerts, None, 5 * MINUTE, attempts=1,
        only_if=delivery.deliveries_wait,
    ),
    Scheduled(JobName.MAKE_EXPORT, None, exports.make_export, None, 2 * HOUR, slow=True),
    Scheduled(JobName.SWEEP_EXPORTS, Every(10 * MINUTE), exports.sweep_exports, None, 10 * MINUTE, attempts=2),
)  # fmt: skip

BY_NAME: dict[JobName, Scheduled] = {row.job: row for row in SCHEDULE}

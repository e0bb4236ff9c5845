"""From the schedule to the ledger: every window that is due is written down, also those that were missed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from jobs import ledger
from jobs.context import JobContext
from jobs.schedule import Scheduled
from jobs.windows import Calendar, DueWindow, due
from sql import Database, Q
from sql.job_rows import MerchantCalendar

log = structlog.get_logger()

# A merchant who came or moved to another zone is noticed so soon; windows of what is known are planned when due.
LOOK_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose windows are planned: a merchant, or all of them (''); no window before `since` is."""

    merchant_id: str
    calendar: Calendar
    since: datetime | None


EVERYBODY = Owner("", Calendar(), None)


@dataclass(slots=True)
class Planner:
    """Plans the windows of a schedule. Several at once plan each window once."""

    schedule: Sequence[Scheduled]
    _next: dict[str, datetime] = field(default_factory=dict)
    _told: dict[str, tuple[object, ...]] = field(default_factory=dict)

    async def plan(self, context: JobContext, now: datetime) -> int:
        """Write down what is due at an instant; return how many runs are new."""
        rows = [row for row in self.schedule if now >= self._next.get(row.job, now)]
        if not rows:
            return 0
        database = context.database
        paused = {row.job for row in await database.fetch(Q.paused_jobs)}
        marks = await database.fetch(Q.job_marks, jobs=[row.job.value for row in rows])
        local = any(row.when is not None and row.when.local for row in rows)
        owners = [_owner(merchant) for merchant in await database.fetch(Q.job_calendars)] if local else []
        planned = 0
        for row in rows:
            own = {mark.merchant_id: mark.planned_until for mark in marks if mark.job == row.job}
            windows, upcoming = _due(row, owners, own, now)
            await self._tell(database, row, upcoming)
            if windows and row.job not in paused and (row.only_if is None or await row.only_if(context)):
                planned += await _plan(database, row, windows)
            soon = now + LOOK_AGAIN
            self._next[row.job] = min(upcoming.due_at, soon) if upcoming else soon
        return planned

    async def _tell(self, database: Database, row: Scheduled, upcoming: DueWindow | None) -> None:
        """Let the gateway know the schedule; a next window that is seconds away is not worth a row's new version."""
        told = upcoming if upcoming and upcoming.end - upcoming.start >= LOOK_AGAIN else None
        values = {
            "schedule": "on request" if row.when is None else str(row.when),
            "next_start": told.start if told else None,
            "next_end": told.end if told else None,
            "next_due_at": told.due_at if told else None,
        }
        if self._told.get(row.job) != tuple(values.values()):
            await database.execute(Q.tell_schedule, job=row.job.value, **values)
            self._told[row.job] = tuple(values.values())


def _owner(merchant: MerchantCalendar) -> Owner:
    return Owner(merchant.merchant_id, Calendar(merchant.zone, merchant.week_start), merchant.created_at)


def _due(
    row: Scheduled, owners: Sequence[Owner], marks: dict[str, datetime], now: datetime
) -> tuple[list[tuple[str, DueWindow]], DueWindow | None]:
    """Return the (merchant, window) pairs that are due and not planned, oldest first, and the next window of all."""
    windows: list[tuple[str, DueWindow]] = []
    upcoming: list[DueWindow] = []
    if row.when is None:
        return windows, None
    for owner in owners if row.when.local else [EVERYBODY]:
        since = marks.get(owner.merchant_id, owner.since)
        # Where nothing says from when on, as in a new installation, and where the newest does for all: the newest.
        newest_only = row.makes_up is None or since is None
        bound = now - (2 * row.when.reach if newest_only or row.makes_up is None else row.makes_up)
        if since is not None and since < bound and not newest_only:
            log.warning("job.windows_too_old", job=row.job.value, merchant_id=owner.merchant_id, since=str(since))
        found, following = due(row.when, owner.calendar, bound if since is None else max(since, bound), now)
        windows += [(owner.merchant_id, window) for window in (found[-1:] if newest_only else found)]
        upcoming.append(following)
    windows.sort(key=lambda pair: pair[1].due_at)
    return windows, min(upcoming, key=lambda window: window.due_at, default=None)


async def _plan(database: Database, row: Scheduled, windows: list[tuple[str, DueWindow]]) -> int:
    planned = await ledger.plan(database, row.job, windows, max_attempts=row.attempts)
    if planned and row.makes_up is None:
        await database.execute(Q.skip_job_runs, job=row.job.value, before=windows[-1][1].end)
    if planned > 1:
        log.info("job.windows_planned", job=row.job.value, windows=planned)
    return planned

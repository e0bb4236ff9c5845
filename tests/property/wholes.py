"""Answers about payments and payers as wholes, about clock hours and money, against the oracle."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle import cohorts
from tests.oracle.events import Event
from tests.oracle.merchants import Merchant
from tests.oracle.payments import DECISIONS
from tests.oracle.realtime import live
from tests.oracle.totals import Totals, percentage, totals
from tests.oracle.windows import Window
from tests.oracle.zones import hour_start, wall

Told = dict[str, Any]
HOUR = timedelta(hours=1)

WHOLES = """
fragment retries on Retries {
    retriedCount averageRetries successfulCount failedCount openCount stoppedCount recoveredCount recoveryRate
    recoveredRevenue { zatoshi } byFailureCode { code stoppedCount recoveredCount recoveredRevenue { zatoshi } }
}
fragment peak on PeakHour { hour transactionCount revenue { zatoshi } occurrenceCount averageTransactions }
fragment customers on Customers {
    uniquePayers anonymousPayments payerCoverage newPayers returningPayers revenuePerPayer { zatoshi }
    payers(first: 100) { nodes { payer paymentCount revenue { zatoshi } firstPaymentAt lastPaymentAt isNew } }
}
fragment overview on Overview {
    previousWindow { start end } newestEventAt
    revenue {
        gross { ...beside } refunds { ...beside } fees { ...beside } feesReturned { ...beside } net { ...beside }
    }
    transactions { current previous } uniquePayers { current previous }
    steps {
        created { current previous } verifying { current previous } verified { current previous }
        settled { current previous } failed { current previous } expired { current previous }
        retried { current previous } refunded { current previous }
    }
}
fragment beside on MoneyComparison { current { zatoshi } previous { zatoshi } }
fragment money on MoneyFigures {
    gross { zatoshi } refunds { zatoshi } fees { zatoshi } feesReturned { zatoshi } net { zatoshi }
    transactionCount settledCount refundedCount
}
fragment group on TransactionGroup { key settledCount failedCount expiredCount revenue { zatoshi } }
"""
STEPS = ("created", "verifying", "verified", "settled", "failed", "expired", "retried", "refunded")


def rounded(value: Fraction | int | None) -> float | None:
    return None if value is None else float(round(Fraction(value), 6))


def instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def plain(found: object) -> object:
    """An answer with amounts as numbers, and its objects as tuples."""
    if isinstance(found, dict):
        if set(found) == {"zatoshi"}:
            return int(found["zatoshi"])
        return tuple(plain(value) for value in found.values())
    return [plain(value) for value in found] if isinstance(found, list) else found


def within(own: Sequence[Event], window: Window, *types: str) -> list[Event]:
    return [event for event in own if event.type in types and window.holds(event.occurred_at)]


def check_wholes(told: Told, own: Sequence[Event], window: Window, merchant: Merchant, at: datetime) -> None:
    """Compare all that the fragments above ask for."""
    check_cohort(told, cohorts.cohort(own, window, at))
    check_hours(told, own, window, merchant)
    check_customers(told["customers"], own, window)
    check_overview(told["overview"], own, window)
    check_money(told["revenue"], own, window)
    check_groups(told, own, window, merchant)
    known = live(own, merchant, at)
    assert told["byStatus"]["openCount"] == known.pending_count + known.active_count + known.stale_count


def check_cohort(told: Told, members: Sequence[cohorts.Member]) -> None:
    settled, failed = sum(m.settled for m in members), sum(m.failed for m in members)
    assert tuple(told["successRate"]["byPayment"].values()) == (
        len(members),
        settled,
        failed,
        len(members) - settled - failed,
        rounded(percentage(settled, len(members))),
    )
    retried = [m for m in members if m.retries]
    stopped = [m for m in members if m.stopped_by is not None]
    recovered = [m for m in stopped if m.settled]
    retries = dict(told["failures"]["retries"])
    by_code = {row["code"]: plain(row) for row in retries.pop("byFailureCode")}
    assert plain(retries) == (
        len(retried),
        rounded(Fraction(sum(m.retries for m in retried), len(retried)) if retried else None),
        sum(m.settled for m in retried),
        sum(m.failed for m in retried),
        sum(not m.settled and not m.failed for m in retried),
        len(stopped),
        len(recovered),
        rounded(percentage(len(recovered), len(stopped))),
        sum(m.payment.settled_zat for m in recovered),
    )
    expected = {}
    for code in {m.stopped_by for m in stopped}:
        back = [m for m in recovered if m.stopped_by == code]
        count = sum(m.stopped_by == code for m in stopped)
        expected[code or None] = (code or None, count, len(back), sum(m.payment.settled_zat for m in back))
    assert by_code == expected


def check_hours(told: Told, own: Sequence[Event], window: Window, merchant: Merchant) -> None:
    """Each hour of the day and of the week by itself, with how often it occurred."""
    failed: Counter[int] = Counter(wall(e.occurred_at, merchant.zone).hour for e in within(own, window, "failed"))
    assert {row["hour"]: row["failedCount"] for row in told["failures"]["byHour"]} == {n: failed[n] for n in range(24)}
    count: Counter[tuple[int, int]] = Counter()
    revenue: Counter[tuple[int, int]] = Counter()
    for event in within(own, window, *DECISIONS):
        local = wall(event.occurred_at, merchant.zone)
        count[local.isoweekday(), local.hour] += 1
        revenue[local.isoweekday(), local.hour] += (event.amount or 0) if event.type == "settled" else 0
    occurred = occurrences(window, merchant.zone)
    for row in told["peakTimes"]["byWeekdayAndHour"]:
        places = [(row["weekday"], row["hour"])]
        assert plain({k: v for k, v in row.items() if k != "weekday"}) == peak(places, count, revenue, occurred)
    for row in told["peakTimes"]["byHour"]:
        assert plain(row) == peak([(day, row["hour"]) for day in range(1, 8)], count, revenue, occurred)


def peak(places: Sequence[tuple[int, int]], *counters: Counter[tuple[int, int]]) -> tuple[object, ...]:
    count, revenue, occurred = (sum(counter[place] for place in places) for counter in counters)
    return (places[0][1], count, revenue, occurred, rounded(Fraction(count, occurred) if occurred else None))


def occurrences(window: Window, zone: str) -> Counter[tuple[int, int]]:
    """How often the clock shows each hour of the week in the window, cut ones too."""
    starts, moment = set(), window.lo
    while moment < window.hi:
        starts.add(hour_start(moment, zone))
        moment += timedelta(minutes=15) - (moment - datetime.min.replace(tzinfo=moment.tzinfo)) % timedelta(minutes=15)
    found: Counter[tuple[int, int]] = Counter()
    for start in starts:
        # The day on the wall when it begins within the window: an hour that a skipped midnight cuts is the next day's.
        local = wall(start, zone)
        found[local.isoweekday(), local.hour] += 1
    return found


def check_customers(told: Told, own: Sequence[Event], window: Window) -> None:
    found = totals(own, window)
    firsts = {payer: at for (_, payer), at in cohorts.first_payments(own).items()}
    by_payer: dict[str, list[Event]] = defaultdict(list)
    for event in within(own, window, "settled"):
        if event.payer is not None:
            by_payer[event.payer].append(event)
    new = sum(window.holds(firsts[payer]) for payer in by_payer)
    revenue = sum(event.amount or 0 for events in by_payer.values() for event in events)
    coverage = rounded(found.payer_coverage)
    value = round(Fraction(revenue, len(by_payer))) if by_payer else None
    assert plain({k: v for k, v in told.items() if k != "payers"}) == (
        len(by_payer), found.anonymous_count, coverage, new, len(by_payer) - new, value,
    )  # fmt: skip
    expected = [
        (
            payer,
            len(events),
            sum(event.amount or 0 for event in events),
            instant(firsts[payer]),
            instant(max(event.occurred_at for event in events)),
            window.holds(firsts[payer]),
        )
        for payer, events in by_payer.items()
    ]
    expected.sort(key=lambda row: (-row[2], -row[1], row[0].encode()))
    assert plain(told["payers"]["nodes"]) == expected


def check_overview(told: Told, own: Sequence[Event], window: Window) -> None:
    before = Window(*(datetime.fromisoformat(told["previousWindow"][name]) for name in ("start", "end")))
    now, then = totals(own, window), totals(own, before)
    assert plain(told["revenue"]) == tuple(zip(_amounts(now), _amounts(then), strict=True))
    assert plain(told["transactions"]) == (now.transaction_count, then.transaction_count)
    assert plain(told["uniquePayers"]) == (now.unique_payers, then.unique_payers)
    counts = tuple((len(within(own, window, step)), len(within(own, before, step))) for step in STEPS)
    assert plain(told["steps"]) == counts
    newest = max((event.occurred_at for event in within(own, window, *STEPS)), default=None)
    assert told["newestEventAt"] == instant(newest)


def check_money(told: Told, own: Sequence[Event], window: Window) -> None:
    found = totals(own, window)
    assert plain(told["total"]) == (*_amounts(found), *_counts(found))
    for bucket in told["series"]:
        if bucket["figures"]:
            span = Window(datetime.fromisoformat(bucket["start"]), datetime.fromisoformat(bucket["end"]))
            inside = totals(own, Window(max(span.lo, window.lo), min(span.hi, window.hi)))
            assert plain(bucket["figures"]) == (*_amounts(inside), *_counts(inside))


def _amounts(found: Totals) -> tuple[int, ...]:
    return (found.revenue_zat, found.refund_zat, found.fee_zat, found.fee_returned_zat, found.net_zat)


def _counts(found: Totals) -> tuple[int, ...]:
    return (found.transaction_count, found.settled_count, found.refunded_count)


def check_groups(told: Told, own: Sequence[Event], window: Window, merchant: Merchant) -> None:
    keys: dict[str, Callable[[Event], str | None]] = {
        "byStatus": lambda event: str(event.type).upper(),
        "byMethod": lambda event: event.method.upper() if event.method else None,
        "byResource": lambda event: event.resource,
        "byDay": lambda event: f"{wall(event.occurred_at, merchant.zone).date()}",
    }
    for name, key in keys.items():
        groups: dict[str | None, list[Event]] = defaultdict(list)
        for event in within(own, window, *DECISIONS):
            groups[key(event)].append(event)
        expected = {}
        for group, events in groups.items():
            kinds = [sum(event.type == kind for event in events) for kind in ("settled", "failed", "expired")]
            revenue = sum(event.amount or 0 for event in events if event.type == "settled")
            expected[group] = (group, *kinds, revenue)
        rows = {row["key"]: plain(row) for row in told[name]["groups"]}
        nothing = {group: row for group, row in rows.items() if group not in expected}
        assert {group: row for group, row in rows.items() if group in expected} == expected
        assert all(row == (group, 0, 0, 0, 0) for group, row in nothing.items())

"""What a merchant is told, realtime and dashboard, against the oracle's: every number, window and reason."""

from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.comparison import Comparison
from tests.oracle.dashboard import Dashboard, Trend, dashboard
from tests.oracle.events import Event
from tests.oracle.merchants import Merchant
from tests.oracle.payments import Payment
from tests.oracle.realtime import Realtime, realtime
from tests.oracle.totals import Totals
from tests.oracle.windows import Window
from tests.property.world import World, counted, deliveries, examples
from tests.strategies.arrivals import Scenario, scenarios

#: Examples take a fifth of a second each, on TimescaleDB ten times that; shrinking a failure takes minutes.
pytestmark = pytest.mark.timeout(900)

Told = dict[str, Any]

COMPARISON = """
    changePercent direction reason clamped currentWindow { start end } previousWindow { start end }
"""
FRAGMENTS = f"""
fragment money on MoneyTrend {{ today {{ ...amounts }} thisWeek {{ ...amounts }} thisMonth {{ ...amounts }} }}
fragment amounts on MoneyComparison {{
    current {{ zatoshi }} previous {{ zatoshi }} change {{ zatoshi }} {COMPARISON}
}}
fragment counts on CountTrend {{ today {{ ...numbers }} thisWeek {{ ...numbers }} thisMonth {{ ...numbers }} }}
fragment numbers on CountComparison {{ current previous change {COMPARISON} }}
fragment rates on RateTrend {{ today {{ ...shares }} thisWeek {{ ...shares }} thisMonth {{ ...shares }} }}
fragment shares on RateComparison {{ current previous change {COMPARISON} }}
fragment all on Merchant {{
    realtime(at: $at) {{
        currentHour {{
            window {{ start end }} revenue {{ zatoshi }} transactionCount successfulCount failedCount expiredCount
            successRate averageValue {{ zatoshi }}
        }}
        today {{
            window {{ start end }} revenue {{ zatoshi }} transactionCount successfulCount failedCount expiredCount
            successRate averageValue {{ zatoshi }} uniquePayers anonymousPayments payerCoverage
        }}
        live {{ pendingTransactions activeVerifications staleTransactions }}
        recentPayments {{ paymentId amount {{ zatoshi }} fee {{ zatoshi }} settledAt state }}
    }}
    dashboard(at: $at) {{
        revenue {{ ...money }} transactions {{ ...counts }} successRate {{ ...rates }} averageValue {{ ...money }}
    }}
}}
"""


def document(merchants: tuple[Merchant, ...]) -> str:
    """One operation that asks for everything of all merchants at once."""
    asked = "".join(f'm{n}: merchant(id: "{merchant.id}") {{ ...all }} ' for n, merchant in enumerate(merchants))
    return f"query ($at: DateTime) {{ {asked} }} {FRAGMENTS}"


def instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def window(found: Window) -> Told:
    return {"start": instant(found.lo), "end": instant(found.hi)}


def money(zatoshi: Fraction | int | None) -> Told | None:
    return None if zatoshi is None else {"zatoshi": str(round(zatoshi))}


def percent(rate: Fraction | int | None) -> float | None:
    return None if rate is None else float(round(Fraction(rate), 6))


def whole(number: Fraction | int | None) -> int:
    assert number is not None
    return int(number)


def told_totals(found: Totals, where: Window) -> Told:
    return {
        "window": window(where),
        "revenue": money(found.revenue_zat),
        "transactionCount": found.transaction_count,
        "successfulCount": found.settled_count,
        "failedCount": found.failed_count,
        "expiredCount": found.expired_count,
        "successRate": percent(found.success_rate),
        "averageValue": money(found.average_value_zat),
    }


def told_payment(payment: Payment) -> Told:
    return {
        "paymentId": payment.payment_id,
        "amount": money(payment.settled_zat),
        "fee": money(payment.fee_zat),
        "settledAt": instant(payment.settled_at),
        "state": payment.state.upper(),
    }


def told_realtime(found: Realtime) -> Told:
    payers = {
        "uniquePayers": found.today.unique_payers,
        "anonymousPayments": found.today.anonymous_count,
        "payerCoverage": percent(found.today.payer_coverage),
    }
    return {
        "currentHour": told_totals(found.current_hour, found.current_hour_window),
        "today": told_totals(found.today, found.today_window) | payers,
        "live": {
            "pendingTransactions": found.live.pending_count,
            "activeVerifications": found.live.active_count,
            "staleTransactions": found.live.stale_count,
        },
        "recentPayments": [told_payment(payment) for payment in found.live.recent],
    }


def told_comparison(found: Comparison, kind: str) -> Told:
    write: Callable[[Fraction | int | None], object] = {"money": money, "rate": percent, "count": whole}[kind]
    return {
        "current": write(found.current),
        "previous": write(found.previous),
        "change": write(found.change),
        "changePercent": percent(found.change_percent),
        "direction": found.direction,
        "reason": found.reason,
        "clamped": found.windows.clamped,
        "currentWindow": window(found.windows.current),
        "previousWindow": window(found.windows.previous),
    }


def told_dashboard(found: Dashboard) -> Told:
    def trend(of: Trend, kind: str) -> Told:
        periods = {"today": of.today, "thisWeek": of.this_week, "thisMonth": of.this_month}
        return {name: told_comparison(comparison, kind) for name, comparison in periods.items()}

    return {
        "revenue": trend(found.revenue, "money"),
        "transactions": trend(found.transactions, "count"),
        "successRate": trend(found.success_rate, "rate"),
        "averageValue": trend(found.average_value, "money"),
    }


def flat(found: object, path: str = "") -> dict[str, object]:
    """The leaves of an answer by their paths."""
    if isinstance(found, dict | list):
        parts = found.items() if isinstance(found, dict) else enumerate(found)
        return {name: leaf for key, part in parts for name, leaf in flat(part, f"{path}.{key}").items()}
    return {path: found}


def differences(told: Told, wanted: Told) -> dict[str, tuple[object, object]]:
    """What is told and what it should be, by path, where they differ."""
    ours, oracle = flat(told), flat(wanted)
    paths = sorted(ours.keys() | oracle.keys())
    return {path: (ours.get(path), oracle.get(path)) for path in paths if ours.get(path) != oracle.get(path)}


def expected(events: tuple[Event, ...], scenario: Scenario) -> dict[str, Told]:
    """What the operation should answer."""
    return {
        f"m{n}": {
            "realtime": told_realtime(realtime(events, merchant, scenario.at)),
            "dashboard": told_dashboard(dashboard(events, merchant, scenario.at)),
        }
        for n, merchant in enumerate(scenario.merchants)
    }


@examples(60)
@given(scenario=scenarios(), data=st.data())
async def test_realtime_and_dashboard_at_any_instant(world: World, scenario: Scenario, data: st.DataObject) -> None:
    found = await world.settle_in(scenario)
    await world.deliver_all(data.draw(deliveries(found.lines)))
    await world.catch_up()
    answer = await world.ask(document(found.merchants), at=instant(found.at))
    assert differences(answer, expected(counted(found), found)) == {}

"""The running hour and day."""

from typing import Any

from gateway.rest.numbers import Decided, Expired, Failed, Rate, Settled, Zec, rate, zec, zec_or_null
from gateway.rest.ranges import Asked
from gateway.rest.shapes.shape import Shape


class CurrentHour(Shape, frozen=True):
    """The running clock hour of the merchant."""

    revenue: Zec
    transaction_count: Decided
    successful_count: Settled
    failed_count: Failed
    expired_count: Expired
    success_rate: Rate | None


class Today(Shape, frozen=True):
    """The running day of the merchant."""

    revenue: Zec
    transaction_count: Decided
    successful_count: Settled
    failed_count: Failed
    expired_count: Expired
    success_rate: Rate | None
    unique_payers: int
    average_value: Zec | None


class RecentPayment(Shape, frozen=True):
    """One of the ten payments that settled last."""

    transaction_id: str
    amount: Zec
    payer: str | None
    method: str | None
    resource: str | None
    settled_at: str


class Live(Shape, frozen=True):
    """Payments that are open now, and those that settled last."""

    pending_transactions: int
    active_verifications: int
    stale_transactions: int
    recent_payments: list[RecentPayment]


class Realtime(Shape, frozen=True):
    """The figures of the moment."""

    current_hour: CurrentHour
    today: Today
    live: Live


def realtime(merchant: dict[str, Any], _: Asked) -> Realtime:
    """Shape the operation `realtime`."""
    told = merchant["realtime"]
    hour, today, live = told["currentHour"], told["today"], told["live"]
    return Realtime(
        current_hour=CurrentHour(
            revenue=zec(hour["revenue"]),
            transaction_count=hour["transactionCount"],
            successful_count=hour["successfulCount"],
            failed_count=hour["failedCount"],
            expired_count=hour["expiredCount"],
            success_rate=rate(hour["successfulCount"], hour["transactionCount"]),
        ),
        today=Today(
            revenue=zec(today["revenue"]),
            transaction_count=today["transactionCount"],
            successful_count=today["successfulCount"],
            failed_count=today["failedCount"],
            expired_count=today["expiredCount"],
            success_rate=rate(today["successfulCount"], today["transactionCount"]),
            unique_payers=today["uniquePayers"],
            average_value=zec_or_null(today["averageValue"]),
        ),
        live=Live(
            pending_transactions=live["pendingTransactions"],
            active_verifications=live["activeVerifications"],
            stale_transactions=live["staleTransactions"],
            recent_payments=[_recent(payment) for payment in told["recentPayments"]],
        ),
    )


def _recent(told: dict[str, Any]) -> RecentPayment:
    return RecentPayment(
        transaction_id=told["paymentId"],
        amount=zec(told["amount"]),
        payer=told["payer"],
        method=told["method"] and told["method"].lower(),
        resource=told["resource"],
        settled_at=told["settledAt"],
    )

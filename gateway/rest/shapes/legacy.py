"""The older routes: an overview, and what was paid by resource, method and payer."""

from typing import Any

from gateway.rest.numbers import (
    Decided,
    Expired,
    Failed,
    Mean,
    Rate,
    Settled,
    Zec,
    mean,
    percentages,
    rate,
    zec,
    zec_or_null,
)
from gateway.rest.ranges import Asked
from gateway.rest.shapes.shape import Shape
from gateway.rest.shapes.trends import Totals, totals


class Resource(Shape, frozen=True):
    """A paid resource; null where payments told none."""

    resource: str | None
    revenue: Zec
    successful_count: Settled
    access_count: int
    conversion_rate: Rate | None


class Overview(Shape, frozen=True):
    """A range in a few figures, and beside the range before."""

    total_revenue: Zec
    net_revenue: Zec
    total_transactions: Decided
    successful_transactions: Settled
    failed_transactions: Failed
    expired_transactions: Expired
    success_rate: Rate | None
    average_value: Zec | None
    unique_payers: int
    top_resources: list[Resource]
    comparison: Totals


class Method(Shape, frozen=True):
    """A payment method; `unknown` where no event told one."""

    method: str
    transaction_count: Decided
    successful_count: Settled
    revenue: Zec
    percentage: Rate
    success_rate: Rate | None


class Customer(Shape, frozen=True):
    """An identified payer; new where it paid for the first time ever."""

    payer: str
    payment_count: Settled
    revenue: Zec
    is_new: bool
    last_payment_at: str


class Customers(Shape, frozen=True):
    """The payers of a range; shielded ones are unknown and counted apart."""

    unique_payers: int
    new_payers: int
    returning_payers: int
    identified_payments: int
    anonymous_payments: int
    payer_coverage: Rate | None
    average_payments_per_payer: Mean | None
    average_revenue_per_payer: Zec | None
    top_payers: list[Customer]


def overview(merchant: dict[str, Any], _: Asked) -> Overview:
    """Shape the operation `rest_overview`."""
    told = merchant["overview"]
    gross, steps = told["revenue"]["gross"], told["steps"]
    return Overview(
        total_revenue=zec(gross["current"]),
        net_revenue=zec(told["revenue"]["net"]["current"]),
        total_transactions=told["transactions"]["current"],
        successful_transactions=steps["settled"]["current"],
        failed_transactions=steps["failed"]["current"],
        expired_transactions=steps["expired"]["current"],
        success_rate=rate(steps["settled"]["current"], told["transactions"]["current"]),
        average_value=zec_or_null(told["averageValue"]["current"]),
        unique_payers=told["uniquePayers"]["current"],
        top_resources=[_resource(each) for each in told["topResources"]],
        comparison=totals({**told, "revenue": gross}),
    )


def top_resources(merchant: dict[str, Any], _: Asked) -> list[Resource]:
    """Shape the operation `rest_top_resources`: by revenue, the largest first."""
    return [_resource(each) for each in merchant["resources"]["resources"]]


def _resource(told: dict[str, Any]) -> Resource:
    return Resource(
        resource=told["resource"],
        revenue=zec(told["revenue"]),
        successful_count=told["settledCount"],
        access_count=told["accessCount"],
        conversion_rate=rate(told["paidCount"], told["challengedCount"]),
    )


def payment_methods(merchant: dict[str, Any], _: Asked) -> list[Method]:
    """Shape the operation `rest_payment_methods`."""
    methods = merchant["paymentMethods"]["methods"]
    parts = percentages([told["settledCount"] for told in methods])
    return [
        Method(
            method=(told["method"] or "unknown").lower(),
            transaction_count=told["transactionCount"],
            successful_count=told["settledCount"],
            revenue=zec(told["revenue"]),
            percentage=percentage,
            success_rate=rate(told["settledCount"], told["transactionCount"]),
        )
        for told, percentage in zip(methods, parts, strict=True)
    ]


def customers(merchant: dict[str, Any], _: Asked) -> Customers:
    """Shape the operation `rest_customers`."""
    told = merchant["customers"]
    identified = told["identifiedPayments"]
    return Customers(
        unique_payers=told["uniquePayers"],
        new_payers=told["newPayers"],
        returning_payers=told["returningPayers"],
        identified_payments=identified,
        anonymous_payments=told["anonymousPayments"],
        payer_coverage=rate(identified, identified + told["anonymousPayments"]),
        average_payments_per_payer=mean(identified, told["uniquePayers"]),
        average_revenue_per_payer=zec_or_null(told["revenuePerPayer"]),
        top_payers=[_customer(each) for each in told["payers"]["nodes"]],
    )


def _customer(told: dict[str, Any]) -> Customer:
    return Customer(
        payer=told["payer"],
        payment_count=told["paymentCount"],
        revenue=zec(told["revenue"]),
        is_new=told["isNew"],
        last_payment_at=told["lastPaymentAt"],
    )

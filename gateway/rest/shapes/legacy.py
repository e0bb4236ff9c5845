"""The older routes: an overview, and what was paid by resource, method and payer."""

from typing import Any

from gateway.rest.numbers import Rate, Zec, percentage, two_decimals, zec, zec_or_null
from gateway.rest.ranges import Asked
from gateway.rest.shapes.shape import Shape
from gateway.rest.shapes.trends import Totals, totals


class Overview(Shape, frozen=True):
    """A range in a few figures, and beside the range before."""

    total_revenue: Zec
    total_transactions: int
    successful_transactions: int
    failed_transactions: int
    expired_transactions: int
    success_rate: Rate | None
    average_value: Zec | None
    unique_payers: int
    resource_count: int
    comparison: Totals


class Resource(Shape, frozen=True):
    """A paid resource; null where payments told none."""

    resource: str | None
    revenue: Zec
    transaction_count: int
    access_count: int
    conversion_rate: Rate | None


class Method(Shape, frozen=True):
    """A payment method; `unknown` where no event told one."""

    method: str
    transaction_count: int
    successful_count: int
    revenue: Zec
    percentage: Rate
    success_rate: Rate | None


class Customers(Shape, frozen=True):
    """The payers of a range; shielded ones are unknown and counted apart."""

    unique_payers: int
    identified_payments: int
    anonymous_payments: int
    payer_coverage: Rate | None
    average_payments_per_payer: Rate | None


def overview(merchant: dict[str, Any], _: Asked) -> Overview:
    """Shape the operation `rest_overview`."""
    total = merchant["trends"]["total"]
    return Overview(
        total_revenue=zec(total["revenue"]["current"]),
        total_transactions=total["transactions"]["current"],
        successful_transactions=total["settled"]["current"],
        failed_transactions=total["failed"]["current"],
        expired_transactions=total["expired"]["current"],
        success_rate=two_decimals(total["successRate"]["current"]),
        average_value=zec_or_null(total["averageValue"]["current"]),
        unique_payers=merchant["customers"]["uniquePayers"],
        resource_count=merchant["resources"]["resourceCount"],
        comparison=totals(total),
    )


def top_resources(merchant: dict[str, Any], _: Asked) -> list[Resource]:
    """Shape the operation `rest_top_resources`: by revenue, the largest first."""
    return [
        Resource(
            resource=told["resource"],
            revenue=zec(told["revenue"]),
            transaction_count=told["settledCount"],
            access_count=told["accessCount"],
            conversion_rate=two_decimals(told["conversionRate"]),
        )
        for told in merchant["resources"]["resources"]
    ]


def payment_methods(merchant: dict[str, Any], _: Asked) -> list[Method]:
    """Shape the operation `rest_payment_methods`."""
    return [
        Method(
            method=(told["method"] or "unknown").lower(),
            transaction_count=told["transactionCount"],
            successful_count=told["settledCount"],
            revenue=zec(told["revenue"]),
            percentage=percentage(told["share"]),
            success_rate=two_decimals(told["successRate"]),
        )
        for told in merchant["paymentMethods"]["methods"]
    ]


def customers(merchant: dict[str, Any], _: Asked) -> Customers:
    """Shape the operation `rest_customers`."""
    told = merchant["customers"]
    return Customers(
        unique_payers=told["uniquePayers"],
        identified_payments=told["identifiedPayments"],
        anonymous_payments=told["anonymousPayments"],
        payer_coverage=two_decimals(told["payerCoverage"]),
        average_payments_per_payer=two_decimals(told["paymentsPerPayer"]),
    )

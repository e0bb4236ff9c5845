"""Transactions grouped by status, method, resource or day."""

from typing import Any

from gateway.rest.numbers import Decided, Rate, Settled, Zec, percentages, zec, zec_or_null
from gateway.rest.ranges import Asked
from gateway.rest.shapes.shape import Shape

GROUPS = ("status", "method", "resource", "day")
WORDS = frozenset({"status", "method"})


class Group(Shape, frozen=True):
    """What the transactions of a group share, how many they are and what they brought.

    The key is null where none was told, and of the rest: every resource beyond the hundred with the most.
    """

    key: str | None
    rest: bool
    transaction_count: Decided
    successful_count: Settled
    revenue: Zec
    average_value: Zec | None
    percentage: Rate


def transactions(merchant: dict[str, Any], asked: Asked) -> list[Group]:
    """Shape the operation `rest_transactions`."""
    groups = merchant["transactions"]["groups"]
    parts = percentages([told["transactionCount"] for told in groups])
    words = asked.values["groupBy"] in WORDS
    return [
        Group(
            key=told["key"].lower() if words and told["key"] else told["key"],
            rest=told["rest"],
            transaction_count=told["transactionCount"],
            successful_count=told["settledCount"],
            revenue=zec(told["revenue"]),
            average_value=zec_or_null(told["averageValue"]),
            percentage=percentage,
        )
        for told, percentage in zip(groups, parts, strict=True)
    ]

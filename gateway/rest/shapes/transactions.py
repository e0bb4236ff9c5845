"""Transactions grouped by status, method, resource or day."""

from typing import Any

from gateway.rest.numbers import Rate, Zec, part_of, zec, zec_or_null
from gateway.rest.ranges import Asked
from gateway.rest.shapes.shape import Shape

GROUPS = ("status", "method", "resource", "day")
WORDS = frozenset({"status", "method"})


class Group(Shape, frozen=True):
    """What the transactions of a group share (null where none told), how many they are and what they brought."""

    key: str | None
    transaction_count: int
    successful_count: int
    revenue: Zec
    average_value: Zec | None
    percentage: Rate


def transactions(merchant: dict[str, Any], asked: Asked) -> list[Group]:
    """Shape the operation `rest_transactions`."""
    groups = merchant["transactions"]["groups"]
    every = sum(told["transactionCount"] for told in groups)
    words = asked.values["groupBy"] in WORDS
    return [
        Group(
            key=told["key"].lower() if words and told["key"] else told["key"],
            transaction_count=told["transactionCount"],
            successful_count=told["settledCount"],
            revenue=zec(told["revenue"]),
            average_value=zec_or_null(told["averageValue"]),
            percentage=part_of(told["transactionCount"], every),
        )
        for told in groups
    ]

"""Transactions grouped by status, method, resource or day."""

from typing import Any

from gateway.rest.numbers import Zec, zec
from gateway.rest.ranges import Asked
from gateway.rest.shapes.shape import Shape, local_date

GROUPS = ("status", "method", "resource", "day")


class Group(Shape, frozen=True):
    """A group: what its transactions share, how many there are and what they brought."""

    key: str | None
    transaction_count: int
    successful_count: int
    revenue: Zec


def transactions(merchant: dict[str, Any], asked: Asked) -> list[Group]:
    """Shape the operation `rest_transactions`, of which only the fields of one group were asked."""
    return READ[asked.values["groupBy"]](merchant)


def _by_status(merchant: dict[str, Any]) -> list[Group]:
    total = merchant["trends"]["total"]
    nothing = {"zec": "0.00000000"}
    return [
        _group(status, total[status]["current"], total[status]["current"] if paid else 0, paid or nothing)
        for status, paid in (("settled", total["revenue"]["current"]), ("failed", None), ("expired", None))
    ]


def _by_method(merchant: dict[str, Any]) -> list[Group]:
    return [
        _group((told["method"] or "unknown").lower(), told["transactionCount"], told["settledCount"], told["revenue"])
        for told in merchant["paymentMethods"]["methods"]
    ]


def _by_resource(merchant: dict[str, Any]) -> list[Group]:
    return [
        _group(told["resource"], told["settledCount"], told["settledCount"], told["revenue"])
        for told in merchant["resources"]["resources"]
    ]


def _by_day(merchant: dict[str, Any]) -> list[Group]:
    days = [
        (local_date(bucket["start"], merchant["timezone"]), bucket["current"])
        for bucket in merchant["trends"]["series"]
        if bucket["current"] is not None
    ]
    return [_group(day, told["transactionCount"], told["settledCount"], told["revenue"]) for day, told in days]


def _group(key: str | None, count: int, successful: int, revenue: dict[str, Any]) -> Group:
    return Group(key=key, transaction_count=count, successful_count=successful, revenue=zec(revenue))


READ = dict(zip(GROUPS, (_by_status, _by_method, _by_resource, _by_day), strict=True))

"""Each statement of ours beside those by hand that give the same: of ranges, of metrics, and of payments one by one."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import asyncpg

from sql import Query
from sql.database import Connection
from sql.payment_rows import PaymentEvent
from tests.benchmarks.by_hand import floors, is_range_question
from tests.benchmarks.by_hand_cells import cells_by_hand, cells_of_json, cells_of_rows

CELLS = re.compile(r"FROM (\w+?)(?:_often)?_cells\(")
#: What a list goes by, and the conditions that a page is held to.
PLACES = {"created": "first_event_at", "updated": "last_event_at", "settled": "settled_at"}
CONDITIONS = {"states": "state", "methods": "method", "resources": "resource", "payers": "payer"}
EVENTS = f"""
SELECT 0 AS slot, {", ".join(each.name for each in fields(PaymentEvent) if each.name != "slot")}
FROM payment_events
WHERE merchant_id = $1 AND payment_id = $2
ORDER BY occurred_at, event_id
LIMIT $3
"""


def answer(rows: list[asyncpg.Record]) -> object:
    """What rows say, apart from when they were asked for."""
    return sorted(repr({name: value for name, value in row.items() if name != "as_of"}) for row in rows)


@dataclass(frozen=True)
class Statement:
    """A statement, what it is given, and how what it says is compared."""

    text: str
    arguments: list[object]
    told: Callable[[list[asyncpg.Record]], object] = answer


async def statements(connection: Connection, query: Query, params: dict[str, Any], continuous: bool) -> list[Statement]:
    """Return a query of ours, then those by hand, if it has any."""
    arguments = query.bind(params)
    if found := CELLS.search(query.text):
        by_hand = await cells_by_hand(connection, found[1], params, continuous)
        ours = Statement(query.text, arguments, cells_of_json)
        return [ours, *(Statement(text, given, cells_of_rows) for text, given in by_hand)]
    texts = []
    if is_range_question(query):
        texts = await floors(connection, query, set(params["levels"]), continuous)
    return [Statement(query.text, arguments), *(Statement(text, arguments) for text in texts), *_lists(query, params)]


def _lists(query: Query, params: dict[str, Any]) -> list[Statement]:
    columns = ", ".join(name for name in query.columns if name != "slot")
    match query.name:
        case "payments_by_page":
            [question] = params["questions"]
            return [_page(columns, question)]
        case "payments_by_id":
            [given] = zip(params["merchant_ids"], params["payment_ids"], strict=True)
            text = f"SELECT 0 AS slot, {columns} FROM payments WHERE merchant_id = $1 AND payment_id = $2"
            return [Statement(text, list(given))]
        case "payment_events_by_payment":
            [given] = zip(params["merchant_ids"], params["payment_ids"], strict=True)
            return [Statement(EVENTS, [*given, params["row_count"]])]
    return []


def _page(columns: str, question: dict[str, Any]) -> Statement:
    """A page as one would write it for this very filter."""
    arguments = [question["merchant_id"], question["row_count"]]
    place, descending = PLACES[question["ordered_by"]], question["descending"]
    conditions = ["merchant_id = $1"]
    if question["after_at"] is not None:
        arguments += [question["after_at"], question["after_id"]]
        conditions.append(f"({place}, payment_id) {'<' if descending else '>'} ($3, $4)")
    for name, column in CONDITIONS.items():
        if question[name] is not None:
            [value] = question[name]
            arguments.append(value)
            conditions.append(f"{column} = ${len(arguments)}")
    order = "DESC" if descending else "ASC"
    return Statement(
        f"SELECT 0 AS slot, {columns} FROM payments WHERE {' AND '.join(conditions)} "
        f"ORDER BY {place} {order}, payment_id {order} LIMIT $2",
        arguments,
    )

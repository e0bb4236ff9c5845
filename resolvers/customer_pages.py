"""The identified payers of a range one by one, as a Relay connection."""

from collections.abc import Awaitable, Sequence
from datetime import datetime

import orjson
import strawberry

from resolvers.comparison import ratio
from resolvers.cursors import EPOCH, Position, read_cursor, write_cursor
from resolvers.fields import after
from resolvers.money import Money, money
from resolvers.pages import PageInfo, onward, require_page
from resolvers.periods import Window
from resolvers.range_input import RangeInput
from resolvers.range_list import list_name
from resolvers.scope import Scope
from resolvers.wholes import PayerPlace, PayersKey
from sql.breakdowns import TopPayer


@strawberry.type(description="An identified payer in a range.")
class Customer:
    """What it settled in the range, and since when it is known."""

    payer: str = strawberry.field(description="The payer, as the events name it.")
    payment_count: int = strawberry.field(description="Payments settled in the range.")
    revenue: Money = strawberry.field(description="Sum of the amounts settled in the range.")
    average_value: Money = strawberry.field(
        description="Revenue per settled payment, rounded half-even to whole zatoshi."
    )
    last_payment_at: datetime = strawberry.field(description="Its latest settled payment in the range.")
    first_payment_at: datetime | None = strawberry.field(
        description="Its first settled payment ever; null where the payer was forgotten just now."
    )
    is_new: bool = strawberry.field(description="Whether that first payment lies in the range.")


@strawberry.type(description="A payer in a page.")
class CustomerEdge:
    """Of a Relay connection."""

    cursor: str = strawberry.field(description="Give it as `after` to go on behind this payer.")
    node: Customer = strawberry.field(description="The payer.")


@strawberry.type(
    description="A page of payers, those with the most revenue first; of equal ones by payments, then name."
)
class CustomerConnection:
    """Of Relay."""

    edges: list[CustomerEdge] = strawberry.field(description="The payers of the page, each with its cursor.")
    nodes: list[Customer] = strawberry.field(description="The payers of the page.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")


def _page_key(scope: Scope, window: Window, listed: str, cursor: str | None) -> PayersKey:
    """Return the key of the page behind a cursor; raise BadInput for one that is not of this list."""
    merchant_id = scope.merchant.merchant_id
    if cursor is None:
        return PayersKey(merchant_id, window, None)
    revenue, count, payer = orjson.loads(read_cursor(listed, cursor, "after").id)
    return PayersKey(merchant_id, window, PayerPlace(int(revenue), count, payer))


def load_payers(
    scope: Scope, window: Window, asked: RangeInput, first: int, cursor: str | None
) -> Awaitable[CustomerConnection]:
    """Ask for a page; all pages of an operation share a statement."""
    require_page(first)
    listed = list_name("customers", scope, asked)
    key = _page_key(scope, window, listed, cursor)

    def built(rows: Sequence[TopPayer]) -> CustomerConnection:
        edges = [CustomerEdge(cursor=_cursor(listed, row), node=_customer(row, window)) for row in rows[:first]]
        info = onward([edge.cursor for edge in edges], cursor, more=len(rows) > first)
        return CustomerConnection(edges=edges, nodes=[edge.node for edge in edges], page_info=info)

    return after(scope.context.loaders.payers_by_page.load(key), built)


def _cursor(listed: str, row: TopPayer) -> str:
    place = orjson.dumps([str(row.revenue_zat), row.settled_count, row.payer]).decode()
    return write_cursor(listed, Position(EPOCH, place))


def _customer(row: TopPayer, window: Window) -> Customer:
    return Customer(
        payer=row.payer,
        payment_count=row.settled_count,
        revenue=money(row.revenue_zat),
        average_value=money(ratio(row.revenue_zat, row.settled_count) or 0),
        last_payment_at=row.last_settled_at,
        first_payment_at=row.first_settled_at,
        is_new=row.first_settled_at is not None and row.first_settled_at >= window.start,
    )

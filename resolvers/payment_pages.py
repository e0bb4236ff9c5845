"""Pages of payments, as Relay connections."""

from collections.abc import Awaitable
from typing import Annotated

import strawberry

from resolvers.context import Context
from resolvers.cursors import Position, read_cursor, write_cursor
from resolvers.fields import after as when_loaded
from resolvers.pages import DEFAULT_PAGE, MAX_PAGE, PageInfo, Take
from resolvers.payment_batches import PageKey
from resolvers.payment_filter import (
    OrderDirection,
    PaymentFilterInput,
    PaymentOrderField,
    PaymentOrderInput,
    checked,
)
from resolvers.payments import Payment, payment
from sql import payment_rows

First = Annotated[
    int | None,
    strawberry.argument(
        description=f"How many at most from the beginning, 1 to {MAX_PAGE}; {DEFAULT_PAGE} by default."
    ),
]
Last = Annotated[int | None, strawberry.argument(description=f"How many at most from the end, 1 to {MAX_PAGE}.")]
After = Annotated[str | None, strawberry.argument(description="The cursor behind which the page begins.")]
Before = Annotated[str | None, strawberry.argument(description="The cursor before which the page ends.")]
Filter = Annotated[
    PaymentFilterInput | None,
    strawberry.argument(name="filter", description="Which payments are listed; all by default."),
]
OrderBy = Annotated[
    PaymentOrderInput | None, strawberry.argument(description="Their order; those created last come first by default.")
]


@strawberry.type(description="A payment in a page.")
class PaymentEdge:
    """Of a Relay connection."""

    cursor: str = strawberry.field(
        description="Give it as `after` to go on behind this payment, as `before` to go back."
    )
    node: Payment = strawberry.field(description="The payment.")


@strawberry.type(description="A page of payments.")
class PaymentConnection:
    """Of Relay."""

    edges: list[PaymentEdge] = strawberry.field(description="The payments of the page, each with its cursor.")
    nodes: list[Payment] = strawberry.field(description="The payments of the page.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")


def load_payments(
    context: Context,
    merchant_id: str,
    wanted: Take,
    positions: tuple[str | None, str | None],
    given: PaymentFilterInput | None,
    order: PaymentOrderInput | None,
) -> Awaitable[PaymentConnection]:
    """Ask for a page between two cursors; raise BadInput for what cannot be meant."""
    order = order or PaymentOrderInput(field=PaymentOrderField.CREATED_AT, direction=OrderDirection.DESC)
    listed = f"payments/{merchant_id}/{order.field.value}/{order.direction.value}"
    start, end = (
        None if cursor is None else read_cursor(listed, cursor, name)
        for cursor, name in zip(positions, ("after", "before"), strict=True)
    )
    # Going back is going on in the other direction, from the other end; the page itself is turned round again.
    key = PageKey(
        merchant_id=merchant_id,
        ordered_by=order.field.value,
        descending=(order.direction is OrderDirection.DESC) is not wanted.backward,
        row_count=wanted.count + 1,
        after=end if wanted.backward else start,
        before=start if wanted.backward else end,
        filter=checked(given),
    )

    def built(rows: list[payment_rows.Payment]) -> PaymentConnection:
        page = rows[: wanted.count]
        more = len(rows) > wanted.count
        if wanted.backward:
            page.reverse()
        edges = [
            PaymentEdge(cursor=write_cursor(listed, _position(row, order.field)), node=payment(context, row))
            for row in page
        ]
        return PaymentConnection(
            edges=edges,
            nodes=[edge.node for edge in edges],
            page_info=PageInfo(
                has_next_page=end is not None if wanted.backward else more,
                has_previous_page=more if wanted.backward else start is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
        )

    return when_loaded(context.loaders.payments_by_page.load(key), built)


def _position(row: payment_rows.Payment, field: PaymentOrderField) -> Position:
    at = {
        PaymentOrderField.CREATED_AT: row.first_event_at,
        PaymentOrderField.UPDATED_AT: row.last_event_at,
        PaymentOrderField.SETTLED_AT: row.settled_at,
    }[field]
    assert at is not None  # the list by settlement has no other
    return Position(at, row.payment_id)

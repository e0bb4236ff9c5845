"""Pages of merchants, as Relay connections."""

import strawberry

from resolvers.context import READ, Context
from resolvers.cursors import EPOCH, Position, read_cursor, write_cursor
from resolvers.errors import BadInput
from resolvers.lookup import load_merchant
from resolvers.merchants import Merchant, merchant_of
from resolvers.pages import MAX_PAGE, PageInfo

MERCHANTS = "merchants"


@strawberry.type(description="A merchant in a page.")
class MerchantEdge:
    """Of a Relay connection."""

    cursor: str = strawberry.field(description="Give it as `after` to go on behind this merchant.")
    node: Merchant = strawberry.field(description="The merchant.")


@strawberry.type(description="A page of merchants, in order of id.")
class MerchantConnection:
    """Of Relay."""

    edges: list[MerchantEdge] = strawberry.field(description="The merchants of the page, each with its cursor.")
    nodes: list[Merchant] = strawberry.field(description="The merchants of the page.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")


async def merchant_page(context: Context, first: int, after: str | None) -> MerchantConnection:
    """Return a page: of all merchants for the facilitator, of its own for a merchant."""
    if not 1 <= first <= MAX_PAGE:
        raise BadInput(f"first must lie between 1 and {MAX_PAGE}.")
    start = "" if after is None else read_cursor(MERCHANTS, after, "after").id
    principal = context.principal
    if principal.merchant_id is not None:
        principal.require(READ, principal.merchant_id)
        own = [] if principal.merchant_id <= start else [await load_merchant(context, None)]
        return _connection(own, more=False, began_after=after is not None)
    rows = await context.loaders.merchants_after(start, first + 1)
    page = [merchant_of(row) for row in rows[:first]]
    return _connection(page, more=len(rows) > first, began_after=after is not None)


def cursor_of(merchant_id: str) -> str:
    """Return the cursor behind a merchant."""
    return write_cursor(MERCHANTS, Position(EPOCH, merchant_id))


def _connection(page: list[Merchant], *, more: bool, began_after: bool) -> MerchantConnection:
    edges = [MerchantEdge(cursor=cursor_of(merchant.row.merchant_id), node=merchant) for merchant in page]
    info = PageInfo(
        has_next_page=more,
        has_previous_page=began_after,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return MerchantConnection(edges=edges, nodes=page, page_info=info)

"""Pages of merchants, as Relay connections."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

import strawberry

from resolvers.context import MERCHANT_ID, READ, Context
from resolvers.errors import BadInput
from resolvers.lookup import load_merchant
from resolvers.merchants import Merchant, merchant_of
from resolvers.pages import MAX_PAGE, PageInfo

CURSOR = re.compile(r"[A-Za-z0-9_-]{1,200}={0,2}", re.ASCII)
MERCHANT_CURSOR = "merchant:"


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
    start = "" if after is None else read_cursor(after)
    principal = context.principal
    if principal.merchant_id is not None:
        principal.require(READ, principal.merchant_id)
        own = [] if principal.merchant_id <= start else [await load_merchant(context, None)]
        return _connection(own, more=False, began_after=after is not None)
    rows = await context.loaders.merchants_after(start, first + 1)
    page = [merchant_of(row) for row in rows[:first]]
    return _connection(page, more=len(rows) > first, began_after=after is not None)


def write_cursor(merchant_id: str) -> str:
    """Return the cursor behind a merchant."""
    return urlsafe_b64encode(f"{MERCHANT_CURSOR}{merchant_id}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> str:
    """Return the merchant that a cursor lies behind; raise BadInput for what is no cursor of ours."""
    try:
        if not CURSOR.fullmatch(cursor):
            raise ValueError
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        text = ""
    merchant_id = text.removeprefix(MERCHANT_CURSOR)
    if merchant_id == text or not MERCHANT_ID.fullmatch(merchant_id):
        raise BadInput("after is not a cursor of this list; take one from pageInfo.endCursor.")
    return merchant_id


def _connection(page: list[Merchant], *, more: bool, began_after: bool) -> MerchantConnection:
    edges = [MerchantEdge(cursor=write_cursor(merchant.row.merchant_id), node=merchant) for merchant in page]
    info = PageInfo(
        has_next_page=more,
        has_previous_page=began_after,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return MerchantConnection(edges=edges, nodes=page, page_info=info)

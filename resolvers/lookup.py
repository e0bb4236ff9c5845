"""Finding the merchant that is meant, as far as who asks may see it."""

from collections.abc import Awaitable

from resolvers.context import MERCHANT_ID, READ, Context, Principal
from resolvers.errors import AnalyticsError, BadInput, ErrorCode
from resolvers.fields import after
from resolvers.merchants import Merchant, merchant_of
from sql import rows


def meant(principal: Principal, merchant_id: str | None, by: str = "merchantId") -> str:
    """Return the merchant that is named, or the one that the principal is bound to.

    Raises BadInput for none, which tells what it is named by.
    """
    named = merchant_id if merchant_id is not None else principal.merchant_id
    if named is None:
        raise BadInput(f"Name the merchant by {by}: this token is not bound to one.")
    return named


def load_merchant(context: Context, merchant_id: str | None, by: str = "merchantId") -> Awaitable[Merchant]:
    """Ask for a merchant; raise Forbidden before any statement, NOT_FOUND after it."""
    named = meant(context.principal, merchant_id, by)
    context.principal.require(READ, named)
    if not MERCHANT_ID.fullmatch(named):
        raise not_found(named)
    return after(context.loaders.merchants_by_id.load(named), lambda row: _existing(named, row))


def not_found(merchant_id: str) -> AnalyticsError:
    """Return the error for a merchant that nobody has."""
    return AnalyticsError(ErrorCode.NOT_FOUND, f"There is no merchant {merchant_id!r:.70}.")


def _existing(named: str, row: rows.Merchant | None) -> Merchant:
    if row is None:
        raise not_found(named)
    return merchant_of(row)

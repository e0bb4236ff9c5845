"""Who asks."""

from collections.abc import Awaitable
from datetime import datetime
from enum import Enum

import strawberry

from resolvers.context import ADMIN, EXPORTS, READ, WRITE, Info, Principal
from resolvers.describing import describe
from resolvers.fields import loaded
from resolvers.lookup import load_merchant
from resolvers.merchants import Merchant


class AccessScope(Enum):
    """What a token allows."""

    ANALYTICS_READ = READ
    EVENTS_WRITE = WRITE
    EXPORTS_READ = EXPORTS
    ADMIN = ADMIN


describe(
    AccessScope,
    "What a token or an API key allows.",
    ANALYTICS_READ="Figures may be read (`analytics:read`).",
    EVENTS_WRITE="Events may be written and payers forgotten (`events:write`).",
    EXPORTS_READ="Exports may be read (`exports:read`).",
    ADMIN="Everything; without a merchant, everything of all merchants (`admin`).",
)


@strawberry.type(description="Who asks: what its token or API key says.")
class Viewer:
    """The principal."""

    subject: str = strawberry.field(description="Name of the token's subject, or of the API key.")
    scopes: list[AccessScope] = strawberry.field(description="What is allowed.")
    merchant_id: strawberry.ID | None = strawberry.field(
        description="The merchant that it is bound to; null for the facilitator."
    )
    expires_at: datetime | None = strawberry.field(description="When it ends; null for never.")

    @loaded(Merchant | None, "The merchant that it is bound to; null for the facilitator.")
    def merchant(self, info: Info) -> Awaitable[Merchant | None]:
        return load_merchant(info.context, self.merchant_id) if self.merchant_id else _nobody()


def viewer_of(principal: Principal | None) -> Viewer | None:
    """Return what a principal is told of itself."""
    if principal is None:
        return None
    bound = principal.merchant_id
    return Viewer(
        subject=principal.subject,
        scopes=[scope for scope in AccessScope if scope.value in principal.scopes],
        merchant_id=None if bound is None else strawberry.ID(bound),
        expires_at=principal.expires_at,
    )


async def _nobody() -> None:
    return None

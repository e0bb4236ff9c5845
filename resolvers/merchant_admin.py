"""Creating and changing merchants."""

import re
from typing import Annotated

import strawberry

from resolvers.context import ADMIN, MERCHANT_ID, Info
from resolvers.errors import AnalyticsError, BadInput, ErrorCode
from resolvers.fields import mutation
from resolvers.lookup import not_found
from resolvers.merchants import Merchant, MerchantState, Weekday, merchant_of
from resolvers.zones import zone_names
from sql import Q

MAX_NAME = 200
MAX_EMAIL = 254
#: One address (RFC 5322 without its comments and quotes, RFC 1123 for the host), which a mail's header can hold.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = re.compile(rf"(?=.{{1,64}}@){ATOM}(?:\.{ATOM})*@{LABEL}(?:\.{LABEL})*")
MAX_TIMEOUT_MINUTES = 43_200


@strawberry.input(description="A new merchant.")
class CreateMerchantInput:
    """What a merchant begins with."""

    id: strawberry.ID = strawberry.field(
        description="Its id for ever: a letter or digit, then up to 63 letters, digits and _ . : -"
    )
    name: str = strawberry.field(description="What people call it, 1 to 200 characters.")
    timezone: str = strawberry.field(default="UTC", description="IANA name of its zone.")
    week_start: Weekday = strawberry.field(default=Weekday.MONDAY, description="The day its weeks begin with.")
    pending_timeout_minutes: int = strawberry.field(
        default=60, description="Minutes after which an open payment is stale, 1 to 43,200."
    )
    email: str | None = strawberry.field(default=None, description="Where its reports are sent.")


@strawberry.input(description="Changes of a merchant; what is left out stays.")
class UpdateMerchantInput:
    """What a merchant may become."""

    id: strawberry.ID = strawberry.field(description="Which merchant.")
    name: str | None = strawberry.field(default=None, description="What people call it, 1 to 200 characters.")
    timezone: str | None = strawberry.field(
        default=None, description="IANA name of its zone; windows that already ran keep theirs."
    )
    week_start: Weekday | None = strawberry.field(default=None, description="The day its weeks begin with.")
    pending_timeout_minutes: int | None = strawberry.field(
        default=None, description="Minutes after which an open payment is stale, 1 to 43,200."
    )
    email: str | None = strawberry.field(
        default=strawberry.UNSET, description="Where its reports are sent; null for nowhere."
    )
    state: MerchantState | None = strawberry.field(default=None, description="Whether it is served.")


@strawberry.type(description="A merchant that was created or changed.")
class MerchantPayload:
    """The answer."""

    merchant: Merchant = strawberry.field(description="The merchant as it is now.")


@strawberry.type
class MerchantMutations:
    """Mutations of merchants."""

    @mutation("Creates a merchant; needs the scope admin, with no merchant. CONFLICT where the id is taken.")
    async def create_merchant(
        self,
        info: Info,
        given: Annotated[CreateMerchantInput, strawberry.argument(name="input", description="The merchant.")],
    ) -> MerchantPayload | None:
        info.context.principal.require_platform()
        if not MERCHANT_ID.fullmatch(given.id):
            raise BadInput("id must be a letter or digit, then up to 63 letters, digits and _ . : -")
        _check(given.name, given.timezone, given.pending_timeout_minutes, given.email)
        row = await info.context.services.database.fetch_one(
            Q.create_merchant,
            merchant_id=given.id,
            name=given.name,
            zone=given.timezone,
            week_start=given.week_start.value,
            pending_timeout_minutes=given.pending_timeout_minutes,
            email=given.email,
        )
        if row is None:
            raise AnalyticsError(ErrorCode.CONFLICT, f"There is a merchant {given.id!r} already.")
        await info.context.services.merchant_changed(given.id)
        return MerchantPayload(merchant=merchant_of(row))

    @mutation("Changes a merchant; needs the scope admin.")
    async def update_merchant(
        self,
        info: Info,
        given: Annotated[UpdateMerchantInput, strawberry.argument(name="input", description="What changes.")],
    ) -> MerchantPayload | None:
        info.context.principal.require(ADMIN, given.id)
        if not MERCHANT_ID.fullmatch(given.id):
            raise not_found(given.id)
        email = None if given.email is strawberry.UNSET else given.email
        _check(given.name, given.timezone, given.pending_timeout_minutes, email)
        row = await info.context.services.database.fetch_one(
            Q.update_merchant,
            merchant_id=given.id,
            name=given.name,
            zone=given.timezone,
            week_start=given.week_start and given.week_start.value,
            pending_timeout_minutes=given.pending_timeout_minutes,
            sets_email=given.email is not strawberry.UNSET,
            email=email,
            state=given.state and given.state.value,
        )
        if row is None:
            raise not_found(given.id)
        await info.context.services.merchant_changed(given.id)
        info.context.loaders.clear()
        return MerchantPayload(merchant=merchant_of(row))


def _check(name: str | None, timezone: str | None, timeout: int | None, email: str | None) -> None:
    if name is not None and not (len(name.strip()) >= 1 and len(name) <= MAX_NAME and name.isprintable()):
        raise BadInput(f"name must have 1 to {MAX_NAME} printable characters.")
    if timezone is not None and timezone not in zone_names():
        raise BadInput("timezone must be an IANA name, such as Europe/Berlin.")
    if timeout is not None and not 1 <= timeout <= MAX_TIMEOUT_MINUTES:
        raise BadInput(f"pendingTimeoutMinutes must lie between 1 and {MAX_TIMEOUT_MINUTES}.")
    if email is not None and not (len(email) <= MAX_EMAIL and EMAIL.fullmatch(email)):
        raise BadInput(f"email must be one address, such as owner@example.com, of at most {MAX_EMAIL} characters.")

"""Creating and revoking API keys."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.api_keys import new_key
from resolvers.context import ADMIN, MERCHANT_ID, Context, Info
from resolvers.errors import AnalyticsError, BadInput, ErrorCode
from resolvers.fields import mutation
from resolvers.lookup import not_found
from resolvers.viewer import AccessScope
from sql import Q, rows

MAX_NAME = 200


@strawberry.type(description="An API key, without its secret.")
class ApiKey:
    """What is known of a key."""

    id: strawberry.ID = strawberry.field(description="Its id, the part between the two underscores.")
    name: str = strawberry.field(description="What it is for.")
    merchant_id: strawberry.ID | None = strawberry.field(
        description="The merchant that it is bound to; null for the facilitator."
    )
    scopes: list[AccessScope] = strawberry.field(description="What it allows.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime | None = strawberry.field(description="When it ends; null for never.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked; null where it was not.")


@strawberry.input(description="A new API key.")
class CreateApiKeyInput:
    """What the key is to be."""

    name: str = strawberry.field(description="What it is for, 1 to 200 characters.")
    merchant_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The merchant that it is bound to; by default the token's own, else the facilitator.",
    )
    scopes: list[AccessScope] = strawberry.field(description="What it allows.")
    expires_at: datetime | None = strawberry.field(default=None, description="When it ends; null for never.")


@strawberry.type(description="A new API key, with its secret for the only time.")
class CreateApiKeyPayload:
    """The answer."""

    key: ApiKey = strawberry.field(description="The key.")
    token: str = strawberry.field(
        description="What to send as `Authorization: Bearer ...` or `X-API-Key`. It is never shown again."
    )


@strawberry.type(description="A revoked API key.")
class RevokeApiKeyPayload:
    """The answer."""

    key: ApiKey = strawberry.field(description="The key; it stops working within five seconds.")


@strawberry.type
class ApiKeyMutations:
    """Mutations of API keys."""

    @mutation("Makes an API key; needs the scope admin.")
    async def create_api_key(
        self, info: Info, given: Annotated[CreateApiKeyInput, strawberry.argument(name="input", description="The key.")]
    ) -> CreateApiKeyPayload | None:
        merchant_id = _owner(info.context, given.merchant_id)
        _check(given, info.context.now)
        parts, token = new_key()
        row = await info.context.services.database.fetch_one(
            Q.create_api_key,
            key_id=parts.key_id,
            digest=parts.digest,
            name=given.name,
            merchant_id=merchant_id,
            scopes=sorted({scope.value for scope in given.scopes}),
            expires_at=given.expires_at,
        )
        if row is None:
            raise not_found(str(merchant_id))
        return CreateApiKeyPayload(key=_key(row), token=token)

    @mutation("Revokes an API key; needs the scope admin. Revoking it again changes nothing.")
    async def revoke_api_key(
        self, info: Info, key_id: Annotated[strawberry.ID, strawberry.argument(name="id", description="The key's id.")]
    ) -> RevokeApiKeyPayload | None:
        owner = _owner(info.context, None)
        row = None
        if key_id.isascii() and key_id.isalnum():
            row = await info.context.services.database.fetch_one(Q.revoke_api_key, key_id=key_id, merchant_id=owner)
        if row is None:
            raise AnalyticsError(ErrorCode.NOT_FOUND, "There is no such API key.")
        return RevokeApiKeyPayload(key=_key(row))


def _owner(context: Context, merchant_id: str | None) -> str | None:
    """Return whose key is meant, after checking that it may be; None is the facilitator."""
    principal = context.principal
    owner = principal.merchant_id if merchant_id is None else merchant_id
    if owner is None:
        principal.require_platform()
        return None
    principal.require(ADMIN, owner)
    if not MERCHANT_ID.fullmatch(owner):
        raise not_found(owner)
    return owner


def _check(given: CreateApiKeyInput, now: datetime) -> None:
    if not (given.name.strip() and len(given.name) <= MAX_NAME and given.name.isprintable()):
        raise BadInput(f"name must have 1 to {MAX_NAME} printable characters.")
    if not given.scopes:
        raise BadInput("scopes must name at least one.")
    if given.expires_at is not None and given.expires_at <= now:
        raise BadInput("expiresAt has passed.")


def _key(row: rows.ApiKey) -> ApiKey:
    return ApiKey(
        id=strawberry.ID(row.key_id),
        name=row.name,
        merchant_id=None if row.merchant_id is None else strawberry.ID(row.merchant_id),
        scopes=[scope for scope in AccessScope if scope.value in row.scopes],
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )

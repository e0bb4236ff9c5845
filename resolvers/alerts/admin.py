"""Making, changing and deleting alerts."""

import secrets
from dataclasses import asdict
from typing import Annotated

import strawberry

from jobs.alerts import signing
from resolvers.alerts.inputs import CreateAlertInput, UpdateAlertInput, check, created, kept, updated
from resolvers.alerts.types import Alert, alert_of
from resolvers.context import ADMIN, MERCHANT_ID, Context, Info
from resolvers.errors import AnalyticsError, BadInput, ErrorCode
from resolvers.fields import mutation
from resolvers.lookup import load_merchant, meant, not_found
from sql import Q, alert_rows

MAX_ALERTS = 100
SECRET_BYTES = 32
ONCE = (
    "What signs its webhooks, shown this one time; null where none was made. Keep it where the receiver verifies "
    "signatures by the Standard Webhooks specification."
)


@strawberry.type(description="An alert that was made or changed.")
class AlertPayload:
    """The answer."""

    alert: Alert = strawberry.field(description="The alert as it is now.")
    secret: str | None = strawberry.field(description=ONCE)


@strawberry.type(description="An alert that was deleted.")
class DeleteAlertPayload:
    """The answer."""

    id: strawberry.ID = strawberry.field(description="The alert's id.")


@strawberry.type
class AlertMutations:
    """Mutations of alerts."""

    @mutation(f"Makes an alert, of which a merchant may have {MAX_ALERTS}; needs the scope admin.")
    async def create_alert(
        self,
        info: Info,
        given: Annotated[CreateAlertInput, strawberry.argument(name="input", description="The alert.")],
    ) -> AlertPayload | None:
        owner = _owner(info.context, given.merchant_id)
        definition = created(given)
        check(definition, info.context.services.webhook_rules)
        secret = secrets.token_bytes(SECRET_BYTES) if definition.url else None
        row = await info.context.services.database.fetch_one(
            Q.create_alert,
            merchant_id=owner,
            alert_id=f"alert_{secrets.token_hex(8)}",
            secret=secret,
            most=MAX_ALERTS,
            **asdict(definition),
        )
        if row is None:
            await load_merchant(info.context, owner)
            raise BadInput(f"A merchant may have {MAX_ALERTS} alerts; delete one, or change one.")
        info.context.loaders.clear()
        return AlertPayload(alert=alert_of(row), secret=signing.written(secret) if secret else None)

    @mutation("Changes an alert; needs the scope admin. CONFLICT where somebody else changed it at the same moment.")
    async def update_alert(
        self,
        info: Info,
        given: Annotated[UpdateAlertInput, strawberry.argument(name="input", description="What changes.")],
    ) -> AlertPayload | None:
        owner = _owner(info.context, given.merchant_id)
        database = info.context.services.database
        stored: alert_rows.Alert | None = await database.fetch_one(
            Q.alert_by_id, merchant_id=owner, alert_id=_known(given.id)
        )
        if stored is None:
            raise _no_alert()
        before = kept(stored)
        definition = updated(before, given)
        check(definition, info.context.services.webhook_rules, before)
        if given.renew_secret and definition.url is None:
            raise BadInput(
                "renewSecret needs a URL, and this alert has none to sign for; send url too, or leave it out."
            )
        renewed = given.renew_secret or (before.url is None and definition.url is not None)
        secret = secrets.token_bytes(SECRET_BYTES) if renewed else None
        row = await database.fetch_one(
            Q.update_alert,
            merchant_id=owner,
            alert_id=stored.alert_id,
            revision=stored.revision,
            secret=secret,
            watches_anew=definition.watches_other_than(before),
            **asdict(definition),
        )
        if row is None:
            raise AnalyticsError(ErrorCode.CONFLICT, "The alert was changed at the same moment; read it and try again.")
        info.context.loaders.clear()
        return AlertPayload(alert=alert_of(row), secret=signing.written(secret) if secret else None)

    @mutation("Deletes an alert and its crossings; what is not told yet is not told any more. Needs the scope admin.")
    async def delete_alert(
        self,
        info: Info,
        alert_id: Annotated[strawberry.ID, strawberry.argument(name="id", description="Which alert.")],
        merchant_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Whose alert; the token's own merchant by default.")
        ] = None,
    ) -> DeleteAlertPayload | None:
        owner = _owner(info.context, merchant_id)
        row = await info.context.services.database.fetch_one(
            Q.delete_alert, merchant_id=owner, alert_id=_known(alert_id)
        )
        if row is None:
            raise _no_alert()
        info.context.loaders.clear()
        return DeleteAlertPayload(id=alert_id)


def _owner(context: Context, merchant_id: str | None) -> str:
    """Return whose alert is meant, after checking that it may be changed."""
    owner = meant(context.principal, merchant_id)
    context.principal.require(ADMIN, owner)
    if not MERCHANT_ID.fullmatch(owner):
        raise not_found(owner)
    return owner


def _known(alert_id: str) -> str:
    """Return an id that the database can be asked for."""
    if not (alert_id.isascii() and alert_id.isprintable()):
        raise _no_alert()
    return alert_id


def _no_alert() -> AnalyticsError:
    return AnalyticsError(ErrorCode.NOT_FOUND, "There is no such alert.")

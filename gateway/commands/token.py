"""`token`: a signed token, for trying things and for programs that have no key."""

from datetime import timedelta
from typing import Annotated

import typer

from gateway.auth import mint_token
from gateway.commands.scopes import ScopeOption, granted
from gateway.provision import signing_secret
from gateway.settings import load


def command(
    merchant: Annotated[
        str | None, typer.Argument(help="The merchant it is bound to; none for the facilitator.")
    ] = None,
    scope: ScopeOption = None,
    subject: Annotated[str, typer.Option(help="Whom it names.")] = "cli",
    hours: Annotated[float, typer.Option(help="How long it holds.", min=0.01, max=24 * 366)] = 24,
) -> None:
    """Print a signed token."""
    scopes = granted(scope, merchant)
    secret = signing_secret(load())
    try:
        token = mint_token(secret, subject, scopes=scopes, merchant_id=merchant, lifetime=timedelta(hours=hours))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    typer.echo(token)

"""The scopes of a token or a key, as a command is told them."""

from typing import Annotated, TypeAlias

import typer

from resolvers.context import ADMIN, READ, SCOPES

ScopeOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        help=f"One of {', '.join(sorted(SCOPES))}; may be given again.  [default: {READ}; admin with no merchant]"
    ),
]


def granted(asked: list[str] | None, merchant: str | None) -> list[str]:
    """The scopes asked for, or the least that is of use. Refuses a name that is none."""
    for scope in asked or ():
        if scope not in SCOPES:
            raise typer.BadParameter(f"{scope} is none of {', '.join(sorted(SCOPES))}", param_hint="--scope")
    return asked or [ADMIN if merchant is None else READ]

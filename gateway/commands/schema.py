"""`schema`: what clients can ask, as text."""

import typer

from resolvers.schema import sdl


def command() -> None:
    """Print the GraphQL schema in SDL, as committed in resolvers/schema.graphql."""
    typer.echo(sdl(), nl=False)

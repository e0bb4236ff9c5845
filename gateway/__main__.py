"""The command line: `z402-analytics COMMAND`."""

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Analytics for Z402 payments.")


@app.callback()
def root() -> None:
    """Analytics for Z402 payments."""


def main() -> None:
    """Runs the command that the arguments name."""
    app()


if __name__ == "__main__":
    main()

"""The command line: `z402-analytics COMMAND`.

Each command is a module of `gateway.commands`, imported only when it is the one that runs: it has a function
`command`, or, where it has commands of its own, a Typer application `commands`.
"""

import importlib
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated, Final

import typer

from gateway.commands.failures import told_plainly
from gateway.telemetry import set_up_logging

#: In the order of the help page: what one needs first comes first.
COMMANDS: Final = {
    "demo": "gateway.commands.demo",
    "serve": "gateway.commands.serve",
    "worker": "gateway.commands.worker",
    "migrate": "gateway.commands.migrate",
    "merchant": "gateway.commands.merchant",
    "import": "gateway.commands.import_",
    "export": "gateway.commands.export",
    "rates": "gateway.commands.rates",
    "verify": "gateway.commands.verify",
    "rebuild": "gateway.commands.rebuild",
    "report": "gateway.commands.report",
    "token": "gateway.commands.token",
    "key": "gateway.commands.key",
    "schema": "gateway.commands.schema",
    "doctor": "gateway.commands.doctor",
}


def _root(
    show_version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    if show_version:
        typer.echo(version("z402-analytics"))
        raise typer.Exit


def application(arguments: Sequence[str]) -> typer.Typer:
    """The commands: the one that the arguments name, or all of them, for the help page."""
    app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
    app.callback(invoke_without_command=True, help="Analytics for Z402 payments.")(_root)
    asked = next((argument for argument in arguments if not argument.startswith("-")), None)
    for name, module_name in COMMANDS.items():
        if asked not in COMMANDS or name == asked:
            module = importlib.import_module(module_name)
            if hasattr(module, "commands"):
                app.add_typer(module.commands, name=name)
            else:
                app.command(name)(module.command)
    return app


def main() -> None:
    """Runs the command that the arguments name; an expected failure is one line and status 1.

    SIGTERM and a closed terminal end a command as Ctrl-C does, so that whatever it holds is let go in order.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    set_up_logging("ERROR")  # a command's output is its answer alone; servers log what their settings say
    with told_plainly():
        application(sys.argv[1:])()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()

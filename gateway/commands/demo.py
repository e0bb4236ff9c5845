"""`demo`: everything at once, with data to look at."""

import asyncio
import signal
from contextlib import suppress

from rich.console import Console

from gateway.commands.failures import CommandError
from gateway.demo.address import PortTaken, ensure_free
from gateway.demo.children import ChildEnded
from gateway.demo.show import Show
from gateway.provision import provisioned
from gateway.settings import load


def command() -> None:
    """Start everything with a dozen invented merchants whose payments go on while you look; Ctrl-C stops it."""
    console = Console(highlight=False)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)  # until the loop runs, which has its own way
    with suppress(KeyboardInterrupt):
        settings = load()
        try:
            ensure_free(settings.host, settings.port)
            console.print("Starting the servers ...")
            with provisioned(settings) as ready:
                asyncio.run(Show(ready, console).run())
        except (ChildEnded, PortTaken) as error:
            raise CommandError(str(error)) from None


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt

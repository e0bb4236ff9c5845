"""`serve`: the gateway, in one process or several."""

from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import Annotated, Final

import structlog
import typer
import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from gateway.app import create_app
from gateway.provision import provisioned
from gateway.serving import allow_files, calm_collector, leave_with_parent, server_config
from gateway.settings import Settings, load, variable
from gateway.telemetry import set_up_logging

log = structlog.get_logger()

#: What a worker holds for as long as it lives.
_held: Final = ExitStack()


def command(
    host: Annotated[str | None, typer.Option(help=f"Instead of {variable('host')}.")] = None,
    port: Annotated[int | None, typer.Option(help=f"Instead of {variable('port')}.", min=1, max=65_535)] = None,
    workers: Annotated[int, typer.Option(help="How many processes.", min=1, max=64)] = 1,
) -> None:
    """Run the gateway until Ctrl-C or SIGTERM."""
    settings = load()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    set_up_logging(settings.log_level)
    allow_files()
    with suppress(KeyboardInterrupt), provisioned(settings) as ready:
        log.info("gateway.starting", host=ready.host, port=ready.port, workers=workers)
        if workers == 1:
            app = create_app(ready)
            calm_collector()
            uvicorn.Server(server_config(ready, app)).run()
        else:
            _run_workers(ready, workers)
    log.info("gateway.stopped")


def worker_app() -> Starlette:
    """The application in a worker, which uses the servers in its own right: another worker's end takes nothing."""
    leave_with_parent()
    settings = load()
    set_up_logging(settings.log_level)
    app = create_app(_held.enter_context(provisioned(settings)))
    calm_collector()
    return app


def _run_workers(settings: Settings, workers: int) -> None:
    config = server_config(settings, f"{worker_app.__module__}:{worker_app.__name__}", workers=workers)
    Multiprocess(config, sockets=[config.bind_socket()]).run()

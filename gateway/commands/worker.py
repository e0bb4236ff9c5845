"""`worker`: what happens with no client waiting."""

from contextlib import suppress

import structlog
import uvloop

from gateway.app import open_database
from gateway.provision import provisioned, redis_of
from gateway.settings import load
from gateway.telemetry import set_up_logging
from jobs import worker

log = structlog.get_logger()


def command() -> None:
    """Run one worker until Ctrl-C or SIGTERM."""
    settings = load()
    set_up_logging(settings.log_level)
    with suppress(KeyboardInterrupt), provisioned(settings) as ready:
        log.info("worker.starting")
        uvloop.run(worker.run(open_database(ready), redis_of(ready)))

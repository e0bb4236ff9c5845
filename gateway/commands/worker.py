"""`worker`: what happens with no client waiting."""

from contextlib import suppress

import structlog
import uvloop

from gateway.app import open_database
from gateway.caching import Caching
from gateway.provision import provisioned, redis_of
from gateway.settings import Settings, load
from gateway.telemetry import set_up_logging
from jobs import worker
from jobs.context import JobContext
from resolvers.context import Services
from resolvers.executor import Executor

log = structlog.get_logger()


def command() -> None:
    """Run one worker until Ctrl-C or SIGTERM."""
    settings = load()
    set_up_logging(settings.log_level)
    with suppress(KeyboardInterrupt), provisioned(settings) as ready:
        log.info("worker.starting")
        uvloop.run(worker.run(job_context(ready), redis_of(ready)))


def job_context(given: Settings) -> JobContext:
    """Return what the jobs of provisioned settings share; no connection is made before it is needed."""
    database = open_database(given)
    return JobContext(database, Executor(Services(database, answers=Caching(redis_of(given)).answers)), given)

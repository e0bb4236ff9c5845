"""`doctor`: is everything that the program needs there, and does it keep up?"""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import asyncpg
import redis.asyncio
import typer
from rich.console import Console
from rich.table import Table

from gateway.health import check
from gateway.jwks import IssuerKeys
from gateway.provision import database_of, provisioned, redis_of
from gateway.settings import Settings, load, unknown_variables, variable
from sql import Database
from sql.database import LOST, StoreUnavailable
from sql.migrate import MigrationError, schema_state


class Health(IntEnum):
    """How one thing is; the worst of all is the exit status."""

    OK = 0
    ATTENTION = 1
    DOWN = 2


STYLES: Final = {Health.OK: "green", Health.ATTENTION: "yellow", Health.DOWN: "red"}
PART_STATES: Final = {"ok": Health.OK, "degraded": Health.ATTENTION, "down": Health.DOWN}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    subject: str
    health: Health
    detail: str


def command() -> None:
    """Check the configuration, the engine, Redis, aggregate lag and the jobs.

    Status 0: all is well. 1: questions are answered, something wants attention. 2: they are not.
    """
    settings = load()
    with provisioned(settings) as ready:
        findings = [*_configuration(settings), *asyncio.run(_all(ready))]
    table = Table(box=None, show_header=False)
    for finding in findings:
        style = STYLES[finding.health]
        table.add_row(f"[{style}]{finding.health.name.lower()}[/]", finding.subject, finding.detail)
    Console().print(table)
    raise typer.Exit(max(finding.health for finding in findings))


def _configuration(settings: Settings) -> list[Finding]:
    urls = {"PostgreSQL": settings.database_url, "Valkey": settings.redis_url}
    ours = [name for name, url in urls.items() if url is None]
    where = f"own {' and '.join(ours)} in {settings.data_dir}" if ours else "your servers"
    found = [Finding("configuration", Health.OK, f"{where}; raw events are kept {settings.raw_retention}")]
    found += [
        Finding("configuration", Health.ATTENTION, f"{name} is set and means nothing")
        for name in unknown_variables(os.environ)
    ]
    if settings.jwt_secret is None and settings.jwks_url is None and settings.database_url is not None:
        found.append(
            Finding(
                "configuration",
                Health.ATTENTION,
                f"without {variable('jwt_secret')} or {variable('jwks_url')} no token is taken",
            )
        )
    return found


async def _all(settings: Settings) -> list[Finding]:
    found = [finding async for finding in _schema(database_of(settings))]
    if max(finding.health for finding in found) is Health.DOWN:
        return found
    return found + [finding async for finding in _parts(settings)]


async def _schema(url: str) -> AsyncIterator[Finding]:
    """The server, its engine and the schema; the parts can only be asked about where all three are right."""
    try:
        state = await schema_state(url)
    except MigrationError as error:
        yield Finding("schema", Health.DOWN, str(error))
        return
    except StoreUnavailable as error:
        yield Finding("database", Health.DOWN, f"cannot be reached ({error})")
        return
    except (*LOST, asyncpg.PostgresError) as error:
        # Not the error's own text, which may hold the URL.
        yield Finding("database", Health.DOWN, f"cannot be reached ({type(error).__name__})")
        return
    if state.engine is None:
        yield Finding("schema", Health.DOWN, "there is none: run `z402-analytics migrate`")
        return
    yield Finding("engine", Health.OK, f"{state.engine} on PostgreSQL {state.server}")
    if state.missing:
        yield Finding(
            "schema", Health.DOWN, f"{len(state.missing)} migrations are missing: run `z402-analytics migrate`"
        )
    else:
        yield Finding("schema", Health.OK, "up to date")


async def _parts(settings: Settings) -> AsyncIterator[Finding]:
    database = Database(database_of(settings), pool_size=1)
    issuer = IssuerKeys(settings.jwks_url) if settings.jwks_url else None
    try:
        async with redis.asyncio.Redis.from_url(redis_of(settings), socket_timeout=2) as cache:
            readiness = await check(database, cache, issuer)
    finally:
        if issuer is not None:
            await issuer.close()
        await database.close()
    for name, part in readiness.parts.items():
        yield Finding(name, PART_STATES[part.state], part.detail or "")
    if readiness.waiting is not None:
        lag = f", {readiness.lag_seconds:.0f} s behind" if readiness.lag_seconds is not None else ""
        yield Finding("aggregates", Health.OK, f"{readiness.waiting} waiting{lag}")
    for job in readiness.jobs:
        wrong = job.failed_count + job.dead_count
        state = "paused" if job.paused_at else f"{wrong} failed" if wrong else "ok"
        last = f"last success {job.last_done_at:%Y-%m-%d %H:%M:%S} UTC" if job.last_done_at else "no success yet"
        yield Finding(f"job {job.job}", Health.OK if state == "ok" else Health.ATTENTION, f"{state}, {last}")

"""The demo as it runs: children, history, the live stream, until somebody has seen enough."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from rich.console import Console

from gateway.changes import publishing
from gateway.demo import SEED
from gateway.demo.address import base_url, reachable, until_healthy
from gateway.demo.children import Child, ChildEnded, child
from gateway.demo.feed import Feeder
from gateway.demo.fill import DAYS, fill
from gateway.demo.live import live
from gateway.demo.open import open_store
from gateway.demo.screen import feeding, filling
from gateway.demo.welcome import feeder_tokens, show_welcome
from gateway.provision import database_of, redis_of, signing_secret
from gateway.settings import Settings
from sql import Database, StoreUnavailable
from sql.migrate import migrate

START_SECONDS: Final = 60.0
SHORTEST_MONTH: Final = 28


@dataclass(frozen=True, slots=True)
class Show:
    """One run of the demo, with settings that were provisioned."""

    settings: Settings
    console: Console

    async def run(self) -> None:
        """Runs until a signal comes. Raises ChildEnded, MigrationError, SettingsError, StoreUnavailable."""
        settings, secret, stop = self.settings, signing_secret(self.settings), _signals()
        self.console.print("Bringing the database up to date ...")
        await migrate(database_of(settings))
        async with self._database() as database, self._children() as children:
            ended = [asyncio.create_task(running.ended()) for running in children]
            show = asyncio.create_task(self._show(database, secret))
            waiting = asyncio.create_task(stop.wait())
            try:
                done, _ = await asyncio.wait([waiting, show, *ended], return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                self.console.print("Stopping ...")
                for task in (waiting, show, *ended):
                    task.cancel()
                await asyncio.gather(waiting, show, *ended, return_exceptions=True)
        self.console.print("Stopped.")

    async def _show(self, database: Database, secret: str) -> None:
        settings = self.settings
        ours = await open_store(database)
        try:
            await asyncio.wait_for(until_healthy(settings.host, settings.port), START_SECONDS)
        except TimeoutError:
            raise ChildEnded(f"the gateway did not answer within {START_SECONDS:.0f} s") from None
        show_welcome(self.console, base_url(settings.host, settings.port), secret, with_merchant=ours)
        if not ours:
            self.console.print("The store has merchants of its own: no demo data is added to it.")
            await asyncio.Event().wait()
        until = await self._fill(database)
        feeder = Feeder(reachable(settings.host), settings.port, feeder_tokens(secret))
        with feeding(self.console, feeder.fed):
            await feeder.run(live(SEED, until))

    async def _fill(self, database: Database) -> datetime:
        """Brings history up to the present moment, which is returned; begins again where the database was away."""
        while True:
            until = datetime.now(UTC)
            months = self.settings.raw_retention.months
            days = DAYS if months is None else min(DAYS, SHORTEST_MONTH * months)
            try:
                with filling(self.console) as screen:
                    async with publishing(redis_of(self.settings)) as changes:
                        screen.report = await fill(database, SEED, until, screen.progress, days=days, notify=changes)
                return until
            except StoreUnavailable as error:
                self.console.print(f"The database is away ({error}), trying again ...")
                await asyncio.sleep(1)

    @asynccontextmanager
    async def _database(self) -> AsyncIterator[Database]:
        database = Database(database_of(self.settings), pool_size=2, statement_timeout_ms=60_000)
        try:
            yield database
        finally:
            await database.close()

    @asynccontextmanager
    async def _children(self) -> AsyncIterator[tuple[Child, Child]]:
        logs, environment = self.settings.data_dir / "logs", dict(os.environ)
        self.console.print("Starting the gateway and the worker ...")
        async with (
            child("gateway", logs, environment, "serve") as gateway,
            child("worker", logs, environment, "worker") as worker,
        ):
            yield gateway, worker


def _signals() -> asyncio.Event:
    """Set by whatever asks a program to stop."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    return stop

"""The keeper: owns both servers, and stops them and itself when nobody uses them any more.

Run as `python -m gateway.embedded.keeper DATA_DIR` by `start`. It ends with status 0 when it has stopped the
servers or another keeper has the folder, and with 1 when they could not be started; what it says is in the data
folder's `keeper.log`.
"""

import argparse
import logging
import os
import signal
import sys
import time
from pathlib import Path
from typing import Final

from gateway.embedded.account import AccountError, open_programs, open_the_way, server_account
from gateway.embedded.binaries import MissingServerError, folders
from gateway.embedded.layout import Layout, State
from gateway.embedded.lock import FileLock
from gateway.embedded.postgres import Postgres
from gateway.embedded.supervision import Server, Supervised
from gateway.embedded.valkey import Valkey

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 0.1
POLL_SECONDS_AT_START: Final = 0.02
#: Commands that follow one another (`migrate`, then `serve`) find the servers still there.
LINGER_SECONDS: Final = 0.5
TRIES_AT_START: Final = 5


class Keeper:
    """The loop over both servers and the lease."""

    def __init__(self, layout: Layout, *, durable: bool) -> None:
        self._layout = layout
        self._durable = durable
        self._lease = FileLock(layout.lease)
        self._unused_since: float | None = None
        self._hurry = False

    def hurry(self, *_: object) -> None:
        """Signal handler: do not linger. As long as somebody uses the servers, they stay all the same."""
        self._hurry = True

    def run(self) -> int:
        """Keeps the servers until nobody uses them; returns the exit status."""
        sockets = self._layout.sockets()
        supervised = [Supervised(server) for server in self._servers(sockets)]
        told = False
        try:
            while not self._unused():
                for server in supervised:
                    server.step()
                if not told and all(server.ready for server in supervised):
                    self._layout.write_state(State(os.getpid(), str(sockets)))
                    told = True
                if not told and any(server.failures >= TRIES_AT_START for server in supervised):
                    return 1
                time.sleep(POLL_SECONDS if told else POLL_SECONDS_AT_START)
            return 0
        finally:
            self._layout.state.unlink(missing_ok=True)
            for server in supervised:
                server.ask_to_stop()
            for server in supervised:
                server.wait_until_stopped()
            log.info("stopped")

    def _servers(self, sockets: Path) -> list[Server]:
        account = server_account()
        for folder in (self._layout.root / "postgres", sockets):
            folder.parent.mkdir(parents=True, exist_ok=True)
            open_the_way(account, folder)
        for folder in folders():
            open_the_way(account, folder)
            open_programs(account, folder)
        account.own(sockets)
        account.own(self._layout.logs)
        postgres = Postgres(self._layout, sockets, account, durable=self._durable)
        # Valkey first: it is up while PostgreSQL still makes its cluster.
        return [Valkey(self._layout, sockets, account), postgres]

    def _unused(self) -> bool:
        """Whether nobody has the lease. From then on the keeper holds it, so that newcomers wait for the end."""
        if not self._lease.try_hold():
            self._unused_since = None
            return False
        now = time.monotonic()
        if self._unused_since is None:
            self._unused_since = now
        if self._hurry or now - self._unused_since >= LINGER_SECONDS:
            log.info("nobody uses the servers any more")
            return True
        self._lease.release()
        return False


def main() -> int:
    parser = argparse.ArgumentParser(prog="gateway.embedded.keeper")
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--not-durable", action="store_true", help="do not wait for the disk: for tests")
    arguments = parser.parse_args()
    if os.getpid() != os.getsid(0):
        os.setsid()  # a Ctrl-C in the terminal is for the programs that use the servers
    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    layout = Layout(arguments.data_dir)
    lock = FileLock(layout.keeper_lock)
    if not lock.try_hold():
        return 0
    keeper = Keeper(layout, durable=not arguments.not_durable)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, keeper.hurry)
    try:
        return keeper.run()
    except (OSError, AccountError, MissingServerError) as error:
        log.error("%s", error)
        return 1


if __name__ == "__main__":
    sys.exit(main())

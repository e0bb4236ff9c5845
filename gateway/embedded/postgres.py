"""The embedded PostgreSQL: how its folder is made, how it is started, when it answers."""

import logging
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Final

import psutil

from gateway.embedded.account import Account
from gateway.embedded.binaries import postgres_program
from gateway.embedded.layout import DATABASE, POSTGRES_SOCKET, Layout
from gateway.embedded.probe import postgres_answers
from gateway.embedded.process import run, spawn

log = logging.getLogger(__name__)

#: For a small machine: one where a browser, a gateway and a worker run beside the server.
SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Events only ever get added: the visibility map and statistics want a vacuum long before rows die.
    "autovacuum_naptime": "15s",
    "autovacuum_vacuum_insert_scale_factor": "0.05",
    "autovacuum_analyze_scale_factor": "0.02",
    # A week of logs, one file per day, each day's file begun anew.
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_line_prefix": "%m [%p] %d ",
    "log_checkpoints": "off",
}
#: What is acknowledged is on the disk. Tests that need no such promise leave it out.
DURABLE: Final = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FAST: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One cluster in the data folder, on a Unix socket only."""

    name = "PostgreSQL"
    #: Immediate shutdown: no commit is lost, the next start recovers.
    kill_signal = signal.SIGQUIT

    def __init__(self, layout: Layout, sockets: Path, account: Account, *, durable: bool = True) -> None:
        self._layout = layout
        self._sockets = sockets
        self._account = account
        self._durable = durable

    def prepare(self) -> None:
        """Makes the cluster and its database when there is none, and removes what a crash left behind."""
        if not self._layout.postgres.exists():
            self._create()
        self._remove_leftovers()

    def start(self) -> subprocess.Popen[bytes]:
        settings = SETTINGS | (DURABLE if self._durable else FAST)
        settings["unix_socket_directories"] = str(self._sockets)
        settings["log_directory"] = str(self._layout.logs)
        command: list[str | Path] = [postgres_program("postgres"), "-D", self._layout.postgres]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return spawn(command, self._account, self._layout.postgres, self.kill_signal)

    def answers(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether this very process takes connections; its pid file says so first, and still while it recovers."""
        lines = self._pid_file_lines()
        ready = len(lines) >= 8 and lines[0] == str(process.pid) and lines[7] == "ready"
        return ready and postgres_answers(self._sockets / POSTGRES_SOCKET)

    def stop_signal(self, process: subprocess.Popen[bytes]) -> signal.Signals:
        """Fast shutdown: sessions end, everything is written. Immediate shutdown where it is not up.

        PostgreSQL 18 can wait for ever after a fast shutdown that was asked for while it recovers from a crash.
        """
        return signal.SIGINT if self.answers(process) else self.kill_signal

    def _create(self) -> None:
        """Makes the cluster aside and then renames it, so that a crash never leaves half of one."""
        draft = self._layout.root / "postgres.draft"
        shutil.rmtree(draft, ignore_errors=True)
        self._account.own(draft)
        log.info("making the PostgreSQL cluster in %s", self._layout.postgres)
        initdb: list[str | Path] = [postgres_program("initdb"), "-D", draft, "-U", "postgres"]
        initdb += ["--auth=trust", "--encoding=UTF8"]
        # The same order of strings on every machine, whatever its own locale is.
        initdb += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        run(initdb if self._durable else [*initdb, "--no-sync"], self._account, draft)
        run(
            [postgres_program("postgres"), "--single", "-D", draft, "-c", "log_checkpoints=off", "postgres"],
            self._account,
            draft,
            text=f"CREATE DATABASE {DATABASE}\n",
        )
        draft.rename(self._layout.postgres)

    def _remove_leftovers(self) -> None:
        """Deletes the pid and socket files of a server that is gone.

        PostgreSQL does so itself, unless another process has the same number by now, as is likely in a container
        that was started again. A server that does still run on this folder is told to stop first.
        """
        lines = self._pid_file_lines()
        if lines and (process := _server_process(int(lines[0]), self._layout.postgres)):
            log.warning("a PostgreSQL of an earlier run is still there (process %d), stopping it", process.pid)
            process.send_signal(self.kill_signal)
            process.wait(timeout=30)
        for path in (
            self._layout.postgres / "postmaster.pid",
            self._sockets / POSTGRES_SOCKET,
            self._sockets / f"{POSTGRES_SOCKET}.lock",
        ):
            path.unlink(missing_ok=True)

    def _pid_file_lines(self) -> list[str]:
        try:
            text = (self._layout.postgres / "postmaster.pid").read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return [line.strip() for line in text.splitlines()]


def _server_process(pid: int, folder: Path) -> psutil.Process | None:
    """The process of that number when it is a PostgreSQL that works in this folder."""
    try:
        process = psutil.Process(pid)
        mine = process.name() == "postgres" and Path(process.cwd()) == folder.resolve()
    except psutil.Error:
        return None
    return process if mine else None

"""The embedded Valkey: cache and queue. It lasts over a clean stop, and may be lost in a crash."""

import signal
import subprocess
from pathlib import Path

from gateway.embedded.account import Account
from gateway.embedded.binaries import valkey_program
from gateway.embedded.layout import VALKEY_SOCKET, Layout
from gateway.embedded.probe import valkey_answers
from gateway.embedded.process import spawn


class Valkey:
    """One server on a Unix socket only."""

    name = "Valkey"
    kill_signal = signal.SIGKILL

    def __init__(self, layout: Layout, sockets: Path, account: Account) -> None:
        self._layout = layout
        self._socket = sockets / VALKEY_SOCKET
        self._account = account

    def prepare(self) -> None:
        """Removes a socket that a crash left behind."""
        self._account.own(self._layout.valkey)
        self._socket.unlink(missing_ok=True)

    def start(self) -> subprocess.Popen[bytes]:
        command: list[str | Path] = [valkey_program(), "--port", "0", "--daemonize", "no"]
        command += ["--unixsocket", self._socket, "--unixsocketperm", "700"]
        command += ["--dir", self._layout.valkey, "--logfile", self._layout.logs / "valkey.log"]
        # No snapshots while it runs; one at a clean stop, so that queued jobs are there at the next start.
        command += ["--save", "", "--appendonly", "no", "--shutdown-on-sigterm", "save"]
        # Only keys that expire make room: cached answers, never the queue.
        command += ["--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru"]
        return spawn(command, self._account, self._layout.valkey, signal.SIGTERM)

    def answers(self, _: subprocess.Popen[bytes]) -> bool:
        """Whether it answers; the socket of a process before this one is gone, since `prepare` removed it."""
        return valkey_answers(self._socket)

    def stop_signal(self, _: subprocess.Popen[bytes]) -> signal.Signals:
        return signal.SIGTERM

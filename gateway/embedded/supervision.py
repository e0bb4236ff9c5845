"""One server under the keeper: started, watched, started again when it dies, stopped."""

import logging
import signal
import subprocess
import time
from typing import Final, Protocol

import psutil

from gateway.embedded.account import AccountError
from gateway.embedded.binaries import MissingServerError

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 5.0
#: A server that lived this long before it died starts again without a pause.
STEADY_SECONDS: Final = 10.0
#: A stop writes out everything that is dirty.
STOP_SECONDS: Final = 60.0

START_ERRORS: Final = (OSError, subprocess.SubprocessError, psutil.Error, AccountError, MissingServerError)


class Server(Protocol):
    """A server that the keeper can own."""

    name: str
    kill_signal: signal.Signals

    def prepare(self) -> None:
        """Makes everything ready for a start, also after a crash."""

    def start(self) -> subprocess.Popen[bytes]:
        """Starts it as a child of this process."""
        ...

    def answers(self, process: subprocess.Popen[bytes], /) -> bool:
        """Whether this very process takes connections."""
        ...

    def stop_signal(self, process: subprocess.Popen[bytes], /) -> signal.Signals:
        """What stops it cleanly in the state that it is in."""
        ...


class Supervised:
    """A server and what became of it."""

    def __init__(self, server: Server) -> None:
        self.ready = False
        #: Deaths and failed starts in a row.
        self.failures = 0
        self._server = server
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._next_start_at = 0.0

    def step(self) -> None:
        """Looks after the server once: to be called over and over."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._next_start_at:
                self._start(now)
        elif (status := self._process.poll()) is not None:
            if now - self._started_at > STEADY_SECONDS:
                self.failures = 0
            log.warning("%s ended with status %d", self._server.name, status)
            self._failed(now)
        elif not self.ready and self._server.answers(self._process):
            log.info("%s answers (process %d)", self._server.name, self._process.pid)
            self.ready = True

    def ask_to_stop(self) -> None:
        """Begins a clean stop and does not wait."""
        if self._process is not None:
            self._process.send_signal(self._server.stop_signal(self._process))

    def wait_until_stopped(self) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("%s does not stop, ending it at once", self._server.name)
            self._process.send_signal(self._server.kill_signal)
            self._process.wait()

    def _start(self, now: float) -> None:
        try:
            self._server.prepare()
            self._process = self._server.start()
        except START_ERRORS as error:
            log.error("%s does not start: %s", self._server.name, _said(error))
            self._failed(now)
        self._started_at = now

    def _failed(self, now: float) -> None:
        self.ready = False
        self._process = None
        pause = min(FIRST_PAUSE_SECONDS * 2**self.failures, LONGEST_PAUSE_SECONDS)
        self._next_start_at = now + pause
        self.failures += 1


def _said(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        return f"{error}\n{(error.output or b'').decode(errors='replace').strip()}"
    return str(error)

"""The way in: `start` gives the servers of a data folder, starting them when they do not run."""

import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from gateway.embedded.layout import Layout, State
from gateway.embedded.lock import FileLock, is_held

log = logging.getLogger(__name__)

#: A start after a crash replays up to max_wal_size of log.
START_SECONDS: Final = 300.0
STOP_SECONDS: Final = 90.0
POLL_SECONDS: Final = 0.02
WATCH_SECONDS: Final = 1.0
LOG_BYTES_KEPT: Final = 1_000_000
LOG_LINES_TOLD: Final = 15


class EmbeddedServersError(Exception):
    """The servers could not be started; the text says why, and where the log is."""


class EmbeddedServers:
    """PostgreSQL and Valkey of one data folder, there for as long as this is open.

    `database_url` is for asyncpg and `redis_url` for redis-py. Should the keeper be killed, a new one is started
    within seconds, at the same URLs. Close it at the end; a process that cannot is noticed all the same.
    """

    def __init__(self, layout: Layout, lease: FileLock, state: State, *, durable: bool) -> None:
        self.database_url = state.database_url
        self.redis_url = state.redis_url
        self._layout = layout
        self._lease = lease
        self._durable = durable
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="embedded-servers", daemon=True)
        self._watcher.start()

    def close(self) -> None:
        """Lets go of the servers; when nobody else uses them, returns once they have stopped."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._watcher.join()
        alone = self._lease.try_hold()  # loses our share either way
        state = self._layout.read_state()
        self._lease.close()
        if alone and state is not None:
            _wait_for_the_end(self._layout, state.keeper_pid)

    def _watch(self) -> None:
        while not self._closing.wait(WATCH_SECONDS):
            if not is_held(self._layout.keeper_lock):
                log.warning("the keeper of the embedded servers is gone, starting a new one")
                try:
                    _ensure_keeper(self._layout, durable=self._durable)
                except (EmbeddedServersError, OSError):
                    log.exception("the embedded servers are not there")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def start(data_dir: Path, *, durable: bool = True) -> EmbeddedServers:
    """Gives the servers of the data folder; blocks until both answer. Raises EmbeddedServersError.

    Safe to call from several processes at once: they share one pair of servers. `durable=False` is for tests that
    need no promise about crashes; it counts for the process that comes first.
    """
    layout = Layout(data_dir.absolute())
    try:
        layout.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        lease = FileLock(layout.lease)
        try:
            lease.share()  # waits while a keeper is stopping
            state = _ensure_keeper(layout, durable=durable)
        except BaseException:
            lease.close()
            raise
    except OSError as error:
        raise EmbeddedServersError(f"the data folder {layout.root} cannot be used: {error}") from error
    return EmbeddedServers(layout, lease, state, durable=durable)


def _ensure_keeper(layout: Layout, *, durable: bool) -> State:
    with FileLock(layout.start_lock) as starting:
        starting.hold()
        deadline = time.monotonic() + START_SECONDS
        keeper: int | None = None
        while time.monotonic() < deadline:
            if is_held(layout.keeper_lock):
                # A keeper that was killed this moment may still hold its lock, so its word alone is not enough.
                if (state := layout.read_state()) and state.answers():
                    return state
            elif keeper is None or (status := _status(keeper)) == 0:
                # Nobody else starts a keeper now, so from here on this file can only be the new one's.
                layout.state.unlink(missing_ok=True)
                keeper = _spawn_keeper(layout, durable=durable)
            elif status is not None:
                raise EmbeddedServersError(f"the embedded servers did not start:\n{_end_of_log(layout)}")
            time.sleep(POLL_SECONDS)
    raise EmbeddedServersError(f"the embedded servers did not answer in {START_SECONDS:.0f} s:\n{_end_of_log(layout)}")


def _spawn_keeper(layout: Layout, *, durable: bool) -> int:
    if layout.keeper_log.exists() and layout.keeper_log.stat().st_size > LOG_BYTES_KEPT:
        layout.keeper_log.replace(layout.keeper_log.with_suffix(".log.1"))
    command = [sys.executable, "-m", "gateway.embedded.keeper", str(layout.root)]
    if not durable:
        command.append("--not-durable")
    source = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH"))))
    # Not a subprocess.Popen: it would complain, when it is collected, that its process lives on.
    return os.posix_spawn(
        sys.executable,
        command,
        os.environ | {"PYTHONPATH": path},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(layout.keeper_log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
    )


def _status(child: int) -> int | None:
    """The exit status of a child of ours, None while it runs."""
    ended, status = os.waitpid(child, os.WNOHANG)
    return None if ended == 0 else os.waitstatus_to_exitcode(status)


def _end_of_log(layout: Layout) -> str:
    lines = layout.keeper_log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join([*lines[-LOG_LINES_TOLD:], f"({layout.keeper_log})"])


def _wait_for_the_end(layout: Layout, keeper: int) -> None:
    """Tells the keeper that nobody is left, and waits until it is gone or somebody came after all."""
    deadline = time.monotonic() + STOP_SECONDS
    try:
        os.kill(keeper, signal.SIGTERM)
        while time.monotonic() < deadline and is_held(layout.keeper_lock):
            with FileLock(layout.lease) as lease:
                if lease.try_share() and not lease.try_hold():
                    return
            time.sleep(POLL_SECONDS)
        if not is_held(layout.keeper_lock):
            os.waitpid(keeper, 0)  # where it is a child of ours, it shall not stay as a zombie
    except (ProcessLookupError, ChildProcessError):
        return

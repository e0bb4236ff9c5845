"""Programs that use embedded servers, started and killed; and what of the servers is still running."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import psutil

USER: Final = """
import json, signal, sys, time
from pathlib import Path
from gateway.embedded import start

# Whoever runs the tests may have these ignored: nohup one, a shell's & the other.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
with start(Path(sys.argv[1]), durable=sys.argv[2] == "durable") as servers:
    print(json.dumps([servers.database_url, servers.redis_url]), flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class User:
    """A process that holds the servers until its standard input ends."""

    process: subprocess.Popen[str]

    @classmethod
    def begin(cls, data_dir: Path, *, durable: bool = False) -> Self:
        command = [sys.executable, "-c", USER, str(data_dir), "durable" if durable else "fast"]
        return cls(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))

    def urls(self) -> tuple[str, str]:
        """Waits until the servers answer; the database's URL and Redis's."""
        assert self.process.stdout is not None
        database_url, redis_url = json.loads(self.process.stdout.readline())
        return database_url, redis_url

    def end(self, how: signal.Signals | None = None) -> int:
        """Ends it by a signal, or by letting it close the servers and leave; its exit status."""
        with self.process:
            if how is not None:
                self.process.send_signal(how)
                self.process.wait(timeout=30)
            self.process.communicate(timeout=30)
        return self.process.returncode


def servers_of(data_dir: Path) -> dict[int, str]:
    """Number and name of each process that works for this data folder: keeper, servers and their children."""
    found = {}
    for process in psutil.process_iter():
        try:
            inside = Path(process.cwd()).is_relative_to(data_dir)
            keeper = process.cmdline()[1:4] == ["-m", "gateway.embedded.keeper", str(data_dir)]
            if (inside or keeper) and process.status() != psutil.STATUS_ZOMBIE:
                found[process.pid] = "keeper" if keeper else process.name()
        except psutil.Error:
            continue
    return found


def kill_servers(data_dir: Path) -> None:
    """Kills every one of them; some end by themselves as soon as others have."""
    for pid in servers_of(data_dir):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def pid_of(name: str, data_dir: Path) -> int:
    """The keeper, valkey-server or, for postgres, the one that is the parent of the others."""
    pids = [pid for pid, found in servers_of(data_dir).items() if found == name]
    return next(pid for pid in pids if psutil.Process(pid).ppid() not in pids)


def wait_until_none(data_dir: Path, seconds: float = 15) -> dict[int, str]:
    """What still runs when the time is over: nothing, as a rule, much earlier."""
    deadline = time.monotonic() + seconds
    while (left := servers_of(data_dir)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left

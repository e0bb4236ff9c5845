"""Server processes: run as their account, told by the kernel to stop when the keeper dies."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from gateway.embedded.account import Account

PR_SET_PDEATHSIG: Final = 1
#: Loaded before any fork: between fork and exec a child does as little as possible.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def signal_at_parents_end(number: int, parent: int) -> None:
    """Asks the kernel to send this process a signal once its parent is gone, however that ends (Linux only).

    Applies from the moment of the call, and is lost when the process changes its user.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:  # it was gone before we asked
        os.kill(os.getpid(), number)


def spawn(
    command: Sequence[str | Path], account: Account, folder: Path, at_keepers_end: signal.Signals
) -> subprocess.Popen[bytes]:
    """Starts a server in a session of its own: a Ctrl-C in the terminal reaches us, not the server.

    Its output joins ours, which is the keeper's log. `at_keepers_end` is the signal it gets should we die.
    """
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_asking_for(at_keepers_end),  # noqa: PLW1509 - the keeper has one thread
        user=None if account.is_ours else account.uid,
        group=None if account.is_ours else account.gid,
        extra_groups=None if account.is_ours else [],
    )


def run(command: Sequence[str | Path], account: Account, folder: Path, text: str = "") -> None:
    """Runs a program to its end; raises CalledProcessError with what it said."""
    subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        input=text.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
        user=None if account.is_ours else account.uid,
        group=None if account.is_ours else account.gid,
        extra_groups=None if account.is_ours else [],
    )


def environment() -> dict[str, str]:
    """What the servers see of ours: nothing that could change what they do."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _asking_for(number: signal.Signals) -> Callable[[], None]:
    keeper = os.getpid()
    return lambda: signal_at_parents_end(number, keeper)

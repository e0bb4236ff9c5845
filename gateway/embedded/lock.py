"""Locks on files. The kernel releases them however their holder ends, so nobody has to clean up after a crash."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class FileLock:
    """An open file that may be locked; closing it releases the lock. Not inherited by programs that we start."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def share(self) -> None:
        """Waits until nobody holds the file alone, then shares it."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def hold(self) -> None:
        """Waits until nobody else has the file, then holds it alone."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def try_share(self) -> bool:
        """Shares the file unless somebody holds it alone. A failed try loses a lock held before."""
        return self._try(fcntl.LOCK_SH)

    def try_hold(self) -> bool:
        """Holds the file alone unless somebody else has it. A failed try loses a lock held before."""
        return self._try(fcntl.LOCK_EX)

    def release(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._descriptor)

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def is_held(path: Path) -> bool:
    """Whether somebody holds the file alone at this moment."""
    with FileLock(path) as lock:
        return not lock.try_share()

"""Files in the folder of exports: there whole under their name, or not there.

What is written has a name of its own that says which attempt it is; only a whole file, which the disk has, gets its
name. Whatever no request knows is swept away.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import IO, Final

PARTIAL: Final = ".part"
PRIVATE: Final = 0o600


class NotWritten(Exception):
    """The disk did not take a file; the text says why and names no folder.

    It is no OSError: files are written while a connection is open, of which an OSError would tell.
    """


@contextmanager
def on_disk() -> Iterator[None]:
    """Turn what the disk says into NotWritten."""
    try:
        yield
    except OSError as error:
        raise NotWritten(error.strerror or type(error).__name__) from error


class Writing:
    """A file under way: how long it is, and its digest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.bytes = 0

    async def write(self, data: bytes) -> None:
        """Add bytes; raises NotWritten, as where the disk is full."""
        with on_disk():
            await asyncio.to_thread(self._write, data)

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.bytes += len(data)

    @property
    def digest(self) -> bytes:
        """SHA-256 of what was written."""
        return self._hash.digest()


@asynccontextmanager
async def whole_file(path: Path) -> AsyncIterator[Writing]:
    """Write a file that appears under its name when all of it is on the disk, and not at all if anything fails.

    Raises NotWritten.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}{PARTIAL}")
    with on_disk():
        file = os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb", buffering=1 << 20)
    try:
        yield Writing(file)
        with on_disk():
            await asyncio.to_thread(_sync, file)
            partial.rename(path)
            _sync_folder(path.parent)
    except BaseException:
        # What the disk did not take is still held, and would be tried again.
        with suppress(OSError):
            file.close()
        partial.unlink(missing_ok=True)
        raise


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path, keep: Collection[str], older_than: float) -> int:
    """Remove all files but those that are to stay and those younger than an instant; return how many."""
    removed = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name in keep or path.stat().st_mtime >= older_than:
            continue
        path.unlink(missing_ok=True)
        removed += 1
    return removed

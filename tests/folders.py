"""Where tests let servers keep their data: in memory where the machine has enough of it.

A test's database is some nine hundred small files. A disk takes half a second to make them, memory a fiftieth of one;
what a killed server has written is there afterwards in either.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")
ENOUGH_BYTES: Final = 4 << 30


@contextmanager
def server_folder(purpose: str) -> Iterator[Path]:
    """A folder for the data of servers, which is gone afterwards.

    Not pytest's own temporary folder: it is made private again at each start of pytest, and PostgreSQL, which runs as
    another user where we are root, has to pass through it.
    """
    enough = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH_BYTES
    folder = Path(tempfile.mkdtemp(prefix=f"z402-{purpose}-", dir=MEMORY if enough else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)

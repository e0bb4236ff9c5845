import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.gateway.embedded.processes import servers_of


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder that does not exist yet; whatever a failed test leaves running on it is killed."""
    folder = Path(tempfile.mkdtemp(prefix="z402-embedded-"))
    yield folder / "data"
    for pid in servers_of(folder / "data"):
        try:
            psutil.Process(pid).send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    shutil.rmtree(folder, ignore_errors=True)

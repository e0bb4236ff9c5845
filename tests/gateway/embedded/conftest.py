import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.embedded import start
from tests.folders import server_folder
from tests.gateway.embedded.processes import kill_servers


@pytest.fixture
def new_data_dir() -> Iterator[Path]:
    """A data folder that does not exist yet; whatever a failed test leaves running on it is killed."""
    with server_folder("embedded") as folder:
        yield folder / "data"
        kill_servers(folder / "data")


@pytest.fixture(scope="session")
def used_once() -> Iterator[Path]:
    """A data folder whose servers were started once and stopped."""
    with server_folder("embedded") as folder:
        start(folder / "data", durable=False).close()
        yield folder / "data"


@pytest.fixture
def data_dir(used_once: Path, new_data_dir: Path) -> Path:
    """A data folder of the test's own with an empty database in it: quicker than to make one."""
    subprocess.run(["cp", "-a", used_once, new_data_dir], check=True)  # keeps owners, unlike shutil
    return new_data_dir

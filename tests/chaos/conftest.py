"""A data folder that every user may pass through."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.folders import server_folder


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """The folder of servers that are killed."""
    with server_folder("chaos") as folder:
        folder.chmod(0o755)  # PostgreSQL runs as another user where we are root
        yield folder / "data"

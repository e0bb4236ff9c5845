"""A data folder that every user may pass through."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """The folder of servers that are killed."""
    folder = Path(tempfile.mkdtemp(prefix="z402-chaos-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user where we are root
    try:
        yield folder / "data"
    finally:
        shutil.rmtree(folder, ignore_errors=True)

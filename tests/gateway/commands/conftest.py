import os
import subprocess
import sys
from collections.abc import Callable, Mapping

import pytest

#: Runs `z402-analytics ARGUMENT...` with these variables beside the fixture's own, to its end.
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(redis_url: str) -> dict[str, str]:
    """The machine's own environment without our variables, and the test servers' Valkey."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("Z402_")}
    return clean | {"Z402_REDIS_URL": redis_url, "COLUMNS": "200", "NO_COLOR": "1"}


@pytest.fixture
def run(environment: Mapping[str, str]) -> Run:
    def run_command(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gateway", *arguments]
        done = subprocess.run(command, env={**environment, **variables}, capture_output=True, text=True, timeout=60)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run_command

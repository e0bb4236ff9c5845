"""`z402-analytics demo` as somebody runs it: up soon, answering, moving, and gone without a trace."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.folders import server_folder
from tests.gateway.embedded.processes import kill_servers, wait_until_none

pytestmark = pytest.mark.slow
LOOK = """{ viewer { merchantId } merchants(first: 20) { nodes { id timezone } } }"""


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo; `output` is a file, since nobody reads along."""

    process: subprocess.Popen[bytes]
    data_dir: Path
    port: int
    output: Path

    def said(self, pattern: str, seconds: float = 60) -> re.Match[str]:
        """Waits until it has said something."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := re.search(pattern, self.output.read_text(encoding="utf-8")):
                return found
            assert self.process.poll() is None, self.output.read_text(encoding="utf-8")
            time.sleep(0.05)
        raise AssertionError(self.output.read_text(encoding="utf-8"))

    def ask(self, query: str, token: str) -> dict[str, Any]:
        """The `data` of a query over HTTP."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = json.dumps({"query": query}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/graphql", body, headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            told = json.load(answer)
        assert "errors" not in told, told
        data: dict[str, Any] = told["data"]
        return data

    def family(self) -> list[psutil.Process]:
        """Itself and every process that it started."""
        itself = psutil.Process(self.process.pid)
        return [itself, *itself.children(recursive=True)]

    def is_gone(self, family: list[psutil.Process]) -> bool:
        """Whether nothing is left running, the servers included, and the port is free."""
        _, alive = psutil.wait_procs(family, timeout=30)
        with socket.socket() as probe:
            taken = probe.connect_ex(("127.0.0.1", self.port)) == 0
        return not alive and not wait_until_none(self.data_dir) and not taken


@pytest.fixture
def port() -> int:
    """One on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start_demo(port: int) -> Iterator[Callable[..., Demo]]:
    """Starts demos on a folder and a port of the test's own, of one month unless told otherwise."""
    with server_folder("demo") as folder:
        started: list[Demo] = []

        def start(retention: str = "1") -> Demo:
            output = folder / f"output-{len(started)}"
            kept = {name: value for name, value in os.environ.items() if not name.startswith("Z402_")}
            with output.open("wb") as file:
                process = subprocess.Popen(
                    [sys.executable, "-m", "gateway", "demo"],
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    env=kept
                    | {"Z402_DATA_DIR": str(folder / "data"), "Z402_PORT": str(port), "COLUMNS": "80"}
                    | {"Z402_RAW_RETENTION": retention},
                )
            started.append(Demo(process, folder / "data", port, output))
            return started[-1]

        yield start
        for demo in started:
            demo.process.kill()
            demo.process.wait()
        kill_servers(folder / "data")


def tokens(demo: Demo) -> tuple[str, str]:
    """The admin's and the merchant's, as they are printed."""
    found = demo.said(r"\n  admin +(\S+)\n  Agent Bazaar +(\S+)\n")
    return found[1], found[2]


def test_it_is_up_soon_answers_and_leaves_nothing_behind(start_demo: Callable[..., Demo]) -> None:
    demo = start_demo("13")
    admin, merchant = tokens(demo)
    for page in ("", "graphql"):
        assert demo.said(rf" http://127\.0\.0\.1:{demo.port}/{page}#token=(\S+)\n")[1] == admin
    assert demo.ask("{ viewer { merchantId } }", merchant) == {"viewer": {"merchantId": "agent-bazaar"}}
    deadline = time.monotonic() + 20
    while len(found := demo.ask(LOOK, admin)["merchants"]["nodes"]) < 12 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert {"id": "everest-weather", "timezone": "Asia/Kathmandu"} in found
    family = demo.family()
    assert len(family) >= 4
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(timeout=40) == 0
    assert demo.is_gone(family)
    assert "Traceback" not in demo.output.read_text(encoding="utf-8")


def test_sigterm_stops_it_and_the_folder_can_be_used_again(start_demo: Callable[..., Demo]) -> None:
    for _ in range(2):
        demo = start_demo()
        tokens(demo)
        family = demo.family()
        demo.process.terminate()
        assert demo.process.wait(timeout=40) == 0
        assert demo.is_gone(family)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's end")
def test_a_killed_demo_leaves_nothing_running(start_demo: Callable[..., Demo]) -> None:
    demo = start_demo()
    tokens(demo)
    family = demo.family()
    demo.process.kill()
    demo.process.wait()
    assert demo.is_gone(family)


def test_a_taken_port_is_told_before_anything_starts(start_demo: Callable[..., Demo], port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        demo = start_demo()
        assert demo.process.wait(timeout=60) == 1
    assert demo.output.read_text(encoding="utf-8") == (
        f"error: port {port} is in use: end what listens there, or set Z402_PORT\n"
    )
    assert not demo.data_dir.exists()


def test_a_gateway_that_dies_ends_the_demo_with_its_last_words(start_demo: Callable[..., Demo]) -> None:
    demo = start_demo()
    tokens(demo)
    family = demo.family()
    next(process for process in family if process.cmdline()[-1:] == ["serve"]).kill()
    assert demo.process.wait(timeout=40) == 1
    assert "error: the gateway ended with status -9" in demo.output.read_text(encoding="utf-8")
    assert demo.is_gone(family)

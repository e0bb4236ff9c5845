"""The gateway as a command, to be killed and started again at the same address."""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from gateway.auth import mint_token

SECRET = "a secret for tests that kill, of 32 bytes or more"


@dataclass(slots=True)
class Gateway:
    """`z402-analytics serve` on one data folder and one port."""

    data_dir: Path
    port: int
    process: subprocess.Popen[bytes]

    @classmethod
    def begin(cls, data_dir: Path, port: int | None = None) -> Self:
        """Start it, on a free port unless one is named; it answers some time later."""
        port = port or _free_port()
        environment = {name: text for name, text in os.environ.items() if not name.startswith("Z402_")}
        environment |= {"Z402_DATA_DIR": str(data_dir), "Z402_JWT_SECRET": SECRET, "Z402_LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "gateway", "serve", "--port", str(port)]
        with (data_dir.parent / "gateway.log").open("ab") as log:
            return cls(data_dir, port, subprocess.Popen(command, env=environment, stdout=log, stderr=log))

    def kill(self) -> None:
        """End it without a word, as a crash or the kernel would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ask it to end."""
        self.process.terminate()
        self.process.wait(timeout=30)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


def token() -> str:
    """A token that may write everything."""
    return mint_token(SECRET, "chaos", scopes=["admin"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""What lies where: the data folder, and the short folder that holds the servers' sockets."""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from gateway.embedded.probe import postgres_answers, valkey_answers

#: The longest socket address that every system takes: 104 bytes on macOS, 108 on Linux, an end mark included.
MAX_SOCKET_PATH: Final = 103
POSTGRES_SOCKET: Final = ".s.PGSQL.5432"
VALKEY_SOCKET: Final = "valkey.sock"
DATABASE: Final = "z402"


def _fits(folder: Path) -> bool:
    """Whether sockets may lie there: short enough, and the same inside a URL (arq does not decode one)."""
    path = folder / POSTGRES_SOCKET
    return len(os.fsencode(path)) <= MAX_SOCKET_PATH and quote(str(path)) == str(path)


@dataclass(frozen=True, slots=True)
class State:
    """What the keeper tells, once both servers answer: its number, and the folder that holds their sockets."""

    keeper_pid: int
    sockets: str

    @property
    def database_url(self) -> str:
        return f"postgresql://postgres@/{DATABASE}?host={self.sockets}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.sockets}/{VALKEY_SOCKET}"

    def answers(self) -> bool:
        """Whether both servers are there at this moment."""
        sockets = Path(self.sockets)
        return postgres_answers(sockets / POSTGRES_SOCKET) and valkey_answers(sockets / VALKEY_SOCKET)


@dataclass(frozen=True, slots=True)
class Layout:
    """The data folder's places."""

    root: Path

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def lease(self) -> Path:
        """Shared by every process that uses the servers."""
        return self.root / "lease"

    @property
    def start_lock(self) -> Path:
        """Held alone by the process that sees to it that a keeper runs."""
        return self.root / "start.lock"

    @property
    def keeper_lock(self) -> Path:
        """Held alone by the keeper for as long as it lives."""
        return self.root / "keeper.lock"

    @property
    def keeper_log(self) -> Path:
        return self.root / "keeper.log"

    @property
    def state(self) -> Path:
        return self.root / "servers.json"

    def sockets(self) -> Path:
        """The folder for the sockets: in the data folder, or in a runtime folder where that path does not do."""
        here = self.root / "run"
        if _fits(here):
            return here
        name = "z402-" + hashlib.blake2b(os.fsencode(self.root), digest_size=8).hexdigest()
        for base in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):
            if base and _fits(Path(base) / name):
                return Path(base) / name
        raise OSError(f"no folder for sockets has a short and plain path (data folder: {self.root})")

    def read_state(self) -> State | None:
        """What the running keeper told; None before it did."""
        try:
            return State(**json.loads(self.state.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def write_state(self, state: State) -> None:
        """Tells that both servers answer. The file appears whole or not at all."""
        draft = self.state.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(state)), encoding="utf-8")
        draft.replace(self.state)

"""The demo's gateway and worker: child processes that never outlive it."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.embedded.process import signal_at_parents_end

STOP_SECONDS: Final = 25.0


class ChildEnded(Exception):
    """A child ended although nobody asked it to."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running command of ours; what it says is in `log`."""

    name: str
    process: Process
    log: Path

    async def ended(self) -> None:
        """Waits for its end, which is always too early: raises ChildEnded with the last words of its log."""
        status = await self.process.wait()
        last = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]
        raise ChildEnded("\n".join([f"the {self.name} ended with status {status}:", *last, f"({self.log})"]))

    async def stop(self) -> None:
        """Asks it to end, and ends it if it does not in time."""
        if self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()


@asynccontextmanager
async def child(name: str, logs: Path, environment: dict[str, str], *arguments: str) -> AsyncIterator[Child]:
    """Runs `z402-analytics ARGUMENTS` as long as this is open.

    It has a session of its own: a Ctrl-C in the terminal reaches the demo alone, which stops things in order.
    """
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = logs / f"{name}.log"
    with path.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "gateway.demo.children", str(os.getpid()), *arguments),
            stdin=DEVNULL,
            stdout=log,
            stderr=STDOUT,
            env=environment,
            start_new_session=True,
        )
    running = Child(name, process, path)
    try:
        yield running
    finally:
        await running.stop()


def main() -> None:
    """In the child: ends with its parent, even if that is killed, and is the command otherwise."""
    parent, *arguments = sys.argv[1:]
    signal_at_parents_end(signal.SIGTERM, int(parent))
    from gateway.__main__ import main as command

    sys.argv = ["z402-analytics", *arguments]
    command()


if __name__ == "__main__":
    main()

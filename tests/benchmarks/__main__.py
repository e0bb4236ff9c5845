"""Run the benchmarks named on the command line, or all."""

import asyncio
import importlib
import sys
from pathlib import Path

from tests.benchmarks.report import show
from tests.benchmarks.store import server

NOT_BENCHMARKS = {"__init__", "__main__", "store", "report"}


def main() -> int:
    """Return 1 when a promise was not kept."""
    here = Path(__file__).parent
    found = sorted(path.stem for path in here.glob("*.py") if path.stem not in NOT_BENCHMARKS)
    names = sys.argv[1:] or [name for name in found if hasattr(module(name), "run")]
    kept = True
    with server() as url:
        for name in names:
            figures = asyncio.run(module(name).run(url))
            kept = show(figures) and kept
    return 0 if kept else 1


def module(name: str):  # type: ignore[no-untyped-def]
    """A benchmark has a coroutine function `run` from a server's URL to its figures."""
    return importlib.import_module(f"tests.benchmarks.{name}")


if __name__ == "__main__":
    sys.exit(main())

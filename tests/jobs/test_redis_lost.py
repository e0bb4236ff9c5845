"""Redis killed or hung under a worker: what runs goes on, what is due waits, and is done when Redis is back."""

import asyncio
import signal
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.embedded.binaries import valkey_program
from jobs.context import JobContext, Run
from jobs.queue import connect
from tests.jobs.conftest import NOW, Clock, Diary, all_in, hourly, until, working

HOUR = timedelta(hours=1)


class Valkey:
    """A server of the test's own, on a socket in a folder; nothing that it holds outlives it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.url = folder, f"unix://{folder}/valkey.sock"
        self.process = self.start()

    def start(self) -> "subprocess.Popen[bytes]":
        (self.folder / "valkey.sock").unlink(missing_ok=True)
        socket = [
            "--port",
            "0",
            "--unixsocket",
            str(self.folder / "valkey.sock"),
            "--save",
            "",
            "--dir",
            str(self.folder),
        ]
        self.process = subprocess.Popen([valkey_program(), *socket], stdout=subprocess.DEVNULL)
        return self.process

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    server = Valkey(tmp_path_factory.mktemp("vk"))
    try:
        yield server
    finally:
        server.kill()


async def begun(diary: Diary) -> None:
    async def some() -> bool:
        return bool(diary.runs)

    await until(some)


async def test_a_killed_redis_costs_no_run(context: JobContext, valkey: Valkey) -> None:
    release = asyncio.Event()

    async def wait(_: JobContext, __: Run) -> int:
        await release.wait()
        return 1

    diary, clock = Diary(then=wait), Clock()
    async with working(context, valkey.url, [hourly(diary)], clock):
        await begun(diary)
        valkey.kill()
        clock.at = NOW + 3 * HOUR
        release.set()
        await until(all_in(context.database, "done", "waiting", count=4))  # what ran came to its end meanwhile
        valkey.start()
        await until(all_in(context.database, "done", count=4))
    assert len(diary.runs) == 4
    assert all(run.attempt == 1 for run in diary.runs)


async def test_an_emptied_redis_costs_no_run(context: JobContext, valkey: Valkey) -> None:
    diary, clock = Diary(), Clock()
    async with working(context, valkey.url, [hourly(diary)], clock) as worker:
        await begun(diary)
        async with connect(worker.redis_url) as client:
            for hours in range(1, 6):
                clock.at = NOW + hours * HOUR
                await client.flushall()
                await asyncio.sleep(0.05)
        await until(all_in(context.database, "done", count=6))
    assert diary.ends() == sorted(diary.ends())


@pytest.mark.slow
async def test_a_hung_redis_is_noticed(context: JobContext, valkey: Valkey) -> None:
    diary, clock = Diary(), Clock()
    async with working(context, valkey.url, [hourly(diary)], clock):
        await begun(diary)
        valkey.process.send_signal(signal.SIGSTOP)
        clock.at = NOW + 2 * HOUR
        await asyncio.sleep(7)
        valkey.process.send_signal(signal.SIGCONT)
        await until(all_in(context.database, "done", count=3))
    assert len(diary.runs) == 3


async def test_a_worker_that_starts_without_redis_works_once_it_is_there(context: JobContext, valkey: Valkey) -> None:
    valkey.kill()
    diary = Diary()
    async with working(context, valkey.url, [hourly(diary)]):
        await until(all_in(context.database, "waiting"))
        valkey.start()
        await until(all_in(context.database, "done"))
    assert len(diary.runs) == 1

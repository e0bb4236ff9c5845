"""What dies is started again, what a crash left behind is in nobody's way, and what cannot start says why."""

import asyncio
import os
import signal
import stat
import time
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis.asyncio
import redis.exceptions

from gateway.embedded import EmbeddedServersError, start
from gateway.embedded.account import Account, AccountError
from tests.gateway.embedded.processes import User, pid_of, servers_of


async def connect_when_back(database_url: str, seconds: float = 20) -> asyncpg.Connection:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return await asyncpg.connect(database_url)
        except (OSError, asyncpg.PostgresError):
            assert time.monotonic() < deadline, "the database did not come back"
            await asyncio.sleep(0.05)


async def until_lost(connection: asyncpg.Connection) -> None:
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    if not connection.is_closed():
        await asyncio.wait_for(lost.wait(), timeout=20)


@pytest.mark.parametrize("victim", ["postmaster", "session"])
async def test_a_killed_postgres_comes_back_with_every_commit(victim: str, data_dir: Path) -> None:
    with start(data_dir) as servers:
        connection = await asyncpg.connect(servers.database_url)
        await connection.execute("CREATE TABLE kept (n integer)")
        for round_ in range(3):
            await connection.execute("INSERT INTO kept VALUES ($1)", round_)
            pid = pid_of("postgres", data_dir)
            if victim == "session":
                pid = await connection.fetchval("SELECT pg_backend_pid()")
            os.kill(pid, signal.SIGKILL)
            await until_lost(connection)
            connection = await connect_when_back(servers.database_url)
            assert await connection.fetchval("SELECT array_agg(n ORDER BY n) FROM kept") == list(range(round_ + 1))
        await connection.close()


@pytest.mark.parametrize("pause", [0, 0.02, 0.05, 0.1, 0.2])
async def test_a_stop_while_postgres_recovers_does_not_hang(pause: float, data_dir: Path) -> None:
    """PostgreSQL 18 waited for ever after a fast shutdown that came at the wrong moment of a recovery."""
    servers = start(data_dir, durable=False)
    connection = await asyncpg.connect(servers.database_url)
    os.kill(await connection.fetchval("SELECT pg_backend_pid()"), signal.SIGKILL)
    await asyncio.sleep(pause)
    began = time.monotonic()
    servers.close()
    assert time.monotonic() - began < 10
    connection.terminate()
    assert servers_of(data_dir) == {}


async def test_a_killed_valkey_comes_back(data_dir: Path) -> None:
    with start(data_dir, durable=False) as servers:
        before = pid_of("valkey-server", data_dir)
        os.kill(before, signal.SIGKILL)
        deadline = time.monotonic() + 10
        async with redis.asyncio.Redis.from_url(servers.redis_url) as client:
            while True:
                try:
                    assert await client.ping() is True
                    break
                except redis.exceptions.ConnectionError:
                    assert time.monotonic() < deadline, "Valkey did not come back"
                    await asyncio.sleep(0.05)
        assert pid_of("valkey-server", data_dir) != before


async def test_a_killed_keeper_is_replaced_for_those_who_still_use_its_servers(data_dir: Path) -> None:
    with start(data_dir) as servers:
        connection = await asyncpg.connect(servers.database_url)
        await connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        keeper = pid_of("keeper", data_dir)
        os.kill(keeper, signal.SIGKILL)
        await until_lost(connection)
        connection = await connect_when_back(servers.database_url)
        assert await connection.fetchval("SELECT n FROM kept") == 1
        await connection.close()
        assert pid_of("keeper", data_dir) != keeper
    assert servers_of(data_dir) == {}


async def test_a_number_that_another_process_has_by_now_stops_nothing(data_dir: Path) -> None:
    """After a crash in a container, the old PostgreSQL's number often belongs to something else."""
    owner = (data_dir / "postgres").stat()
    for path in (data_dir / "postgres" / "postmaster.pid", data_dir / "run" / ".s.PGSQL.5432.lock"):
        path.write_text(f"{os.getpid()}\n{data_dir}/postgres\n1\n5432\n{data_dir}/run\n\n1 1\nready\n")
        os.chown(path, owner.st_uid, owner.st_gid)
    (data_dir / "servers.json").write_text('{"keeper_pid": 1, "sockets": "stale"}')
    with start(data_dir, durable=False) as servers:
        connection = await asyncpg.connect(servers.database_url)
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()


async def test_a_cluster_that_was_made_by_half_is_made_again(new_data_dir: Path) -> None:
    new_data_dir.mkdir()
    draft = new_data_dir / "postgres.draft"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    with start(new_data_dir, durable=False) as servers:
        await (await asyncpg.connect(servers.database_url)).close()


@pytest.mark.parametrize("name", ["d" * 120, "with a space", "größe", "a,b"])
async def test_a_path_that_no_socket_can_have_gets_its_sockets_elsewhere(name: str, new_data_dir: Path) -> None:
    folder = new_data_dir / name
    with start(folder, durable=False) as servers:
        assert name not in servers.database_url
        sockets = Path(servers.redis_url.removeprefix("unix://")).parent
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        await (await asyncpg.connect(servers.database_url)).close()
        async with redis.asyncio.Redis.from_url(servers.redis_url) as client:
            assert await client.ping() is True
    assert servers_of(folder) == {}
    sockets.rmdir()


async def test_a_cluster_of_another_release_is_refused_with_the_servers_own_words(data_dir: Path) -> None:
    (data_dir / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedServersError, match="database files are incompatible with server"):
        start(data_dir, durable=False)
    assert servers_of(data_dir) == {}


async def test_a_data_folder_that_cannot_be_one_is_refused(new_data_dir: Path) -> None:
    new_data_dir.write_text("a file")
    with pytest.raises(EmbeddedServersError, match=r"cannot be used: .*File exists"):
        start(new_data_dir)
    with pytest.raises(EmbeddedServersError, match=r"cannot be used: .*Not a directory"):
        start(new_data_dir / "below")


async def test_a_user_that_is_stopped_does_not_keep_others_from_starting(data_dir: Path) -> None:
    user = User.begin(data_dir)
    urls = user.urls()
    user.process.send_signal(signal.SIGSTOP)
    with start(data_dir, durable=False) as servers:
        assert (servers.database_url, servers.redis_url) == urls
    assert set(servers_of(data_dir).values()) == {"keeper", "postgres", "valkey-server"}
    psutil.Process(user.process.pid).resume()
    assert user.end() == 0
    assert servers_of(data_dir) == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_a_folder_of_somebody_else_is_not_used(new_data_dir: Path) -> None:
    new_data_dir.mkdir()
    os.chown(new_data_dir, 54_321, 54_321)
    with pytest.raises(AccountError, match="belongs to somebody else"):
        Account(12_345, 12_345).own(new_data_dir)
    link = new_data_dir.with_name("link")
    link.symlink_to(new_data_dir.parent)
    with pytest.raises(AccountError, match="belongs to somebody else"):
        Account(12_345, 12_345).own(link)

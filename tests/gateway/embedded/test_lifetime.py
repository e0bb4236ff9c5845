"""However the programs that use them end, embedded servers end too, and nothing that was committed is lost."""

import os
import signal
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio

from gateway.embedded import start
from tests.gateway.embedded.processes import User, kill_servers, pid_of, servers_of, wait_until_none


async def add_row(database_url: str) -> int:
    """Commits a row and counts them."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS kept (n serial)")
        await connection.execute("INSERT INTO kept DEFAULT VALUES")
        count: int = await connection.fetchval("SELECT count(*) FROM kept")
    finally:
        await connection.close()
    return count


async def setting(database_url: str, name: str) -> str:
    connection = await asyncpg.connect(database_url)
    try:
        value: str = await connection.fetchval("SELECT current_setting($1)", name)
    finally:
        await connection.close()
    return value


async def test_the_servers_answer_on_sockets_that_are_ours_alone(new_data_dir: Path) -> None:
    with start(new_data_dir) as servers:
        assert servers.database_url == f"postgresql://postgres@/z402?host={new_data_dir}/run"
        assert servers.redis_url == f"unix://{new_data_dir}/run/valkey.sock"
        assert await setting(servers.database_url, "listen_addresses") == ""
        assert await setting(servers.database_url, "server_version_num") >= "180000"
        assert await setting(servers.database_url, "TimeZone") == "UTC"
        assert [await setting(servers.database_url, name) for name in ("fsync", "synchronous_commit")] == ["on", "on"]
        assert (new_data_dir / "run").stat().st_mode & 0o777 == 0o700
        assert (new_data_dir / "postgres").stat().st_mode & 0o077 == 0
        async with redis.asyncio.Redis.from_url(servers.redis_url) as client:
            assert await client.ping() is True


async def test_after_close_nothing_is_left_running(data_dir: Path) -> None:
    servers = start(data_dir, durable=False)
    assert set(servers_of(data_dir).values()) == {"keeper", "postgres", "valkey-server"}
    servers.close()
    assert servers_of(data_dir) == {}
    servers.close()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
async def test_nothing_is_left_when_the_program_ends_by(how: signal.Signals, data_dir: Path) -> None:
    user = User.begin(data_dir)
    user.urls()
    user.end(how)
    assert wait_until_none(data_dir) == {}


async def test_data_lasts_from_one_start_to_the_next(data_dir: Path) -> None:
    with start(data_dir) as servers:
        assert await add_row(servers.database_url) == 1
        async with redis.asyncio.Redis.from_url(servers.redis_url) as client:
            await client.rpush("queue", "job")
    with start(data_dir) as servers:
        assert await add_row(servers.database_url) == 2
        async with redis.asyncio.Redis.from_url(servers.redis_url) as client:
            assert await client.lrange("queue", 0, -1) == [b"job"]


async def test_data_lasts_when_everything_is_killed_at_once(data_dir: Path) -> None:
    for row in range(1, 4):
        user = User.begin(data_dir, durable=True)
        database_url, _ = user.urls()
        assert await add_row(database_url) == row
        user.process.kill()
        kill_servers(data_dir)
        user.end()
    with start(data_dir) as servers:
        assert await add_row(servers.database_url) == 4


async def test_a_killed_keeper_takes_its_servers_with_it(data_dir: Path) -> None:
    user = User.begin(data_dir)
    user.urls()
    os.kill(user.process.pid, signal.SIGSTOP)  # so that it cannot start another keeper
    os.kill(pid_of("keeper", data_dir), signal.SIGKILL)
    assert wait_until_none(data_dir) == {}
    user.end(signal.SIGKILL)


async def test_processes_share_one_pair_of_servers(new_data_dir: Path) -> None:
    users = [User.begin(new_data_dir) for _ in range(4)]
    [(database_url, _)] = {user.urls() for user in users}
    names = list(servers_of(new_data_dir).values())
    assert (names.count("keeper"), names.count("valkey-server")) == (1, 1)

    postgres = pid_of("postgres", new_data_dir)
    assert users[0].end() == 0
    users[1].end(signal.SIGKILL)
    users[2].end(signal.SIGKILL)
    assert await add_row(database_url) == 1
    assert pid_of("postgres", new_data_dir) == postgres

    assert users[3].end() == 0
    assert servers_of(new_data_dir) == {}


async def test_a_start_while_the_servers_stop_waits_and_starts_them_anew(data_dir: Path) -> None:
    for _ in range(5):
        first = User.begin(data_dir)
        first.urls()
        first.end(signal.SIGKILL)
        with start(data_dir, durable=False) as servers:
            await add_row(servers.database_url)
    assert servers_of(data_dir) == {}

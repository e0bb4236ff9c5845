"""Subscriptions of the whole gateway: once for all, within a second, nothing for strangers; and who misbehaves."""

import asyncio
import gc
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from gateway.socket_connection import MAX_OPERATIONS
from gateway.websocket_protocol import SLOW_BYTES, FramedSocket
from tests.benchmarks.live_watchers import frame, upgrade
from tests.conftest import NewDatabase, Servers
from tests.gateway.graphql.conftest import Site, running, settings, token
from tests.gateway.graphql.test_socket import NAME, PROTOCOL, closed, opened, receive, run, send
from tests.waiting import until

COUNT = "subscription { realtime { today { transactionCount } } }"
FEED = 'subscription { paymentFeed(first: 100, merchantId: "shop") { steps { event { eventId metadata } } } }'


async def settle(site: Site, name: str, merchant_id: str = "shop", **more: object) -> None:
    """Commit a payment."""
    event = {
        "event_id": name,
        "merchant_id": merchant_id,
        "payment_id": name,
        "type": "settled",
        "amount": 5,
        "occurred_at": datetime.now(UTC).isoformat(),
        **more,
    }
    headers = {"authorization": f"Bearer {token()}", "content-type": "application/json"}
    answer = await site.client.post("/events", content=orjson.dumps([event]), headers=headers)
    assert answer.json()["accepted"] == 1, answer.text


BULKY = {"text": "x" * 900}


async def settle_bulk(site: Site) -> None:
    """Commit payments enough that a feed of them is more than the buffers of a socket hold."""
    for _ in range(100):
        await settle(site, f"bulk-{uuid4()}", metadata=BULKY)


def count_of(message: Any) -> int:
    assert message["type"] == "next", message
    assert "errors" not in message["payload"], message
    found: int = message["payload"]["data"]["realtime"]["today"]["transactionCount"]
    return found


async def watch(socket: ClientConnection, query: str = COUNT, key: str = "live") -> Any:
    """Subscribe; the first message."""
    await send(socket, type="subscribe", id=key, payload={"query": query})
    return await receive(socket)


@asynccontextmanager
async def many(site: Site, count: int, merchant_id: str = "shop") -> AsyncIterator[list[ClientConnection]]:
    """Sockets that watch the same, each with a token of its own."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(opened(site, token(merchant_id, lifetime=timedelta(minutes=5 + number))))
            for number in range(count)
        ]


async def test_sql_is_the_same_for_one_and_for_forty(site: Site) -> None:
    sent: list[Counter[str]] = []
    await settle(site, "sql-first")  # which looks up the merchant
    for subscribers in (1, 40):
        async with many(site, subscribers) as sockets:
            before = [count_of(await watch(each)) for each in sockets]
            await asyncio.sleep(1)
            statements: Counter[str] = Counter()
            site.app.state.database.on_statement = lambda name, noted=statements: noted.update([name])
            for number in range(1, 4):
                await settle(site, f"sql-{subscribers}-{number}")
                after = [count_of(await receive(each)) for each in sockets]
                assert after == [each + number for each in before]
                await asyncio.sleep(1)
            sent.append(Counter({name: n for name, n in statements.items() if not name.startswith("ingest")}))
    assert sent[0] == sent[1]
    assert sent[0]["merchants_by_id"] <= 3  # one a look


async def test_a_change_is_seen_within_a_second_of_its_commit(site: Site) -> None:
    loop = asyncio.get_running_loop()
    async with opened(site) as socket:
        seen = count_of(await watch(socket))
        for number in range(5):
            await asyncio.sleep(number * 0.23)
            await settle(site, f"soon-{number}")
            committed = loop.time()
            while (now := count_of(await receive(socket))) <= seen:
                pass
            seen = now
            assert loop.time() - committed < 1.0


async def test_an_event_of_a_clock_ahead_of_ours_shows_when_its_time_has_come(site: Site) -> None:
    """Nothing else happens; also to who comes between its commit and its time."""
    loop = asyncio.get_running_loop()
    async with opened(site) as socket, opened(site) as later:
        before = count_of(await watch(socket))
        await asyncio.sleep(1)
        ahead = datetime.now(UTC) + timedelta(seconds=0.3)
        comes = loop.time() + 0.3
        await settle(site, "ahead", occurred_at=ahead.isoformat())
        await send(later, type="subscribe", id="live", payload={"query": f"{COUNT} # later"})
        looks = 0
        for each in (socket, later):
            while count_of(await receive(each)) == before:
                looks += 1
            assert loop.time() - comes < 1.3
        assert looks <= 2  # one of each group, before its time
        for each in (socket, later):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(each.recv(), 1.5)


async def test_two_merchants_never_see_each_other(site: Site) -> None:
    async with opened(site, token("shop")) as ours, opened(site, token("other")) as theirs:
        first = [count_of(await watch(each)) for each in (ours, theirs)]
        for number in range(3):
            await settle(site, f"apart-{number}", "other")
            assert count_of(await receive(theirs)) == first[1] + number + 1
            await asyncio.sleep(1)
        await settle(site, "apart-ours", "shop")
        assert count_of(await receive(ours)) == first[0] + 1  # and nothing came before
        for query in (
            'subscription { realtime(merchantId: "other") { asOf } }',
            'subscription { dashboard(merchantId: "other") { asOf } }',
            'subscription { paymentFeed(merchantId: "other") { asOf } }',
        ):
            refused = await watch(ours, query, "no")
            assert refused["payload"]["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
            assert await receive(ours) == {"type": "complete", "id": "no"}


async def test_a_socket_runs_so_many_operations_and_not_a_thousand(site: Site) -> None:
    async with opened(site) as socket:
        for number in range(1_000):
            await send(socket, type="subscribe", id=str(number), payload={"query": COUNT})
        kinds = Counter[str]()
        for _ in range(1_000):
            message = await receive(socket)
            kinds[message["type"]] += 1
            if message["type"] == "error":
                assert message["payload"][0]["extensions"] == {"code": "TOO_MANY_OPERATIONS"}
        assert kinds == {"next": MAX_OPERATIONS, "error": 1_000 - MAX_OPERATIONS}
        await send(socket, type="complete", id="0")
        assert await run(socket, NAME, "asked") == {"data": {"merchant": {"name": "Shop"}}}


async def test_an_oversize_frame_ends_its_own_socket_alone(
    tmp_path: Path, new_database: NewDatabase, servers: Servers
) -> None:
    """256 KiB are taken, where messages may be as long, and not a byte more."""
    limit, ping = 256 * 1024, '{"type":"ping","payload":{"x":"%s"}}'
    async with new_database() as url:
        given = settings(tmp_path, url, redis_url=await servers.empty_redis(), max_body_bytes=limit)
        async with running(given) as site, opened(site) as bad, opened(site) as good:
            await bad.send(ping % ("x" * (limit - len(ping % ""))))
            assert await receive(bad) == {"type": "pong"}
            await bad.send(ping % ("x" * (limit + 1 - len(ping % ""))))
            assert (await closed(bad))[0] == 1009
            await send(good, type="ping")
            assert await receive(good) == {"type": "pong"}


async def test_a_query_that_costs_too_much_is_an_error_on_that_operation(site: Site) -> None:
    deep = "{ merchant { a: " + " ".join(f"n{number}: name" for number in range(200)) + " } }"
    async with opened(site) as socket:
        count_of(await watch(socket))
        await send(socket, type="subscribe", id="dear", payload={"query": deep.replace("a: ", "")})
        error = await receive(socket)
        assert (error["type"], error["id"]) == ("error", "dear")
        assert [each["extensions"] for each in error["payload"]] == [{"code": "VALIDATION_FAILED"}]
        await settle(site, "dear")
        assert count_of(await receive(socket)) >= 1


async def test_variables_nested_too_deeply_are_an_error_on_that_operation(site: Site) -> None:
    deep = '{"x":' * 300 + "1" + "}" * 300
    async with opened(site) as socket:
        before = count_of(await watch(socket))
        payload = f'{{"query": "{COUNT}", "variables": {deep}}}'
        await socket.send(f'{{"type": "subscribe", "id": "deep", "payload": {payload}}}')
        error = await receive(socket)
        assert (error["type"], error["id"]) == ("error", "deep")
        assert error["payload"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
        await settle(site, "deep")
        assert count_of(await receive(socket)) == before + 1


async def test_a_slow_reader_gets_the_newest_and_holds_nothing(site: Site) -> None:
    """It reads nothing while more is told than the buffers hold; then it has the newest value, not all."""
    await settle_bulk(site)
    slow = await raw_socket(site, FEED)
    async with opened(site) as quick:
        await watch(quick, FEED)
        names = []
        for number in range(4):
            await asyncio.sleep(1)
            await settle(site, f"slow-{number}", metadata=BULKY)
            names.append((await receive(quick))["payload"]["data"]["paymentFeed"]["steps"][0]["event"]["eventId"])
        assert names == [f"slow-{number}" for number in range(4)]
    held = [
        protocol.transport.get_write_buffer_size()
        for protocol in site.server_connections()
        if isinstance(protocol, FramedSocket)
    ]
    assert max(held) < SLOW_BYTES + 300_000
    text = b""
    async with asyncio.timeout(15):
        while b'"slow-3"' not in text[-200_000:]:
            text += await asyncio.get_running_loop().sock_recv(slow, 1 << 16)
    slow.close()


async def test_pings_of_who_does_not_read_are_not_heaped_up(site: Site) -> None:
    client = await raw_socket(site, COUNT)
    protocol = protocol_of(site, client)
    pings = (b"\x89\xfd\0\0\0\0" + b"x" * 125) * 1_000
    loop, most = asyncio.get_running_loop(), 0
    for _ in range(50):
        await loop.sock_sendall(client, pings)
        most = max(most, protocol.transport.get_write_buffer_size())
    assert most < SLOW_BYTES + 300_000  # what comes in one piece is answered in one
    client.close()


async def test_operations_of_who_does_not_read_are_not_heaped_up(site: Site) -> None:
    await settle_bulk(site)
    client = await raw_socket(site, FEED)
    protocol = protocol_of(site, client)
    await until(lambda: not protocol.writable.is_set())
    protocol.close_timeout = 0.2
    loop = asyncio.get_running_loop()
    for number in range(MAX_OPERATIONS + 1):
        await loop.sock_sendall(
            client, frame({"type": "subscribe", "id": str(number), "payload": {"query": "{ viewer { subject } }"}})
        )
    await until(lambda: protocol.disconnected)
    assert protocol.conn.close_sent.code == 1008
    client.close()


def protocol_of(site: Site, client: socket.socket) -> Any:
    """The server's side of a connection."""
    [found] = [each for each in site.server_connections() if each.client == client.getsockname()]
    return found


async def raw_socket(site: Site, query: str) -> socket.socket:
    """A socket whose client has a small buffer and, after subscribing, reads nothing."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(client, ("127.0.0.1", site.port))
    await loop.sock_sendall(client, upgrade("/graphql"))
    await loop.sock_recv(client, 1_000)
    ours = protocol_of(site, client).transport.get_extra_info("socket")
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
    init = frame({"type": "connection_init", "payload": {"authorization": f"Bearer {token('shop')}"}})
    await loop.sock_sendall(client, init + frame({"type": "subscribe", "id": "s", "payload": {"query": query}}))
    return client


async def test_a_dead_peer_is_found_out(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """It neither reads nor answers pings, nor does it say goodbye."""
    made: list[FramedSocket] = []
    begin = FramedSocket.start_keepalive

    def hurried(self: FramedSocket) -> None:
        self.ping_interval = self.ping_timeout = 0.3
        made.append(self)
        begin(self)

    monkeypatch.setattr(FramedSocket, "start_keepalive", hurried)
    client = await raw_socket(site, COUNT)
    await until(lambda: bool(made) and made[0].disconnected)
    client.close()


async def test_one_socket_too_many_is_refused_and_may_come_later(
    tmp_path: Path, new_database: NewDatabase, servers: Servers
) -> None:
    async with new_database() as url:
        given = settings(tmp_path, url, redis_url=await servers.empty_redis(), max_live_connections=2)
        async with running(given) as site:
            async with opened(site), opened(site):
                with pytest.raises(InvalidStatus) as caught:
                    await connect(site.socket_url, subprotocols=[PROTOCOL])  # type: ignore[list-item]
                assert caught.value.response.status_code == 503
                assert caught.value.response.headers["retry-after"] == "5"
                headers = {"accept": "text/event-stream", "authorization": f"Bearer {token('shop')}"}
                answer = await site.client.post("/graphql", json={"query": COUNT}, headers=headers)
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            async with opened(site):
                pass


async def test_a_deploy_closes_sockets_with_a_code_that_brings_clients_back(
    tmp_path: Path, new_database: NewDatabase, servers: Servers
) -> None:
    async with (
        new_database() as url,
        running(settings(tmp_path, url, redis_url=await servers.empty_redis())) as site,
        many(site, 5) as sockets,
    ):
        site.stop()
        assert {(await closed(each))[0] for each in sockets} == {1012}


async def test_what_is_over_leaves_nothing_to_the_collector_of_cyclic_garbage(site: Site) -> None:
    """It looks rarely, as each time it looks at ten thousand sockets."""

    async def come_and_go(name: str) -> None:
        async with opened(site) as socket:
            before = count_of(await watch(socket))
            await settle(site, name)
            assert count_of(await receive(socket)) == before + 1

    await come_and_go("cycles-first")  # the first one makes what lasts
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.disable()
    try:
        for number in range(5):
            await come_and_go(f"cycles-{number}")
        await until(lambda: not any(isinstance(each, FramedSocket) for each in site.server_connections()))
        await asyncio.sleep(0.1)  # the last look's batch ends
        gc.collect()
        left = Counter(type(each).__name__ for each in gc.garbage)
    finally:
        gc.enable()
        gc.set_debug(0)
        gc.garbage.clear()
    assert {
        name: left[name] for name in ("FramedSocket", "BoundedHttp", "ServerProtocol", "Loaders") if left[name]
    } == {}

"""Server-sent events: graphql-sse's distinct connections, what went wrong said in the stream, and coming back."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from gateway import event_stream
from tests.conftest import NewDatabase, Servers
from tests.gateway.graphql.conftest import Site, running, settings, token
from tests.gateway.graphql.test_live import COUNT, FEED, protocol_of, settle, settle_bulk
from tests.waiting import until

ACCEPT = {"accept": "text/event-stream"}


class Stream:
    """The events of one response."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self.comments = 0
        self.ids: list[str] = []
        self._lines = response.aiter_lines()

    async def event(self) -> tuple[str, Any]:
        """The next event: its name, and its data read as JSON."""
        name, data = "", ""
        async with asyncio.timeout(15):
            async for line in self._lines:
                field, _, text = line.partition(":")
                if line == "" and name:
                    return name, orjson.loads(data) if data else None
                if line.startswith(":"):
                    self.comments += 1
                elif field == "event":
                    name = text.strip()
                elif field == "data":
                    data += text.strip()
                elif field == "id":
                    self.ids.append(text.strip())
        raise EOFError

    async def count(self) -> int:
        name, data = await self.event()
        assert name == "next"
        assert "errors" not in data, data
        found: int = data["data"]["realtime"]["today"]["transactionCount"]
        return found


@asynccontextmanager
async def streaming(site: Site, query: str = COUNT, *, by_get: bool = False, **more: str) -> AsyncIterator[Stream]:
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    given = {"authorization": f"Bearer {token('shop')}", **ACCEPT, **headers}
    if by_get:
        request = site.client.stream("GET", "/graphql", params={"query": query}, headers=given)
    else:
        request = site.client.stream("POST", "/graphql", json={"query": query}, headers=given)
    async with request as response:
        yield Stream(response)


@pytest.mark.parametrize("by_get", [False, True])
async def test_a_subscription_streams_full_values(site: Site, by_get: bool) -> None:
    async with streaming(site, by_get=by_get) as stream:
        assert stream.response.status_code == 200
        assert stream.response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.response.headers["cache-control"] == "no-store"
        before = await stream.count()
        for number in range(2):
            await asyncio.sleep(1)
            await settle(site, f"sse-{by_get}-{number}")
            assert await stream.count() == before + number + 1
        assert len(set(stream.ids)) == 3


async def test_a_query_is_one_result_and_the_end(site: Site) -> None:
    for by_get in (False, True):
        async with streaming(site, "{ merchant { name } }", by_get=by_get) as stream:
            assert await stream.event() == ("next", {"data": {"merchant": {"name": "Shop"}}})
            assert await stream.event() == ("complete", None)
            with pytest.raises(EOFError):
                await stream.event()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nonsense }", "VALIDATION_FAILED"),
        ("no document", "PARSE_FAILED"),
        ("subscription { nonsense }", "VALIDATION_FAILED"),
        ('subscription { realtime(merchantId: "other") { asOf } }', "FORBIDDEN"),
        ("subscription A { realtime { asOf } } subscription B { realtime { asOf } }", "BAD_REQUEST"),
    ],
)
async def test_what_is_wrong_is_said_in_the_stream(site: Site, query: str, code: str) -> None:
    async with streaming(site, query) as stream:
        assert stream.response.status_code == 200
        name, data = await stream.event()
        assert (name, data["errors"][0]["extensions"]["code"]) == ("next", code)
        assert await stream.event() == ("complete", None)


async def test_a_get_changes_nothing_and_needs_more_than_a_link(site: Site) -> None:
    mutation = 'mutation { updateMerchant(input: {id: "shop", name: "No"}) { merchant { id } } }'
    async with streaming(site, mutation, by_get=True) as stream:
        _, data = await stream.event()
        assert data["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"
    answer = await site.client.get("/graphql", params={"query": COUNT}, headers=ACCEPT)
    assert answer.status_code == 403


async def test_without_a_good_token_there_is_no_stream(site: Site) -> None:
    answer = await site.client.post(
        "/graphql", json={"query": COUNT}, headers={**ACCEPT, "authorization": "Bearer nonsense"}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/json; charset=utf-8")
    async with streaming(site) as _:
        answer = await site.client.post("/graphql", json={"query": COUNT}, headers=ACCEPT)
        assert '"UNAUTHENTICATED"' in answer.text


async def test_who_comes_back_gets_the_newest_unless_it_has_it(site: Site) -> None:
    async with streaming(site) as first:
        count = await first.count()
        async with streaming(site, last_event_id=first.ids[-1]) as knowing:
            await asyncio.sleep(1)
            await settle(site, "resume-1")
            assert await knowing.count() == count + 1  # and not `count` before
        assert await first.count() == count + 1
        for unknown in ("nonsense", "", first.ids[0]):
            async with streaming(site, last_event_id=unknown) as missing:
                assert await missing.count() == count + 1


async def test_a_quiet_stream_shows_that_it_lives(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "HEARTBEAT_SECONDS", 0.1)
    async with streaming(site) as stream:
        await stream.count()
        await asyncio.sleep(1)
        await settle(site, "quiet")
        await stream.count()
        assert stream.comments >= 5


async def test_the_stream_ends_with_its_token_and_without_complete(site: Site) -> None:
    short = f"Bearer {token('shop', lifetime=timedelta(seconds=2))}"
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with streaming(site, authorization=short) as stream:
        await stream.count()
        with pytest.raises(EOFError):
            await stream.count()
    assert loop.time() - began < 7


async def test_variables_nested_too_deeply_are_said_in_the_stream(site: Site) -> None:
    deep = '{"x":' * 300 + "1" + "}" * 300
    body = f'{{"query": "{COUNT}", "variables": {deep}}}'
    headers = {**ACCEPT, "authorization": f"Bearer {token('shop')}", "content-type": "application/json"}
    answer = await site.client.post("/graphql", content=body, headers=headers)
    assert answer.status_code == 200
    assert '"BAD_USER_INPUT"' in answer.text
    assert "event: complete" in answer.text


async def unread(site: Site, lifetime: timedelta = timedelta(hours=1)) -> tuple[socket.socket, Any]:
    """A stream of more than the buffers hold, whose client reads nothing; and the server's side of it."""
    await settle_bulk(site)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(client, ("127.0.0.1", site.port))
    await until(lambda: client.getsockname() in [each.client for each in site.server_connections()])
    protocol = protocol_of(site, client)
    ours = protocol.transport.get_extra_info("socket")
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
    body, credential = orjson.dumps({"query": FEED}), token("shop", lifetime=lifetime)
    head = (
        "POST /graphql HTTP/1.1\r\nHost: gateway\r\nAccept: text/event-stream\r\n"
        f"Authorization: Bearer {credential}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    await loop.sock_sendall(client, head.encode() + body)
    await until(lambda: protocol.flow.write_paused)
    return client, protocol


async def test_a_reader_who_takes_nothing_is_let_go(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(event_stream, "STALLED_SECONDS", 0.3)
    client, protocol = await unread(site)
    await until(lambda: protocol not in site.server_connections())
    client.close()


async def test_a_reader_who_takes_nothing_is_let_go_with_its_token(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "HEARTBEAT_SECONDS", 0.1)
    client, protocol = await unread(site, timedelta(seconds=4))
    await until(lambda: protocol not in site.server_connections(), 15)
    client.close()


async def test_who_leaves_is_forgotten(site: Site) -> None:
    async with streaming(site) as stream:
        await stream.count()
        assert 'z402_live_connections{transport="sse"} 1.0' in (await site.client.get("/metrics")).text

    async def gone() -> bool:
        return 'z402_live_connections{transport="sse"} 0.0' in (await site.client.get("/metrics")).text

    await until(gone)


async def test_a_deploy_ends_streams(tmp_path: Path, new_database: NewDatabase, servers: Servers) -> None:
    async with new_database() as url, running(settings(tmp_path, url, redis_url=await servers.empty_redis())) as site:
        async with streaming(site, 'subscription { realtime(merchantId: "shop") { asOf } }') as refused:
            await refused.event()
        await site.client.post(
            "/graphql",
            json={"query": 'mutation { createMerchant(input: {id: "shop", name: "Shop"}) { merchant { id } } }'},
            headers={"authorization": f"Bearer {token()}"},
        )
        async with streaming(site) as stream:
            await stream.count()
            site.stop()
            with pytest.raises(EOFError):
                await stream.event()

"""GraphQL over WebSocket: real sockets, the protocol's close codes, fresh loaders, the end of a token."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from gateway import sessions
from sql import StoreUnavailable
from tests.gateway.graphql.conftest import MAX_BODY, Site, token

PROTOCOL = "graphql-transport-ws"
NAME = "{ merchant { name } }"


async def send(socket: ClientConnection, **message: Any) -> None:
    await socket.send(orjson.dumps(message).decode())


async def receive(socket: ClientConnection) -> Any:
    frame = await asyncio.wait_for(socket.recv(), 10)
    assert isinstance(frame, str), "frames are text"
    return orjson.loads(frame)


async def closed(socket: ClientConnection) -> tuple[int, str]:
    """The code and reason that the server closes with, whatever it sends before."""
    with suppress(ConnectionClosed):
        while True:
            await asyncio.wait_for(socket.recv(), 10)
    assert socket.close_code is not None
    return socket.close_code, socket.close_reason or ""


@asynccontextmanager
async def opened(site: Site, credential: str | None = None) -> AsyncIterator[ClientConnection]:
    """A socket that was acknowledged."""
    async with connect(site.socket_url, subprotocols=[PROTOCOL]) as socket:  # type: ignore[list-item]
        await send(socket, type="connection_init", payload={"authorization": f"Bearer {credential or token('shop')}"})
        assert await receive(socket) == {"type": "connection_ack"}
        yield socket


async def run(socket: ClientConnection, query: str, key: str = "1") -> Any:
    """The one answer of a query."""
    await send(socket, type="subscribe", id=key, payload={"query": query})
    answer = await receive(socket)
    assert (answer["type"], answer["id"]) == ("next", key)
    assert await receive(socket) == {"type": "complete", "id": key}
    return answer["payload"]


async def test_loaders_do_not_outlive_an_operation(site: Site) -> None:
    async with opened(site, token()) as socket:
        ask = '{ merchant(id: "other") { name } }'
        rename = 'mutation {{ updateMerchant(input: {{id: "other", name: "{}"}}) {{ merchant {{ name }} }} }}'
        for name in ("First", "Second"):
            changed = await site.post({"query": rename.format(name)}, token())
            assert changed.json()["data"]["updateMerchant"]["merchant"]["name"] == name
            assert await run(socket, ask) == {"data": {"merchant": {"name": name}}}


async def test_subscription_sends_all_at_once_then_what_changed(site: Site) -> None:
    now = datetime.now(UTC)
    query = "subscription { realtime { today { revenue { zatoshi } uniquePayers } live { pendingTransactions } } }"

    async def settle(name: str, amount: int) -> None:
        tell = """mutation ($i: TrackPaymentInput!) { trackPayment(input: $i) { status } }"""
        event = {"eventId": name, "paymentId": name, "type": "SETTLED", "amount": amount, "occurredAt": now.isoformat()}
        told = await site.post({"query": tell, "variables": {"i": event}}, token("shop"))
        assert told.json()["data"]["trackPayment"]["status"] == "ACCEPTED"

    def value(answer: Any) -> str:
        assert answer["type"] == "next"
        return str(answer["payload"]["data"]["realtime"]["today"]["revenue"]["zatoshi"])

    async with opened(site) as socket:
        await send(socket, type="subscribe", id="live", payload={"query": query})
        before = int(value(await receive(socket)))
        await settle("live-1", 5)
        assert value(await receive(socket)) == str(before + 5)
        await settle("live-2", 6)
        assert value(await receive(socket)) == str(before + 11)
        await send(socket, type="complete", id="live")
        assert await run(socket, NAME) == {"data": {"merchant": {"name": "Shop"}}}


async def test_errors_have_codes_and_neighbours_go_on(site: Site) -> None:
    async with opened(site) as socket:
        denied = await run(socket, '{ merchant(id: "other") { name } }', "a")
        assert denied["data"] == {"merchant": None}
        assert denied["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
        await send(socket, type="subscribe", id="b", payload={"query": "{ nonsense }"})
        error = await receive(socket)
        assert (error["type"], error["id"]) == ("error", "b")
        assert error["payload"][0]["extensions"] == {"code": "VALIDATION_FAILED"}
        await send(
            socket,
            type="subscribe",
            id="c",
            payload={"query": 'subscription { realtime(merchantId: "other") { asOf } }'},
        )
        refused = await receive(socket)
        assert refused["payload"]["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
        assert await receive(socket) == {"type": "complete", "id": "c"}
        await send(socket, type="ping")
        assert await receive(socket) == {"type": "pong"}


@pytest.mark.parametrize(
    "payload",
    [{}, {"authorization": "Bearer nonsense"}, {"authorization": 7}, {"authorization": "Basic eDp5"}, None],
)
async def test_who_does_not_say_who_asks_is_closed_with_4403(site: Site, payload: Any) -> None:
    async with connect(site.socket_url, subprotocols=[PROTOCOL]) as socket:  # type: ignore[list-item]
        await send(socket, type="connection_init", **({} if payload is None else {"payload": payload}))
        assert await closed(socket) == (4403, "Forbidden")


async def test_socket_ends_with_its_token(site: Site) -> None:
    short = token("shop", lifetime=timedelta(seconds=2))
    async with opened(site, short) as socket:
        await send(socket, type="subscribe", id="1", payload={"query": "subscription { realtime { asOf } }"})
        assert (await receive(socket))["type"] == "next"
        assert (await closed(socket))[0] == 4403


async def test_socket_ends_soon_after_its_key_was_revoked(site: Site) -> None:
    given = '{name: "k", merchantId: "shop", scopes: [ANALYTICS_READ]}'
    make = f"mutation {{ createApiKey(input: {given}) {{ token key {{ id }} }} }}"
    key = (await site.post({"query": make}, token())).json()["data"]["createApiKey"]
    async with opened(site, key["token"]) as socket:
        revoke = f'mutation {{ revokeApiKey(id: "{key["key"]["id"]}") {{ key {{ revokedAt }} }} }}'
        assert "errors" not in (await site.post({"query": revoke}, token())).json()
        assert (await closed(socket))[0] == 4403


async def test_a_revoked_key_that_comes_back_gains_no_time(site: Site) -> None:
    """What is known of a key is kept for a moment, in which it may open one socket more."""
    given = '{name: "k", merchantId: "shop", scopes: [ANALYTICS_READ]}'
    make = f"mutation {{ createApiKey(input: {given}) {{ token key {{ id }} }} }}"
    key = (await site.post({"query": make}, token())).json()["data"]["createApiKey"]
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(opened(site, key["token"]))
        revoke = f'mutation {{ revokeApiKey(id: "{key["key"]["id"]}") {{ key {{ revokedAt }} }} }}'
        assert "errors" not in (await site.post({"query": revoke}, token())).json()
        revoked, sockets, refused = loop.time(), [], False
        while not refused:
            socket = await stack.enter_async_context(connect(site.socket_url, subprotocols=[PROTOCOL]))  # type: ignore[list-item]
            await send(socket, type="connection_init", payload={"authorization": f"Bearer {key['token']}"})
            try:
                await receive(socket)
            except ConnectionClosed:
                refused = True
            else:
                sockets.append(socket)
                await asyncio.sleep(0.1)
        assert loop.time() - revoked < 2.5
        assert {(await closed(each))[0] for each in sockets} <= {4403}
        assert loop.time() - revoked < 6.5  # five, and a machine that is busy


async def test_only_the_one_protocol_is_spoken(site: Site) -> None:
    async with connect(site.socket_url, subprotocols=["graphql-ws"]) as socket:  # type: ignore[list-item]
        assert (await closed(socket))[0] == 4406


async def test_who_never_says_who_asks_is_closed_with_4408(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sessions.INIT_SECONDS == 10
    monkeypatch.setattr(sessions, "INIT_SECONDS", 0.5)
    loop = asyncio.get_running_loop()
    async with opened(site) as known, connect(site.socket_url, subprotocols=[PROTOCOL]) as silent:  # type: ignore[list-item]
        began = loop.time()
        await send(silent, type="ping")  # a sign of life is no credential
        assert await closed(silent) == (4408, "Connection initialisation timeout")
        assert loop.time() - began >= 0.4
        assert await run(known, NAME) == {"data": {"merchant": {"name": "Shop"}}}


async def test_a_credential_that_cannot_be_checked_now_is_1013(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is away: the client is to come back, not to look for another credential."""
    given = '{name: "k", merchantId: "shop", scopes: [ANALYTICS_READ]}'
    make = f"mutation {{ createApiKey(input: {given}) {{ token }} }}"
    key = (await site.post({"query": make}, token())).json()["data"]["createApiKey"]["token"]

    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable("it is away")

    with monkeypatch.context() as patched:
        patched.setattr(site.app.state.database, "fetch", away)
        async with connect(site.socket_url, subprotocols=[PROTOCOL]) as socket:  # type: ignore[list-item]
            await send(socket, type="connection_init", payload={"x-api-key": key})
            assert await closed(socket) == (1013, "Try again later")
    async with opened(site, key) as socket:
        assert await run(socket, NAME) == {"data": {"merchant": {"name": "Shop"}}}


async def test_subscribing_before_the_ack_is_4401(site: Site) -> None:
    async with connect(site.socket_url, subprotocols=[PROTOCOL]) as socket:  # type: ignore[list-item]
        await send(socket, type="subscribe", id="1", payload={"query": NAME})
        assert (await closed(socket))[0] == 4401


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", 4400),
        ("[]", 4400),
        ("7", 4400),
        ('{"type": 7}', 4400),
        ('{"type": "start", "id": "1"}', 4400),
        ('{"type": "subscribe", "id": 1, "payload": {"query": "{ viewer { subject } }"}}', 4400),
        ('{"type": "subscribe", "id": "1"}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": {"query": 7}}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { subject } }", "variables": []}}', 4400),
        ('{"type": "complete"}', 4400),
        ('{"type": "connection_init"}', 4429),
        (f'{{"type": "ping", "payload": {{"x": "{"y" * MAX_BODY}"}}}}', 4400),
        (b"binary", 4400),
    ],
)
async def test_malformed_messages_close_the_socket(site: Site, frame: str | bytes, code: int) -> None:
    async with opened(site) as socket:
        await socket.send(frame)
        assert (await closed(socket))[0] == code


async def test_same_id_twice_is_4409(site: Site) -> None:
    async with opened(site) as socket:
        for _ in range(2):
            await send(socket, type="subscribe", id="1", payload={"query": "subscription { realtime { asOf } }"})
        assert (await closed(socket))[0] == 4409


async def test_pages_of_other_sites_cannot_connect(site: Site) -> None:
    with pytest.raises(InvalidStatus) as caught:
        await connect(site.socket_url, subprotocols=[PROTOCOL], origin="https://evil.example")  # type: ignore[list-item,arg-type]
    assert caught.value.response.status_code == 403

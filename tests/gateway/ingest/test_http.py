"""`POST /events`: whatever comes, the good events are in, and the answer says what is wrong with the others."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from gateway.ingest.body import BodyLimits
from gateway.ingest.codes import Outcome
from gateway.ingest.events import Event
from gateway.ingest.http import EventsEndpoint
from gateway.ingest.service import IngestService
from resolvers.context import ADMIN, WRITE, Principal
from sql import Database, StoreUnavailable
from tests.factories import WireEvent, access, api_request, created, settled
from tests.gateway.ingest.conftest import NOW, create_merchants
from tests.gateway.ingest.state import differences, value

DAY = "2026-03-10T12:00:00"
PRINCIPALS = {
    "admin": Principal("root", None, frozenset({ADMIN})),
    "shop": Principal("till", "shop", frozenset({WRITE})),
    "reader": Principal("eyes", "shop", frozenset({"analytics:read"})),
}
Post = Callable[..., Awaitable[httpx2.Response]]


async def authenticate(request: Request) -> Principal | None:
    return PRINCIPALS.get(request.headers.get("authorization", "").removeprefix("Bearer "))


def clock() -> datetime:
    return NOW


def client_of(database: Database, limits: BodyLimits) -> httpx2.AsyncClient:
    service = IngestService(database, 13, clock=clock)
    app = Starlette(routes=[EventsEndpoint(service, authenticate, limits).route()])
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://gateway")


@pytest.fixture
async def post(database: Database) -> AsyncIterator[Post]:
    await create_merchants(database, "shop", "other")
    async with client_of(database, BodyLimits(max_bytes=20_000_000, idle_seconds=0.2, total_seconds=2)) as client:

        async def send(content: Any, token: str = "admin", **headers: str) -> httpx2.Response:
            headers = {"content-type": "application/x-ndjson", "authorization": f"Bearer {token}"} | {
                name.replace("_", "-"): text for name, text in headers.items()
            }
            return await client.post("/events", content=content, headers=headers)

        yield send


def lines(*events: WireEvent) -> bytes:
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def counts(response: httpx2.Response) -> tuple[int, int, int]:
    told = response.json()
    return told["accepted"], told["duplicate"], told["rejected"]


def errors(response: httpx2.Response) -> list[tuple[int, str, str | None]]:
    return [(error["line"], error["code"], error["field"]) for error in response.json()["errors"]]


async def test_lines_an_array_and_gzip_say_the_same(post: Post, database: Database) -> None:
    events = [created("p1", DAY), settled("p1", DAY, "5"), access("/a", DAY)]
    response = await post(lines(*events))
    assert (response.status_code, response.json()) == (
        200,
        {"accepted": 3, "duplicate": 0, "rejected": 0, "lines": 3, "errors": [], "errors_truncated": False},
    )
    as_array = json.dumps(events, indent=1).encode()
    assert counts(await post(as_array, content_type="application/json; charset=utf-8")) == (0, 3, 0)
    assert counts(await post(gzip.compress(as_array), content_encoding="gzip")) == (0, 3, 0)
    members = gzip.compress(lines(events[0])) + gzip.compress(lines(created("p2", DAY)))
    assert counts(await post(members, content_encoding="gzip")) == (1, 1, 0)
    assert await value(database, "SELECT count(*) FROM event_keys") == 4


async def test_each_bad_line_is_named_and_the_rest_goes_in(post: Post, database: Database) -> None:
    good = created("p1", DAY)
    body = b"\n".join(
        [
            json.dumps(good).encode(),
            b"",
            b"{nonsense",
            lines(created("p2", DAY, merchant="nobody")).strip(),
            lines(settled("p3", DAY, -5)).strip(),
            lines(settled("p4", DAY, 1.5)).strip(),  # type: ignore[arg-type]
            lines({**good, "occurred_at": DAY}).strip(),
            lines(created("p5", "2030-01-01T00:00:00")).strip(),
            lines(created("p6", "2020-01-01T00:00:00")).strip(),
            b'{"a":"' + b"x" * 70_000 + b'"}',
            lines({**good, "colour": "red"}).strip(),
            lines(created("p7", DAY)).strip(),
            lines(created("p8", DAY)).strip()[:-9],
        ]
    )
    response = await post(body)
    assert response.status_code == 200
    assert counts(response) == (2, 0, 10)
    assert errors(response) == [
        (3, "MALFORMED", None),
        (4, "UNKNOWN_MERCHANT", "merchant_id"),
        (5, "INVALID_AMOUNT", "amount"),
        (6, "INVALID_AMOUNT", "amount"),
        (7, "TIME_WITHOUT_ZONE", "occurred_at"),
        (8, "IN_THE_FUTURE", "occurred_at"),
        (9, "TOO_OLD", "occurred_at"),
        (10, "LINE_TOO_LONG", None),
        (11, "UNKNOWN_FIELD", "colour"),
        (13, "TRUNCATED", None),
    ]
    assert response.json()["errors"][2]["event_id"] == "p3-settled-1"
    assert response.json()["lines"] == 13


async def test_many_events_in_several_chunks(post: Post, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.ingest.parse.CHUNK_EVENTS", 300)
    events = [settled(f"p{n}", DAY, n) for n in range(2_000)]
    body = lines(*events[:1500], {"event_id": "bad"}, *events[1000:])
    response = await post(body)
    assert counts(response) == (2000, 500, 1)
    assert errors(response) == [(1501, "MISSING_FIELD", "type")]
    assert await value(database, "SELECT count(*) FROM payments") == 2000
    assert await differences(database) == []


async def test_no_more_than_a_thousand_errors_are_told(post: Post) -> None:
    response = await post(b'{"event_id":"x"}\n' * 1500)
    assert counts(response) == (0, 0, 1500)
    assert len(response.json()["errors"]) == 1000
    assert response.json()["errors_truncated"] is True


async def test_who_may_write_what(post: Post) -> None:
    event = created("p1", DAY)
    refused = [(await post(lines(event), token=token)).status_code for token in ("nobody", "reader")]
    assert refused == [401, 403]
    assert (await post(lines(event), token="reader")).json()["code"] == "FORBIDDEN"
    unnamed = {name: given for name, given in created("p2", DAY).items() if name != "merchant_id"}
    response = await post(lines(event, unnamed, created("p3", DAY, merchant="other")), token="shop")
    assert counts(response) == (2, 0, 1)
    assert errors(response) == [(3, "FORBIDDEN_MERCHANT", "merchant_id")]
    response = await post(lines(unnamed, api_request("/pay", DAY, merchant=None)))
    assert counts(response) == (1, 0, 1)
    assert errors(response) == [(1, "MISSING_FIELD", "merchant_id")]


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"", {}, 400, "NO_EVENTS"),
        (b"hello\nworld\n", {}, 400, "NO_EVENTS"),
        (b"{}", {"content_type": "text/csv"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"{}", {"content_encoding": "br"}, 415, "UNSUPPORTED_ENCODING"),
        (b"{}", {"content_encoding": "gzip"}, 400, "BROKEN_GZIP"),
    ],
)
async def test_what_is_no_body_of_events(
    content: bytes, headers: dict[str, str], status: int, code: str, post: Post
) -> None:
    response = await post(content, **headers)
    assert (response.status_code, response.json()["code"]) == (status, code)


async def test_a_body_that_never_ends_keeps_what_was_complete(post: Post, database: Database) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield lines(created("p1", DAY), created("p2", DAY)) + b'{"event_id":"half'
        await asyncio.sleep(60)

    response = await asyncio.wait_for(post(body()), 5)
    assert (response.status_code, response.json()["code"]) == (408, "BODY_TIMEOUT")
    assert (counts(response), errors(response)) == ((2, 0, 1), [(3, "TRUNCATED", None)])
    assert response.headers["connection"] == "close"
    assert await value(database, "SELECT count(*) FROM payment_events") == 2


async def test_a_body_that_trickles_for_ever_is_ended_too(post: Post) -> None:
    async def body() -> AsyncIterator[bytes]:
        for number in range(1000):
            yield lines(created(f"p{number}", DAY))
            await asyncio.sleep(0.1)

    response = await asyncio.wait_for(post(body()), 10)
    assert (response.status_code, response.json()["code"]) == (408, "BODY_TIMEOUT")
    assert 10 < response.json()["accepted"] < 30


async def test_a_body_too_large_keeps_what_fits(post: Post) -> None:
    body = lines(created("p1", DAY)) + b" " * 30_000_000
    response = await post(gzip.compress(body), content_encoding="gzip")
    assert (response.status_code, response.json()["code"]) == (413, "BODY_TOO_LARGE")
    assert counts(response)[0] == 1


async def test_gzip_that_is_cut_keeps_what_came_before(post: Post) -> None:
    events = [settled(f"p{n}", DAY, n * 7919 % 1000) for n in range(3_000)]
    response = await post(gzip.compress(lines(*events))[:-200], content_encoding="gzip")
    assert (response.status_code, response.json()["code"]) == (400, "BROKEN_GZIP")
    assert 1_000 < response.json()["accepted"] < 3_000


async def test_a_database_that_is_away_is_told_and_nothing_acknowledged() -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/none", acquire_timeout=1)
    async with client_of(away, BodyLimits(max_bytes=1_000_000)) as client:
        headers = {"content-type": "application/json", "authorization": "Bearer admin"}
        for count in (1, 100):
            content = lines(*(created(f"p{n}", DAY) for n in range(count)))
            response = await asyncio.wait_for(client.post("/events", content=content, headers=headers), 5)
            assert (response.status_code, response.json()["code"]) == (503, "STORE_UNAVAILABLE")
            assert (counts(response), response.json()["lines"]) == ((0, 0, 0), 0)


async def test_a_store_lost_on_the_way_is_told_with_the_lines_that_are_in(
    post: Post, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.ingest.parse.CHUNK_EVENTS", 300)
    write, calls = IngestService.write, iter(range(9))

    async def write_twice(service: IngestService, events: Sequence[Event]) -> list[Outcome]:
        if next(calls) >= 2:
            raise StoreUnavailable("gone")
        return await write(service, events)

    monkeypatch.setattr(IngestService, "write", write_twice)
    response = await post(lines(*(created(f"p{n}", DAY) for n in range(3000))))
    assert (response.status_code, response.json()["code"]) == (503, "STORE_UNAVAILABLE")
    told = response.json()["lines"]
    assert 600 <= told < 3000
    assert counts(response) == (told, 0, 0)
    assert await value(database, "SELECT count(*) FROM payment_events") == told

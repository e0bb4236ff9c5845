"""The application as a whole: a database that is away, the routes, the headers and the metrics."""

import asyncio
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from gateway.app import create_app
from resolvers.executor import OURSELVES
from tests.conftest import Servers
from tests.gateway.graphql.conftest import Site, running, settings, token

MERCHANT = {"query": "{ viewer { subject } merchant { name } }"}
SIGHTING = '{eventId: "1", payer: "p", occurredAt: "2026-11-01T00:00:00Z"}'
TELL = {"query": f"mutation {{ trackUniquePayer(input: {SIGHTING}) {{ status }} }}"}


async def test_database_that_is_away_is_missed_promptly_and_found_when_it_comes(
    tmp_path: Path, servers: Servers
) -> None:
    name = f"{servers.run}_later"
    async with running(settings(tmp_path, servers.database(name))) as site:
        assert (await site.client.get("/health")).status_code == 200
        assert (await site.client.get("/ready")).status_code == 503
        began = time.monotonic()
        answer = await site.post(MERCHANT, token("shop"))
        assert time.monotonic() - began < 5
        assert answer.json()["data"] == {"viewer": {"subject": "tester"}, "merchant": None}
        [error] = answer.json()["errors"]
        assert error["extensions"] == {"code": "STORE_UNAVAILABLE"}
        assert error["path"] == ["merchant"]
        told = (await site.post(TELL, token("shop"))).json()
        assert told["data"] == {"trackUniquePayer": None}
        assert [each["extensions"]["code"] for each in told["errors"]] == ["STORE_UNAVAILABLE"]
        key = {"x-api-key": "z402_0123456789abcdef_" + "A" * 43}
        assert (await site.client.post("/graphql", json=MERCHANT, headers=key)).status_code == 503
        assert (await site.client.post("/events", content=b"{}", headers=key)).status_code == 503
        await _create(servers, name)
        try:
            answer = await site.post(MERCHANT, token("shop"))
            assert answer.json()["data"]["merchant"] == {"name": "Shop"}
        finally:
            await servers.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def _create(servers: Servers, name: str) -> None:
    from sql.migrate import migrate

    await servers.execute(f"CREATE DATABASE {name}")
    await migrate(servers.database(name))
    await servers.execute("INSERT INTO z402.merchants (merchant_id, name) VALUES ('shop', 'Shop')", database=name)


async def test_address_nobody_listens_at_is_a_coded_error(tmp_path: Path, servers: Servers) -> None:
    nowhere = urlunsplit(urlsplit(servers.postgres_url)._replace(netloc="x@127.0.0.1:1", query=""))
    async with running(settings(tmp_path, nowhere, redis_url="redis://127.0.0.1:1")) as site:
        answers = await asyncio.gather(*(site.post(MERCHANT, token("shop")) for _ in range(20)))
        for answer in answers:
            assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["STORE_UNAVAILABLE"]


async def test_without_redis_answers_go_on_and_say_that_they_are_degraded(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    asked = {"query": "{ viewer { subject } }"}
    async with running(settings(tmp_path, database_url, redis_url="redis://127.0.0.1:1")) as site:
        answer = await site.post(asked, token("shop"))
        assert answer.json() == {"data": {"viewer": {"subject": "tester"}}, "extensions": {"degraded": ["cache"]}}
        assert answer.headers["z402-degraded"] == "cache"
        assert (await site.client.get("/ready")).json()["parts"]["redis"]["state"] == "degraded"
    async with running(settings(tmp_path, database_url, redis_url=redis_url)) as site:
        answer = await site.post(asked, token("shop"))
        assert answer.json() == {"data": {"viewer": {"subject": "tester"}}}
        assert "z402-degraded" not in answer.headers


async def test_answers_are_counted_by_kind_and_outcome(tmp_path: Path, database_url: str, redis_url: str) -> None:
    async with running(settings(tmp_path, database_url, redis_url=redis_url)) as site:
        await site.app.state.executor.execute(
            'mutation { createMerchant(input: {id: "shop", name: "Shop", timezone: "UTC"}) { merchant { id } } }',
            principal=OURSELVES,
        )
        for _ in range(3):
            await site.post(MERCHANT, token("shop"))
        text = (await site.client.get("/metrics")).text
    lines = [line.split(" ") for line in text.splitlines() if line.startswith("z402_cache_answers_total")]
    told = {line[0]: float(line[1]) for line in lines}
    assert told['z402_cache_answers_total{kind="merchant",outcome="miss"}'] >= 1
    assert told['z402_cache_answers_total{kind="merchant",outcome="hit"}'] >= 2


async def test_every_answer_has_the_security_headers(site: Site) -> None:
    for path in ("/health", "/nowhere", "/graphql"):
        headers = (await site.client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in headers


async def test_requests_and_statements_are_counted_by_route_and_query(site: Site) -> None:
    await site.post(MERCHANT, token("shop"))
    await site.client.get("/nowhere/at/all")
    text = (await site.client.get("/metrics")).text
    assert 'z402_http_requests_total{method="POST",route="/graphql",status="200"}' in text
    assert 'z402_http_requests_total{method="GET",route="other",status="404"}' in text
    assert 'z402_sql_statements_total{query="merchants_by_id"}' in text


def test_making_the_application_connects_to_nothing(tmp_path: Path) -> None:
    app = create_app(settings(tmp_path, "postgresql://x@127.0.0.1:1/x", redis_url="redis://127.0.0.1:1"))
    assert {getattr(route, "path", None) for route in app.routes} >= {"/graphql", "/events", "/health", "/ready"}

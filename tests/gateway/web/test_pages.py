import gzip
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from gateway.web import pages


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a build leaves behind, in small."""
    (tmp_path / "explorer").mkdir()
    (tmp_path / "explorer" / "index.html").write_text("<!doctype html><title>Explorer</title>")
    (tmp_path / "dashboard").mkdir()
    (tmp_path / "dashboard" / "index.html").write_text("<!doctype html><title>Dashboard</title>")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "explorer-abc.js").write_text("large " * 10)
    (tmp_path / "assets" / "explorer-abc.js.gz").write_bytes(gzip.compress(b"large " * 10))
    (tmp_path / "assets" / "small-def.css").write_text("small")
    monkeypatch.setattr(pages, "DIST", tmp_path)
    return tmp_path


@pytest.fixture
def client(dist: Path) -> TestClient:
    ours = [Route("/graphql", pages.explorer_page), Route("/", pages.dashboard_page)]
    return TestClient(Starlette(routes=[*pages.asset_routes(dist), *ours]))


def get(client: TestClient, path: str, **headers: str) -> httpx2.Response:
    return client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_the_page_allows_nothing_from_elsewhere_and_no_frame(client: TestClient) -> None:
    answer = client.get("/graphql")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "worker-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["vary"] == "Accept"


def test_the_dashboard_allows_no_style_or_script_of_its_own_lines_either(client: TestClient) -> None:
    answer = client.get("/")
    assert "<title>Dashboard</title>" in answer.text
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


def test_an_unchanged_page_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/graphql")
    again = get(client, "/graphql", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == again.headers["cache-control"] == "no-cache"


def test_a_page_that_was_not_built_says_what_to_run(client: TestClient, dist: Path) -> None:
    (dist / "explorer" / "index.html").unlink()
    answer = client.get("/graphql")
    assert answer.status_code == 503
    assert "<code>make web</code>" in answer.text


def test_assets_are_kept_for_ever(client: TestClient) -> None:
    answer = client.get("/assets/small-def.css")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"


def test_an_asset_brings_the_policy_that_a_worker_made_of_it_will_have(client: TestClient) -> None:
    assert client.get("/assets/explorer-abc.js").headers["content-security-policy"] == "default-src 'self'"


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.8"])
def test_a_compressed_asset_is_sent_to_whoever_accepts_it(client: TestClient, accepted: str) -> None:
    answer = get(client, "/assets/explorer-abc.js", accept_encoding=accepted)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.text == "large " * 10


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br"])
def test_nobody_gets_a_compressed_asset_unasked(client: TestClient, accepted: str) -> None:
    answer = get(client, "/assets/explorer-abc.js", accept_encoding=accepted)
    assert "content-encoding" not in answer.headers
    assert (answer.text, answer.headers["vary"]) == ("large " * 10, "Accept-Encoding")


@pytest.mark.parametrize("path", ["/assets/none.js", "/assets/../pages.py", "/assets/%2e%2e/explorer/index.html"])
def test_what_is_not_an_asset_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_without_a_build_assets_are_not_found_and_nothing_fails(tmp_path: Path) -> None:
    client = TestClient(Starlette(routes=pages.asset_routes(tmp_path / "absent")))
    assert client.get("/assets/explorer-abc.js").status_code == 404

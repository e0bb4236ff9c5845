"""GraphQL over HTTP: media types, statuses, what is refused before it becomes an operation."""

import asyncio
from typing import Any

import pytest

from tests.gateway.graphql.conftest import MAX_BODY, Site, token

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
VIEWER = "{ viewer { subject scopes merchantId } }"


def codes(body: Any) -> list[str]:
    return [error["extensions"]["code"] for error in body["errors"]]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, GRAPHQL),
        ("*/*", GRAPHQL),
        ("application/*", GRAPHQL),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8", GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (JSON, JSON),
        (f"{JSON}, text/plain, */*", JSON),
        (f"{JSON}, {GRAPHQL};q=0.5", JSON),
    ],
)
async def test_accept_chooses_the_media_type(site: Site, accept: str | None, media: str) -> None:
    request = site.client.build_request("POST", "/graphql", json={"query": VIEWER})
    request.headers.pop("accept", None)
    if accept is not None:
        request.headers["accept"] = accept
    answer = await site.client.send(request)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"
    assert answer.json() == {"data": {"viewer": None}}
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"query": "{"}, 400, "PARSE_FAILED"),
        ({"query": "{ nonsense }"}, 422, "VALIDATION_FAILED"),
        ({"query": f"{{ merchants(first: {'9' * 5_000}) {{ nodes {{ id }} }} }}"}, 422, "VALIDATION_FAILED"),
        ({"query": "query A { viewer { subject } } query B { viewer { subject } }"}, 422, "OPERATION_NOT_FOUND"),
        ({"query": "query A { viewer { subject } }", "operationName": "C"}, 422, "OPERATION_NOT_FOUND"),
        ({"query": "query ($n: Int!) { merchants(first: $n) { nodes { id } } }"}, 422, "BAD_USER_INPUT"),
        ({"query": "subscription { realtime { asOf } }"}, 422, "BAD_REQUEST"),
    ],
)
async def test_request_errors_have_no_data_and_their_status(
    site: Site, body: dict[str, Any], status: int, code: str
) -> None:
    answer = await site.post(body, token(), accept=GRAPHQL)
    assert answer.status_code == status
    assert "data" not in answer.json()
    assert codes(answer.json()) == [code]
    older = await site.post(body, token(), accept=JSON)
    assert older.status_code == 200
    assert older.json() == answer.json()


async def test_field_errors_are_a_partial_success(site: Site) -> None:
    body = {"query": '{ viewer { subject } merchant(id: "nobody") { id } }'}
    answer = await site.post(body, token(), accept=GRAPHQL)
    assert answer.status_code == 294
    assert answer.json()["data"] == {"viewer": {"subject": "tester"}, "merchant": None}
    assert codes(answer.json()) == ["NOT_FOUND"]
    assert (await site.post(body, token(), accept=JSON)).status_code == 200


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"NONSENSE", 400),
        (b'{"query":', 400),
        (b"\xff\xfe", 400),
        (b'{"qeury": "{ __typename }"}', 422),
        (b'{"query": 7}', 422),
        (b'{"query": ""}', 422),
        (b'{"query": "{ __typename }", "variables": [7]}', 422),
        (b'{"query": "{ __typename }", "operationName": 7}', 422),
        (b'{"query": "{ __typename }", "extensions": "x"}', 422),
        (b'[{"query": "{ __typename }"}]', 422),
        (b'"text"', 422),
    ],
)
@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
async def test_malformed_requests(site: Site, content: bytes, status: int, accept: str) -> None:
    headers = {"content-type": "application/json", "accept": accept}
    answer = await site.client.post("/graphql", content=content, headers=headers)
    assert (answer.status_code, codes(answer.json())) == (status, ["BAD_REQUEST"])


async def test_nulls_and_unknown_entries_are_as_if_absent(site: Site) -> None:
    body = {"query": "{ __typename }", "variables": None, "operationName": None, "extensions": None, "more": 1}
    answer = await site.post(body)
    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/graphql", "application/x-www-form-urlencoded", "application/json; charset=latin-1"],
)
async def test_other_content_types_are_415(site: Site, content_type: str) -> None:
    headers = {"content-type": content_type}
    answer = await site.client.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert (answer.status_code, codes(answer.json())) == (415, ["UNSUPPORTED_MEDIA_TYPE"])


async def test_unacceptable_types_are_406(site: Site) -> None:
    answer = await site.post({"query": VIEWER}, accept="text/csv, application/json;q=0")
    assert (answer.status_code, codes(answer.json())) == (406, ["NOT_ACCEPTABLE"])


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_405(site: Site, method: str) -> None:
    answer = await site.client.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert "access-control-allow-origin" not in answer.headers


async def test_get_asks_but_changes_nothing(site: Site) -> None:
    headers = {"authorization": f"Bearer {token()}"}
    answer = await site.client.get(
        "/graphql",
        params={"query": "query Q($f: Int) { merchants(first: $f) { nodes { id } } }", "variables": '{"f": 1}'},
        headers=headers,
    )
    assert (answer.status_code, answer.json()) == (200, {"data": {"merchants": {"nodes": [{"id": "other"}]}}})
    mutation = 'mutation { createMerchant(input: {id: "a", name: "A"}) { merchant { id } } }'
    for accept in (GRAPHQL, JSON):
        refused = await site.client.get("/graphql", params={"query": mutation}, headers={**headers, "accept": accept})
        assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, POST")
        assert codes(refused.json()) == ["METHOD_NOT_ALLOWED"]
    there = (await site.post({"query": "{ merchants { nodes { id } } }"}, token())).json()
    assert there == {"data": {"merchants": {"nodes": [{"id": "other"}, {"id": "shop"}]}}}


async def test_get_that_another_site_could_send_is_refused(site: Site) -> None:
    params = {"query": "{ __typename }"}
    refused = await site.client.get("/graphql", params=params)
    assert (refused.status_code, codes(refused.json())) == (403, ["FORBIDDEN"])
    answer = await site.client.get("/graphql", params=params, headers={"graphql-require-preflight": "1"})
    assert answer.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(("name", "text"), [("variables", "{"), ("extensions", "]")])
async def test_get_with_broken_parameters(site: Site, name: str, text: str) -> None:
    headers = {"x-requested-with": "test"}
    answer = await site.client.get("/graphql", params={"query": "{ __typename }", name: text}, headers=headers)
    assert (answer.status_code, codes(answer.json())) == (400, ["BAD_REQUEST"])


async def test_browsers_get_the_explorer(site: Site) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = await site.client.get("/graphql", headers={"accept": accept})
    assert answer.status_code in {200, 503}  # 503 where the front end has not been built
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_large_bodies_are_413_as_soon_as_it_shows(site: Site) -> None:
    declared = await site.post({"query": "{ __typename }", "variables": {"x": "y" * MAX_BODY}})
    assert (declared.status_code, codes(declared.json())) == (413, ["PAYLOAD_TOO_LARGE"])

    # A body without a declared end: the answer comes though the body goes on.
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    head = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    writer.write(head.encode() + f"{MAX_BODY + 1:x}\r\n".encode() + b" " * (MAX_BODY + 1) + b"\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 413")
    writer.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer nonsense"},
        {"authorization": "Basic eDp5"},
        {"x-api-key": "z402_0000000000000000_" + "A" * 43},
        {"x-api-key": "nonsense"},
    ],
)
async def test_bad_credentials_are_401(site: Site, headers: dict[str, str]) -> None:
    answer = await site.client.post("/graphql", json={"query": VIEWER}, headers=headers)
    assert (answer.status_code, codes(answer.json())) == (401, ["UNAUTHENTICATED"])
    assert answer.headers["www-authenticate"] == 'Bearer realm="z402"'


async def test_nobody_gets_a_clean_answer_and_no_introspection(site: Site) -> None:
    asked = await site.post({"query": "{ merchants { nodes { id } } }"})
    assert (asked.status_code, asked.json()["data"], codes(asked.json())) == (
        294,
        {"merchants": None},
        ["UNAUTHENTICATED"],
    )
    looked = await site.post({"query": "{ __schema { queryType { name } } }"})
    assert (looked.status_code, codes(looked.json())) == (401, ["UNAUTHENTICATED"])
    assert looked.headers["www-authenticate"] == 'Bearer realm="z402"'
    guessed = await site.post({"query": "{ merchan { id } }"})
    assert "Did you mean" not in guessed.text
    known = await site.post({"query": "{ merchan { id } __schema { queryType { name } } }"}, token())
    assert "Did you mean" in known.text
    assert codes(known.json()) == ["VALIDATION_FAILED"]


async def test_api_key_made_here_works_here(site: Site) -> None:
    made = await site.post(
        {
            "query": "mutation ($i: CreateApiKeyInput!) { createApiKey(input: $i) { token key { id scopes } } }",
            "variables": {"i": {"name": "page", "merchantId": "shop", "scopes": ["ANALYTICS_READ"]}},
        },
        token(),
    )
    key = made.json()["data"]["createApiKey"]
    for headers in ({"x-api-key": key["token"]}, {"authorization": f"Bearer {key['token']}"}):
        answer = await site.client.post("/graphql", json={"query": VIEWER}, headers=headers)
        assert answer.json()["data"]["viewer"] == {
            "subject": f"key {key['key']['id']}",
            "scopes": ["ANALYTICS_READ"],
            "merchantId": "shop",
        }

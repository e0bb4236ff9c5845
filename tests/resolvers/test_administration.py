"""Merchants and API keys: created, changed, refused."""

from typing import Any

import pytest

from resolvers.api_keys import read_key
from resolvers.context import ADMIN
from tests.resolvers.conftest import Desk, merchant

CREATE = """mutation ($i: CreateMerchantInput!) { createMerchant(input: $i) { merchant {
  id name timezone weekStart pendingTimeoutMinutes email state } } }"""
UPDATE = CREATE.replace("CreateMerchantInput", "UpdateMerchantInput").replace("createMerchant", "updateMerchant")
MAKE_KEY = """mutation ($i: CreateApiKeyInput!) { createApiKey(input: $i) { token key {
  id name merchantId scopes expiresAt revokedAt } } }"""


async def test_merchant_is_created_and_changed(desk: Desk) -> None:
    created = (await desk.data(CREATE, i={"id": "shop", "name": "Shop"}))["createMerchant"]["merchant"]
    assert created == {
        "id": "shop",
        "name": "Shop",
        "timezone": "UTC",
        "weekStart": "MONDAY",
        "pendingTimeoutMinutes": 60,
        "email": None,
        "state": "ACTIVE",
    }
    changes: dict[str, Any] = {"timezone": "Asia/Kathmandu", "weekStart": "SUNDAY", "email": "a@b.example"}
    for given in (changes, {"pendingTimeoutMinutes": 5}, {"email": None, "state": "SUSPENDED"}):
        changed = (await desk.data(UPDATE, i={"id": "shop", **given}))["updateMerchant"]["merchant"]
        created |= given
        assert changed == created
    assert desk.statements == ["update_merchant"]


async def test_taken_id_is_a_conflict_and_changes_nothing(desk: Desk) -> None:
    await desk.data(CREATE, i={"id": "shop", "name": "Shop"})
    result = await desk.ask(CREATE, i={"id": "shop", "name": "Another"})
    assert result.codes == ("CONFLICT",)
    assert (await desk.data('{ merchant(id: "shop") { name } }'))["merchant"] == {"name": "Shop"}


@pytest.mark.parametrize(
    "given",
    [
        {"id": ""},
        {"id": "a b"},
        {"id": "x" * 65},
        {"id": ":x"},
        {"name": ""},
        {"name": "  "},
        {"name": "a\x00b"},
        {"name": "x" * 201},
        {"timezone": "Mars/Olympus"},
        {"timezone": "+05:45"},
        {"pendingTimeoutMinutes": 0},
        {"pendingTimeoutMinutes": 43_201},
        {"email": "nobody"},
        {"email": "a@"},
        {"email": "a@["},
        {"email": "a@b, c@d"},
        {"email": "a b@c"},
        {"email": "A <a@b>"},
        {"email": "a..b@c"},
        {"email": "a@-b"},
        {"email": "x" * 65 + "@b"},
        {"email": "x" * 254 + "@"},
    ],
)
async def test_merchant_that_cannot_be_is_refused_without_sql(desk: Desk, given: dict[str, Any]) -> None:
    result = await desk.ask(CREATE, i={"id": "shop", "name": "Shop", **given})
    assert (result.codes, desk.statements) == (("BAD_USER_INPUT",), [])


async def test_change_of_nobody_is_not_found(desk: Desk) -> None:
    assert (await desk.ask(UPDATE, i={"id": "nobody", "name": "X"})).codes == ("NOT_FOUND",)


async def test_change_is_seen_by_a_query_of_the_same_socket_and_operation(desk: Desk) -> None:
    await desk.merchants("shop")
    both = """mutation { a: updateMerchant(input: {id: "shop", name: "A"}) { merchant { name } }
                         b: updateMerchant(input: {id: "shop", name: "B"}) { merchant { name } } }"""
    found = await desk.data(both, merchant("shop", ADMIN))
    assert (found["a"]["merchant"]["name"], found["b"]["merchant"]["name"]) == ("A", "B")


async def test_key_is_told_once_and_stored_as_a_digest(desk: Desk) -> None:
    await desk.merchants("shop")
    given = {"name": "page", "merchantId": "shop", "scopes": ["EVENTS_WRITE", "ANALYTICS_READ", "EVENTS_WRITE"]}
    made = (await desk.data(MAKE_KEY, i=given))["createApiKey"]
    parts = read_key(made["token"])
    assert parts is not None
    assert made["key"] == {
        "id": parts.key_id,
        "name": "page",
        "merchantId": "shop",
        "scopes": ["ANALYTICS_READ", "EVENTS_WRITE"],
        "expiresAt": None,
        "revokedAt": None,
    }
    async with desk.database.acquire() as connection:
        row = await connection.fetchrow("SELECT * FROM api_keys")
    assert row is not None
    assert row["digest"] == parts.digest
    assert made["token"].split("_", 2)[2] not in str(dict(row))
    revoke = f'mutation {{ revokeApiKey(id: "{parts.key_id}") {{ key {{ revokedAt }} }} }}'
    first = (await desk.data(revoke))["revokeApiKey"]["key"]["revokedAt"]
    assert first is not None
    assert (await desk.data(revoke))["revokeApiKey"]["key"]["revokedAt"] == first


async def test_merchants_administrator_makes_and_revokes_its_own_alone(desk: Desk) -> None:
    await desk.merchants("shop")
    own = merchant("shop", ADMIN)
    made = (await desk.data(MAKE_KEY, own, i={"name": "x", "scopes": ["ANALYTICS_READ"]}))["createApiKey"]["key"]
    assert made["merchantId"] == "shop"
    platform = (await desk.data(MAKE_KEY, i={"name": "x", "scopes": ["ADMIN"]}))["createApiKey"]["key"]
    assert platform["merchantId"] is None
    revoke = "mutation ($id: ID!) { revokeApiKey(id: $id) { key { id } } }"
    assert (await desk.ask(revoke, own, id=platform["id"])).codes == ("NOT_FOUND",)
    assert await desk.data(revoke, own, id=made["id"]) == {"revokeApiKey": {"key": {"id": made["id"]}}}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": ""}, "BAD_USER_INPUT"),
        ({"scopes": []}, "BAD_USER_INPUT"),
        ({"expiresAt": "2026-05-13T12:00:00Z"}, "BAD_USER_INPUT"),
        ({"merchantId": "nobody"}, "NOT_FOUND"),
        ({"merchantId": "no body"}, "NOT_FOUND"),
    ],
)
async def test_key_that_cannot_be_is_refused(desk: Desk, given: dict[str, Any], code: str) -> None:
    assert (await desk.ask(MAKE_KEY, i={"name": "x", "scopes": ["ADMIN"], **given})).codes == (code,)


@pytest.mark.parametrize("key_id", ["nothing", "\\u0000", "'; --"])
async def test_unknown_key_is_not_found(desk: Desk, key_id: str) -> None:
    result = await desk.ask(f'mutation {{ revokeApiKey(id: "{key_id}") {{ key {{ id }} }} }}')
    assert result.codes == ("NOT_FOUND",)

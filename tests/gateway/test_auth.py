"""Credentials: which hold, which do not, and what they then may."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from gateway.auth import Authenticator, BadCredentials, credential_of, mint_token
from resolvers.api_keys import new_key
from resolvers.context import ADMIN, READ, WRITE, Principal
from sql import Database, Q

SECRET = "a secret of at least thirty-two bytes"
SOON = timedelta(minutes=5)


def signed(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    whole = {"sub": "someone", "exp": datetime.now(UTC) + SOON, **claims}
    return jwt.encode({name: value for name, value in whole.items() if value is not None}, secret, algorithm)


@pytest.fixture
def clock() -> list[datetime]:
    return [datetime.now(UTC)]


@pytest.fixture
def checks(database: Database, clock: list[datetime]) -> Authenticator:
    return Authenticator(database, SECRET, lambda: clock[0])


async def test_minted_token_holds(checks: Authenticator) -> None:
    token = mint_token(SECRET, "shop's page", scopes=[READ, WRITE], merchant_id="shop")
    principal = await checks.principal_of(token)
    assert (principal.subject, principal.merchant_id) == ("shop's page", "shop")
    assert principal.scopes == {READ, WRITE}
    assert principal.expires_at is not None
    assert timedelta(minutes=59) < principal.expires_at - datetime.now(UTC) <= timedelta(hours=1)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        "a.b.c",
        signed(secret="another secret of thirty-two bytes.."),
        signed(exp=datetime.now(UTC) - timedelta(seconds=6)),
        signed(exp=None),
        signed(sub=None),
        signed(sub=7),
        signed(iat=datetime.now(UTC) + timedelta(hours=1)),
        signed(nbf=datetime.now(UTC) + timedelta(hours=1)),
        signed(exp="soon"),
        signed(secret=SECRET * 2, algorithm="HS512"),
        jwt.encode({"sub": "x", "exp": 9_999_999_999}, "", algorithm="none"),
        signed(merchant_id=""),
        signed(merchant_id=["shop"]),
        signed(merchant_id="shop\n"),
        signed(scope=["admin"]),
        "x" * 9_000,
    ],
)
async def test_token_does_not_hold(checks: Authenticator, token: str) -> None:
    with pytest.raises(BadCredentials):
        await checks.principal_of(token)


async def test_null_merchant_is_not_no_merchant(checks: Authenticator) -> None:
    token = jwt.encode({"sub": "x", "exp": datetime.now(UTC) + SOON, "merchant_id": None, "scope": "admin"}, SECRET)
    with pytest.raises(BadCredentials, match="merchant_id"):
        await checks.principal_of(token)


async def test_unknown_scopes_are_nothing(checks: Authenticator) -> None:
    assert (await checks.principal_of(signed(scope="admin everything"))).scopes == {ADMIN}


async def test_without_a_secret_no_token_holds(database: Database) -> None:
    with pytest.raises(BadCredentials, match="no signed tokens"):
        await Authenticator(database, None).principal_of(signed())


async def make_key(database: Database, **columns: object) -> tuple[str, str]:
    parts, text = new_key()
    values = {"name": "test", "merchant_id": None, "scopes": [READ], "expires_at": None, **columns}
    await database.fetch_one(Q.create_api_key, key_id=parts.key_id, digest=parts.digest, **values)
    return parts.key_id, text


async def test_key_holds_until_five_seconds_after_it_is_revoked(
    database: Database, checks: Authenticator, clock: list[datetime]
) -> None:
    key_id, text = await make_key(database, scopes=[READ, "unheard-of"])
    statements: list[str] = []
    database.on_statement = statements.append
    principal = [await checks.principal_of(text) for _ in range(3)][-1]
    assert principal == Principal(f"key {key_id}", None, frozenset({READ}))
    assert statements == ["api_keys_by_id"]
    await database.fetch_one(Q.revoke_api_key, key_id=key_id, merchant_id=None)
    clock[0] += timedelta(seconds=5)
    with pytest.raises(BadCredentials, match="revoked"):
        await checks.principal_of(text)


async def test_key_ends_when_it_says(database: Database, checks: Authenticator, clock: list[datetime]) -> None:
    _, text = await make_key(database, expires_at=clock[0] + timedelta(seconds=1))
    await checks.principal_of(text)
    clock[0] += timedelta(seconds=1)
    with pytest.raises(BadCredentials, match="expired"):
        await checks.principal_of(text)


async def test_key_with_another_secret_does_not_hold(database: Database, checks: Authenticator) -> None:
    key_id, _ = await make_key(database)
    for text in (f"z402_{key_id}_{'A' * 43}", f"z402_{'0' * 16}_{'A' * 43}", "z402_", f"z402_{key_id}_short"):
        with pytest.raises(BadCredentials, match="does not hold"):
            await checks.principal_of(text)


async def test_malformed_key_asks_nothing_of_the_store(database: Database, checks: Authenticator) -> None:
    statements: list[str] = []
    database.on_statement = statements.append
    with pytest.raises(BadCredentials):
        await checks.principal_of("z402_x'; DROP TABLE api_keys; --")
    assert statements == []


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, None),
        ({"authorization": "Bearer abc"}, "abc"),
        ({"authorization": "bearer  abc "}, "abc"),
        ({"x-api-key": "key"}, "key"),
        ({"authorization": "Bearer abc", "x-api-key": "key"}, "abc"),
    ],
)
def test_where_credentials_are(headers: dict[str, str], found: str | None) -> None:
    assert credential_of(headers) == found


@pytest.mark.parametrize("authorization", ["Basic eA==", "abc", "Bearer", "Bearer "])
def test_other_schemes_are_refused(authorization: str) -> None:
    with pytest.raises(BadCredentials, match="Bearer"):
        credential_of({"authorization": authorization})


@pytest.mark.parametrize(("scopes", "merchant_id"), [(["root"], None), ([READ], "no good"), ([READ], "")])
def test_nonsense_is_not_minted(scopes: list[str], merchant_id: str | None) -> None:
    with pytest.raises(ValueError, match=r"scopes are|no merchant id"):
        mint_token(SECRET, "x", scopes=scopes, merchant_id=merchant_id)

"""Tokens of another issuer: its keys are fetched, kept, and never mixed with a secret or with each other."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.app import create_app
from gateway.auth import Authenticator, BadCredentials, mint_token
from gateway.health import check
from gateway.jwks import ASK_AGAIN_SECONDS, KEPT_SECONDS, MAX_BYTES, IssuerKeys, IssuerUnavailable
from gateway.settings import Settings
from resolvers.context import READ
from sql import Database
from tests.gateway.issuer import KINDS, Issuer, issuing

SECRET = "a secret of at least thirty-two bytes"


class Clock:
    """Goes when it is told to."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    async with issuing() as made:
        yield made


@pytest.fixture
async def keys(issuer: Issuer, clock: Clock) -> AsyncIterator[IssuerKeys]:
    made = IssuerKeys(issuer.url, clock)
    yield made
    await made.close()


@pytest.fixture
def checks(keys: IssuerKeys) -> Authenticator:
    return Authenticator(nobody(), SECRET, issuer=keys)


def nobody() -> Database:
    """A database that is not asked."""
    return Database("postgresql://nobody@127.0.0.1:1/none")


@pytest.mark.parametrize("algorithm", KINDS)
async def test_tokens_of_each_algorithm_hold(checks: Authenticator, issuer: Issuer, algorithm: str) -> None:
    principal = await checks.principal_of(
        issuer.token(algorithm, merchant_id="shop", scope="analytics:read unheard-of")
    )
    assert (principal.subject, principal.merchant_id) == ("someone", "shop")
    assert principal.scopes == {READ}
    ours = await checks.principal_of(mint_token(SECRET, "ours", scopes=[READ]))
    assert ours.subject == "ours"


async def test_claims_are_judged_as_those_of_our_own_tokens(checks: Authenticator, issuer: Issuer) -> None:
    for claims in ({"merchant_id": None}, {"merchant_id": ""}, {"scope": ["admin"]}, {"exp": 1}, {"aud": "elsewhere"}):
        with pytest.raises(BadCredentials):
            await checks.principal_of(issuer.token("RS256", **claims))


async def test_only_tokens_for_us_hold_where_we_have_a_name(issuer: Issuer, keys: IssuerKeys) -> None:
    checks = Authenticator(nobody(), SECRET, issuer=keys, audience="z402")
    await checks.principal_of(issuer.token("ES256", aud=["z402", "other"]))
    await checks.principal_of(mint_token(SECRET, "ours", scopes=[READ]))
    for claims in ({}, {"aud": "other"}):
        with pytest.raises(BadCredentials):
            await checks.principal_of(issuer.token("ES256", **claims))


def forged(issuer: Issuer, algorithm: str, secret: bytes) -> str:
    """A token that takes a secret to check, and names a public key; our library refuses to make such a thing."""
    parts = ({"alg": "HS256", "typ": "JWT", "kid": f"key of {algorithm}"}, {"sub": "x", "exp": 9_999_999_999})
    text = ".".join(_base64(json.dumps(part).encode()) for part in parts)
    return f"{text}.{_base64(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize("own_secret", [SECRET, None])
async def test_a_public_key_is_no_secret(issuer: Issuer, keys: IssuerKeys, own_secret: str | None) -> None:
    checks = Authenticator(nobody(), own_secret, issuer=keys)
    for algorithm in KINDS:
        public = issuer.private[algorithm].public_key()
        forms = [public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)]
        forms.append(json.dumps(issuer.public(algorithm)).encode())
        for form in forms:
            with pytest.raises(BadCredentials, match="does not hold"):
                await checks.principal_of(forged(issuer, algorithm, form))


async def test_a_key_is_for_its_own_algorithm_alone(checks: Authenticator, issuer: Issuer) -> None:
    issuer.jwks.append({"kty": "oct", "kid": "shared", "alg": "HS256", "k": _base64(SECRET.encode())})
    for token in (issuer.token("RS256", kid="key of ES256"), issuer.token("EdDSA", kid="key of RS256")):
        with pytest.raises(BadCredentials, match="does not hold"):
            await checks.principal_of(token)
    with pytest.raises(BadCredentials, match="does not have"):
        await checks.principal_of(issuer.token("RS256", kid="shared"))


async def test_keys_are_fetched_once_and_again_for_a_new_name_but_rarely(
    checks: Authenticator, issuer: Issuer, clock: Clock
) -> None:
    tokens = [issuer.token("ES256", sub=f"{number}") for number in range(20)]
    await asyncio.gather(*(checks.principal_of(token) for token in tokens))
    assert issuer.asked == 1
    issuer.jwks.append(issuer.public("RS256", "new"))
    for _ in range(3):
        with pytest.raises(BadCredentials, match="does not have"):
            await checks.principal_of(issuer.token("RS256", kid="new"))
    assert issuer.asked == 1
    clock.now += ASK_AGAIN_SECONDS
    await checks.principal_of(issuer.token("RS256", kid="new"))
    assert issuer.asked == 2


async def test_a_key_that_is_taken_away_ends(keys: IssuerKeys, issuer: Issuer, clock: Clock) -> None:
    assert await keys.key("key of ES256")
    issuer.jwks = [issuer.public("RS256")]
    clock.now += KEPT_SECONDS
    assert await keys.key("key of ES256")  # the new set is on its way, which nobody waits for
    assert await keys.problem() is None
    assert await keys.key("key of ES256") is None


async def test_the_last_keys_are_kept_while_the_issuer_is_away(
    checks: Authenticator, keys: IssuerKeys, issuer: Issuer, clock: Clock
) -> None:
    await checks.principal_of(issuer.token("RS256"))
    await issuer.close()
    clock.now += KEPT_SECONDS
    assert await keys.problem() == "ConnectError"
    await checks.principal_of(issuer.token("RS256", sub="another"))
    with pytest.raises(IssuerUnavailable):
        await checks.principal_of(issuer.token("RS256", kid="new"))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"status": 500}, "HTTP 500"),
        ({"padding": MAX_BYTES}, f"more than {MAX_BYTES} bytes"),
        ({"jwks": []}, "no set of keys"),
        ({"jwks": [{"kty": "oct", "kid": "x", "k": "AAAA"}]}, "no key for ES256, EdDSA, RS256"),
        ({"jwks": 5}, "no set of keys"),
    ],
)
async def test_an_answer_that_holds_no_keys_is_told(
    keys: IssuerKeys, issuer: Issuer, clock: Clock, change: dict[str, object], problem: str
) -> None:
    for name, value in change.items():
        setattr(issuer, name, value)
    with pytest.raises(IssuerUnavailable):
        await keys.key("key of RS256")
    assert await keys.problem() == problem
    issuer.status, issuer.padding, issuer.jwks = 200, 0, [issuer.public("RS256")]
    clock.now += ASK_AGAIN_SECONDS
    assert await keys.key("key of RS256")
    assert await keys.problem() is None


async def test_an_issuer_that_says_nothing_is_not_waited_for_long(
    keys: IssuerKeys, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.jwks.SECONDS", 0.05)
    issuer.delay = 1.0
    with pytest.raises(IssuerUnavailable):
        await keys.key("key of RS256")
    assert await keys.problem() == "TimeoutError"


async def test_while_the_issuer_is_away_each_route_refuses_with_a_code(database_url: str, tmp_path: Path) -> None:
    async with issuing() as issuer:
        url = issuer.url
    app = create_app(Settings(data_dir=tmp_path, database_url=database_url, jwks_url=url))
    headers = {"authorization": f"Bearer {issuer.token('RS256')}"}
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://z402") as client,
    ):
        answers = [
            await client.post("/graphql", headers=headers, json={"query": "{ viewer { subject } }"}),
            await client.get("/api/v1/analytics/realtime", headers=headers),
            await client.post("/events", headers=headers, json=[]),
            await client.get("/exports/none", headers=headers),
        ]
        assert [answer.status_code for answer in answers] == [503] * 4
        assert ["ISSUER_UNAVAILABLE" in answer.text for answer in answers] == [True] * 4
        ready = (await client.get("/ready")).json()
    assert ready["parts"]["issuer"]["state"] == "degraded"
    assert "ConnectError" in ready["parts"]["issuer"]["detail"]


async def test_readiness_tells_of_an_issuer_that_is_there(database: Database, keys: IssuerKeys) -> None:
    assert (await check(database, None, keys)).parts["issuer"].state == "ok"
    assert "issuer" not in (await check(database, None)).parts

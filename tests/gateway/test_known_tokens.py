"""A verified token is known until it expires, and no other for its sake."""

import jwt
import pytest

from gateway.auth import LEEWAY_SECONDS, Authenticator, BadCredentials, mint_token
from gateway.known_tokens import KnownTokens
from resolvers.context import Principal
from sql import Database

SECRET = "s" * 40
WHO = Principal("somebody", "shop", frozenset())


class Moment:
    """A clock that stands where it is put."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_token_is_known_up_to_its_end_and_no_longer() -> None:
    moment = Moment()
    tokens = KnownTokens(moment)
    tokens.add("abc", WHO, 1_010)
    moment.now = 1_009.9
    assert tokens.get("abc") is WHO
    moment.now = 1_010
    assert tokens.get("abc") is None
    moment.now = 1_000
    assert tokens.get("abc") is None


def test_other_tokens_are_not_known() -> None:
    tokens = KnownTokens(Moment())
    tokens.add("abc", WHO, 2_000)
    for token in ("", "ab", "abd", "abcd", "ABC", "\udc80"):
        assert tokens.get(token) is None


def test_the_longest_unused_is_forgotten() -> None:
    tokens = KnownTokens(Moment(), most=2)
    for token in ("a", "b"):
        tokens.add(token, WHO, 2_000)
    assert tokens.get("a") is WHO
    tokens.add("c", WHO, 2_000)
    assert [tokens.get(token) for token in "abc"] == [WHO, None, WHO]


async def test_a_known_token_is_verified_once_and_a_forged_one_never_known(monkeypatch: pytest.MonkeyPatch) -> None:
    authenticator = Authenticator(Database("postgresql://nobody@127.0.0.1:1/none"), SECRET)
    verified: list[str] = []
    decode = jwt.decode

    def counted(token: str, *arguments: object, **named: object) -> object:
        verified.append(token)
        return decode(token, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(jwt, "decode", counted)
    token = mint_token(SECRET, "somebody", scopes=["analytics:read"], merchant_id="shop")
    first, second = await authenticator.principal_of(token), await authenticator.principal_of(token)
    assert first == second
    assert verified == [token]
    forged = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    for _ in range(2):
        with pytest.raises(BadCredentials):
            await authenticator.principal_of(forged)
    assert verified == [token, forged, forged]


async def test_a_token_is_known_as_long_as_it_would_be_verified() -> None:
    authenticator = Authenticator(Database("postgresql://nobody@127.0.0.1:1/none"), SECRET)
    token = mint_token(SECRET, "somebody", scopes=["analytics:read"], merchant_id="shop")
    principal = await authenticator.principal_of(token)
    assert principal.expires_at is not None
    end = principal.expires_at.timestamp() + LEEWAY_SECONDS
    moment = authenticator._tokens._clock = Moment()
    moment.now = end - 0.001
    assert authenticator._tokens.get(token) == principal
    moment.now = end
    assert authenticator._tokens.get(token) is None

"""Who asks: a signed token or an API key becomes a Principal, or is refused.

Tokens are JWTs, signed with our secret (HS256) or by an issuer whose public keys we know; which of the two is told by
the token's algorithm, and a key is never used with another one than its own. API keys are looked up by their id and
compared by digest; what was found is kept for a moment, so that a revoked key stops within five seconds.
"""

import hmac
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt
from starlette.requests import HTTPConnection

from gateway.jwks import ALGORITHMS, KEPT_SECONDS, IssuerKeys
from gateway.known_tokens import KnownTokens
from resolvers.api_keys import PREFIX, read_key
from resolvers.context import MERCHANT_ID, SCOPES, Principal, Store, system_clock
from resolvers.errors import Unauthenticated
from sql import Q, rows

ALGORITHM: Final = "HS256"
LEEWAY_SECONDS: Final = 5
#: A socket may open with a key that was revoked so long ago, and ends when all keys in use are looked up next
#: (`gateway.sessions`): five seconds together.
KEY_KEPT: Final = timedelta(seconds=1)
MAX_KEYS_KEPT: Final = 10_000
MAX_CREDENTIAL_LENGTH: Final = 8_192


class BadCredentials(Unauthenticated):
    """What was shown does not hold; the message may be told."""


class Authenticator:
    """Checks credentials; one per process."""

    def __init__(
        self,
        store: Store,
        jwt_secret: str | None,
        clock: Callable[[], datetime] = system_clock,
        *,
        issuer: IssuerKeys | None = None,
        audience: str | None = None,
    ) -> None:
        self._store = store
        self._secret = jwt_secret
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._keys: OrderedDict[str, tuple[datetime, rows.ApiKey | None]] = OrderedDict()
        self._tokens = KnownTokens()

    async def of_request(self, request: HTTPConnection) -> Principal | None:
        """Return who sends a request, None for nobody; raise BadCredentials, IssuerUnavailable or StoreUnavailable."""
        credential = credential_of(request.headers)
        return None if credential is None else await self.principal_of(credential)

    async def principal_of(self, credential: str) -> Principal:
        """Return who shows a token or a key; raise BadCredentials.

        Raises IssuerUnavailable where a token cannot be checked now, StoreUnavailable where a key cannot be.
        """
        if len(credential) > MAX_CREDENTIAL_LENGTH:
            raise BadCredentials("The token is too long.")
        if credential.startswith(PREFIX):
            return await self._of_key(credential)
        return await self._of_token(credential)

    async def ended_keys(self, keys: Collection[str]) -> set[str]:
        """Return those API keys that no longer hold, looked up in one statement; raise StoreUnavailable."""
        parts = {key: found for key in keys if (found := read_key(key))}
        if not parts:
            return set(keys)
        stored: list[rows.ApiKey] = await self._store.fetch(
            Q.api_keys_by_id, key_ids=[each.key_id for each in parts.values()]
        )
        rows_by_id = {row.key_id: row for row in stored}
        return {key for key in keys if key not in parts or not self._holds(rows_by_id.get(parts[key].key_id))}

    def _holds(self, row: rows.ApiKey | None) -> bool:
        if row is None or row.revoked_at is not None:
            return False
        return row.expires_at is None or row.expires_at > self._clock()

    async def _of_token(self, token: str) -> Principal:
        if self._secret is None and self._issuer is None:
            raise BadCredentials("This server takes no signed tokens.")
        known = self._tokens.get(token)
        if known is not None:
            return known
        try:
            key, audience = await self._key_of(jwt.get_unverified_header(token))
            claims = jwt.decode(
                token,
                key,
                # Its own, never what the token says: a public key must not pass for a secret.
                algorithms=[key.algorithm_name if isinstance(key, jwt.PyJWK) else ALGORITHM],
                audience=audience,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "sub"]},
            )
        except jwt.ExpiredSignatureError:
            raise BadCredentials("The token has expired.") from None
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError):
            raise BadCredentials("The token does not hold.") from None
        principal = _of_claims(claims)
        until = float(int(claims["exp"]) + LEEWAY_SECONDS)
        # The issuer may take its key away before that.
        until = until if key is self._secret else min(until, time.time() + KEPT_SECONDS)
        self._tokens.add(token, principal, until)
        return principal

    async def _key_of(self, header: Mapping[str, Any]) -> tuple[str | jwt.PyJWK, str | None]:
        """Return what a token of this header is to be checked with, and for whom it must be."""
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm == ALGORITHM and self._secret is not None:
            return self._secret, None
        if algorithm in ALGORITHMS and self._issuer is not None and isinstance(kid, str):
            key = await self._issuer.key(kid)
            if key is not None:
                return key, self._audience
            raise BadCredentials("The token names a key that the issuer does not have.")
        raise BadCredentials("The token does not hold.")

    async def _of_key(self, text: str) -> Principal:
        parts = read_key(text)
        row = await self._key(parts.key_id) if parts else None
        if parts is None or row is None or not hmac.compare_digest(row.digest, parts.digest):
            raise BadCredentials("The API key does not hold.")
        if row.revoked_at is not None:
            raise BadCredentials("The API key was revoked.")
        if row.expires_at is not None and row.expires_at <= self._clock():
            raise BadCredentials("The API key has expired.")
        return Principal(f"key {row.key_id}", row.merchant_id, frozenset(row.scopes) & SCOPES, row.expires_at)

    async def _key(self, key_id: str) -> rows.ApiKey | None:
        now = self._clock()
        kept = self._keys.get(key_id)
        if kept is not None and now - kept[0] < KEY_KEPT:
            return kept[1]
        found: list[rows.ApiKey] = await self._store.fetch(Q.api_keys_by_id, key_ids=[key_id])
        row = found[0] if found else None
        self._keys[key_id] = (now, row)
        self._keys.move_to_end(key_id)
        if len(self._keys) > MAX_KEYS_KEPT:
            self._keys.popitem(last=False)
        return row


def credential_of(headers: Mapping[str, str]) -> str | None:
    """Return the credential that a request's headers or a socket's first message carry; None for none.

    Names are looked up in small letters. Raises BadCredentials for an authorization that is not Bearer.
    """
    authorization = headers.get("authorization")
    if authorization is None:
        return headers.get("x-api-key")
    scheme, _, credential = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not credential.strip():
        raise BadCredentials("Send Authorization: Bearer and the token.")
    return credential.strip()


def mint_token(
    secret: str,
    subject: str,
    *,
    scopes: Iterable[str],
    merchant_id: str | None = None,
    lifetime: timedelta = timedelta(hours=1),
    now: datetime | None = None,
) -> str:
    """Return a signed token; raise ValueError for a scope or a merchant id that cannot be."""
    given = sorted(set(scopes))
    if not SCOPES.issuperset(given):
        raise ValueError(f"scopes are {', '.join(sorted(SCOPES))}")
    if merchant_id is not None and not MERCHANT_ID.fullmatch(merchant_id):
        raise ValueError("that is no merchant id")
    issued = now or system_clock()
    claims: dict[str, Any] = {"sub": subject, "iat": issued, "exp": issued + lifetime, "scope": " ".join(given)}
    if merchant_id is not None:
        claims["merchant_id"] = merchant_id
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def _of_claims(claims: Mapping[str, Any]) -> Principal:
    merchant_id, scope = claims.get("merchant_id"), claims.get("scope", "")
    # A claim that is there but empty or of another type must never pass for "no merchant".
    if "merchant_id" in claims and not (isinstance(merchant_id, str) and MERCHANT_ID.fullmatch(merchant_id)):
        raise BadCredentials("The token's merchant_id is no merchant id.")
    if not isinstance(scope, str):
        raise BadCredentials("The token's scope must be text, its parts separated by spaces.")
    expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
    return Principal(str(claims["sub"]), merchant_id, frozenset(scope.split()) & SCOPES, expires_at)

"""The public keys of an issuer of tokens, by `kid`: fetched when they are needed, and kept while the issuer is away.

They are asked for again every few minutes, and when a token names a key that is not among them; both at most once in
a few seconds, so that tokens with made-up names cost the issuer nothing.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpcore2
import orjson
import structlog
from jwt import PyJWK, PyJWKSet, PyJWTError

from resolvers.errors import AnalyticsError, ErrorCode

log = structlog.get_logger()

#: Each key is for one of these alone; a secret (HS256) never comes from here.
ALGORITHMS: Final = frozenset({"RS256", "ES256", "EdDSA"})
SECONDS: Final = 5.0
MAX_BYTES: Final = 256 * 1024
ASK_AGAIN_SECONDS: Final = 5.0
#: A key that the issuer has taken away ends after so long.
KEPT_SECONDS: Final = 300.0
HEADERS: Final = [("accept", "application/json"), ("user-agent", "Z402-Analytics/1")]


class IssuerUnavailable(AnalyticsError):
    """The keys that a token is to be checked with cannot be had now."""

    def __init__(self) -> None:
        message = "The issuer's keys cannot be had, so the token cannot be checked; try again."
        super().__init__(ErrorCode.ISSUER_UNAVAILABLE, message)


class NoKeys(Exception):
    """What the issuer answered holds no keys."""


AWAY: Final = (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError, OSError, NoKeys)


class IssuerKeys:
    """The keys behind one URL; one per process."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._keys: Mapping[str, PyJWK] = {}
        self._asked_at: float | None = None
        self._told_at: float | None = None
        self._asking: asyncio.Task[None] | None = None
        self._problem: str | None = None

    async def key(self, kid: str) -> PyJWK | None:
        """Return the key of this name, None where the issuer has none; raise IssuerUnavailable if it does not say."""
        known = self._keys.get(kid)
        if known is not None:
            self._ask_if_old()  # not waited for: the key holds until another set comes
            return known
        await self._ask()
        found = self._keys.get(kid)
        if found is None and self._problem is not None:
            raise IssuerUnavailable
        return found

    async def problem(self) -> str | None:
        """Return why the keys cannot be had now, None where all is well; asks if they were never had or are old."""
        if self._old:
            await self._ask()
        return self._problem

    async def close(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    @property
    def _old(self) -> bool:
        return self._told_at is None or self._clock() - self._told_at >= KEPT_SECONDS

    def _ask_if_old(self) -> None:
        if self._old:
            self._begin()

    async def _ask(self) -> None:
        self._begin()
        if self._asking is not None:
            await asyncio.shield(self._asking)  # who leaves does not end it for the others

    def _begin(self) -> None:
        if self._asking is not None and not self._asking.done():
            return
        now = self._clock()
        if self._asked_at is None or now - self._asked_at >= ASK_AGAIN_SECONDS:
            self._asked_at = now
            self._asking = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                self._keys = read_keys(await self._fetch())
        except AWAY as error:
            self._problem = str(error) if isinstance(error, NoKeys) else type(error).__name__
            log.warning("issuer.keys_unavailable", reason=self._problem, kept=len(self._keys))
        else:
            self._problem, self._told_at = None, self._clock()

    async def _fetch(self) -> bytes:
        tls = await asyncio.to_thread(ssl.create_default_context)
        body = bytearray()
        async with (
            httpcore2.AsyncConnectionPool(ssl_context=tls, max_keepalive_connections=0) as pool,
            pool.stream("GET", self._url, headers=HEADERS) as response,
        ):
            if response.status != 200:
                raise NoKeys(f"HTTP {response.status}")
            async for chunk in response.aiter_stream():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise NoKeys(f"more than {MAX_BYTES} bytes")
        return bytes(body)


def read_keys(body: bytes) -> dict[str, PyJWK]:
    """Return the keys for signatures that a JWK set holds, by name; others are passed over. Raises NoKeys for none."""
    try:
        given = orjson.loads(body)
        found = PyJWKSet([each for each in given["keys"] if _is_public(each)])
    except (ValueError, TypeError, KeyError, PyJWTError):
        raise NoKeys("no set of keys") from None
    keys = {str(key.key_id): key for key in found if key.algorithm_name in ALGORITHMS}
    if not keys:
        raise NoKeys(f"no key for {', '.join(sorted(ALGORITHMS))}")
    return keys


def _is_public(key: Any) -> bool:
    """Whether it is a named public key to check signatures with."""
    return (
        isinstance(key, dict) and isinstance(key.get("kid"), str) and key.get("use", "sig") == "sig" and "d" not in key
    )

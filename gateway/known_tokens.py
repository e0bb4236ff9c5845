"""Signed tokens that were verified, until they expire: checking a signature costs more than most answers.

A token is known by a digest under a key of this process' own, so that none is kept in memory and nothing about one can
be learnt from how long it takes to find. What does not hold is never remembered.
"""

import os
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import Final

from resolvers.context import Principal

MAX_TOKENS: Final = 10_000


class KnownTokens:
    """Who showed which token; the longest unused one is forgotten first."""

    def __init__(self, clock: Callable[[], float] = time.time, *, most: int = MAX_TOKENS) -> None:
        self._clock = clock
        self._most = most
        self._key = os.urandom(32)
        self._known: OrderedDict[bytes, tuple[Principal, float]] = OrderedDict()

    def get(self, token: str) -> Principal | None:
        """Return who it is; None for a token that is not known, or no more valid."""
        digest = self._digest(token)
        found = self._known.get(digest)
        if found is None:
            return None
        principal, until = found
        if until <= self._clock():
            del self._known[digest]
            return None
        self._known.move_to_end(digest)
        return principal

    def add(self, token: str, principal: Principal, until: float) -> None:
        """Know a token that was verified, up to a Unix time."""
        self._known[self._digest(token)] = (principal, until)
        if len(self._known) > self._most:
            self._known.popitem(last=False)

    def _digest(self, token: str) -> bytes:
        return blake2b(token.encode("utf-8", "surrogatepass"), digest_size=16, key=self._key).digest()

"""Answers of merchants in Redis, and who computes those that are missing: `analytics:{kind}:{merchant}:{...}`.

Whoever finds an answer missing takes a lease on it before asking the database, and may keep what it computed only
while it holds the lease. What changes afterwards takes the lease away, so nothing is kept that was computed before an
event of its time was committed. A lease is short and renewed: one whose holder died is soon free.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from redis.exceptions import NoScriptError

from gateway.cache.link import Away, Command, Link
from gateway.cache.scripts import INVALIDATE, LOADING, PUT, RENEW, TAKE

TOKEN_BYTES: Final = 16
LEASE_MS: Final = 1_500
#: So many answers of a merchant are kept at most; further ones are computed each time.
MAX_ANSWERS: Final = 20_000
EVER: Final = 9_000_000_000_000_000
ALL_STREAMS: Final = 0x7FFF_FFFF


class Wanted(Protocol):
    """An answer that a caller has not: which streams and which time (start up to end) it is about, what was seen."""

    @property
    def merchant_id(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def streams(self) -> int: ...
    @property
    def start_us(self) -> int: ...
    @property
    def end_us(self) -> int: ...
    @property
    def seen(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a merchant's time in which events of some streams changed; both ends included."""

    streams: int
    first_us: int
    last_us: int


EVERYTHING: Final = Span(ALL_STREAMS, -EVER, EVER)


class RedisAnswers:
    """What all processes keep together. Each method tells by None, or by silence, that Redis is away."""

    def __init__(self, link: Link, *, lease_ms: int = LEASE_MS, max_answers: int = MAX_ANSWERS) -> None:
        self.renew_seconds = lease_ms / 3000
        self._link = link
        self._lease_ms = lease_ms
        self._max_answers = max_answers
        self._to_clear: set[str] = set()
        link.on_connect.append(self._clear_owed)

    @property
    def up(self) -> bool:
        """Whether Redis answers."""
        return self._link.up

    async def get(self, keys: Sequence[str]) -> list[bytes | None] | None:
        """Return the answers that are there."""
        try:
            [reply] = await self._link.call(("MGET", *keys))
        except Away:
            return None
        found: list[bytes | None] | None = self._sound(reply)
        return found

    async def take(self, token: bytes, wanted: Sequence[Wanted]) -> list[bytes] | None:
        """Return for each its answer, or the token of who computes it: `token` if that is the caller now.

        An empty one means that the merchant has too many answers: compute it, and do not put it.
        """
        places = _by_merchant(each.merchant_id for each in wanted)
        commands = [self._take(token, merchant_id, [wanted[n] for n in found]) for merchant_id, found in places.items()]
        try:
            replies = await self._link.call(*commands)
        except Away:
            return None
        found: list[bytes] = [b""] * len(wanted)
        for numbers, reply in zip(places.values(), replies, strict=True):
            told = self._sound(reply)
            if told is None:
                return None
            for number, value in zip(numbers, told, strict=True):
                found[number] = value
        return found

    def put(self, token: bytes, answers: Sequence[tuple[str, str, int, bytes]]) -> "asyncio.Future[list[Any]]":
        """Keep answers, told as merchant, key, milliseconds to live and bytes, and give their leases back.

        With 0 to live the lease is given back and nothing kept. Nobody needs to wait for it.
        """
        places = _by_merchant(each[0] for each in answers)
        commands = []
        for numbers in places.values():
            arguments: list[str | bytes | int] = [token]
            for number in numbers:
                arguments += answers[number][2:]
            commands.append(PUT.call([answers[number][1] for number in numbers], arguments))
        return self._link.send(commands)

    def renew(self, token: bytes, keys: Sequence[tuple[str, str]]) -> None:
        """Hold the leases on keys, told as merchant and key, for longer."""
        places = _by_merchant(merchant_id for merchant_id, _ in keys)
        self._link.send([RENEW.call([keys[n][1] for n in found], [token, self._lease_ms]) for found in places.values()])

    async def clear(self, merchant_id: str) -> int | None:
        """Drop all answers of a merchant, as soon as Redis is back if it is away; return how many there were."""
        try:
            [dropped] = await self._link.call(invalidate(merchant_id, [EVERYTHING]))
            return int(dropped) + await self._sweep(merchant_id)
        except Away:
            self._to_clear.add(merchant_id)
            return None

    async def _clear_owed(self) -> None:
        owed = list(self._to_clear)
        if owed:
            await self._link.send([invalidate(merchant_id, [EVERYTHING]) for merchant_id in owed])
            self._to_clear.difference_update(owed)

    async def _sweep(self, merchant_id: str) -> int:
        """Drop what no index knows: Redis may have evicted the index."""
        cursor, dropped = b"0", 0
        while True:
            [[cursor, keys]] = await self._link.call(
                ("SCAN", cursor, "MATCH", f"analytics:*:{{{merchant_id}}}:*", "COUNT", 1_000)
            )
            answers = [key for key in keys if not key.startswith(b"analytics:index:")]
            if answers:
                dropped += int((await self._link.call(("UNLINK", *answers)))[0])
            if cursor == b"0":
                return dropped

    def _take(self, token: bytes, merchant_id: str, wanted: Sequence[Wanted]) -> Command:
        arguments: list[str | bytes | int] = [token, self._lease_ms, self._max_answers]
        for each in wanted:
            arguments += (each.seen, each.end_us, f"{each.streams} {each.start_us}")
        return TAKE.call([_index(merchant_id), *(each.key for each in wanted)], arguments)

    def _sound(self, reply: Any) -> Any:
        """What Redis said, or None where it failed."""
        if isinstance(reply, NoScriptError):
            self._link.lose("the scripts are gone")
        return None if isinstance(reply, Exception) else reply


def answers_link(url: str) -> Link:
    """A link on which answers can be kept and dropped."""
    return Link(url, LOADING)


def invalidate(merchant_id: str, spans: Iterable[Span]) -> Command:
    """The command that drops what spans touch."""
    arguments: list[str | bytes | int] = []
    for span in spans:
        arguments += (span.streams, span.first_us, span.last_us)
    return INVALIDATE.call([_index(merchant_id)], arguments)


def _index(merchant_id: str) -> str:
    return f"analytics:index:{{{merchant_id}}}"


def _by_merchant(merchant_ids: Iterable[str]) -> dict[str, list[int]]:
    """The numbers of the entries of each merchant: a script touches what is one merchant's."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, merchant_id in enumerate(merchant_ids):
        found[merchant_id].append(number)
    return found

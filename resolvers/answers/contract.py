"""Where answers are kept, as this package sees it: `gateway.cache.answers.RedisAnswers`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

#: The bit of each stream of events; of the times at which payments were first decided and deliveries first attempted,
#: by which answers about wholes are kept; and of what a merchant's profile says.
STREAM_BITS: Final = {
    "payment_events": 1,
    "resource_accesses": 2,
    "payer_sightings": 4,
    "webhook_deliveries": 8,
    "api_requests": 16,
    "first_decided": 32,
    "first_attempted": 64,
    "profile": 128,
}
#: How a key was answered: from what is kept; so, while it is computed anew; by who computed it at the same
#: time; by computing it; by computing it since Redis was away. What is `renewed` was computed for nobody.
OUTCOMES: Final = ("hit", "stale", "shared", "miss", "error", "renewed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An answer that is missing: which streams and which time (start up to end) it is about, what was seen instead."""

    merchant_id: str
    key: str
    streams: int
    start_us: int
    end_us: int
    seen: bytes = b""


class AnswerStore(Protocol):
    """Answers by key, and leases on missing ones. None, or silence, tells that it cannot be reached."""

    @property
    def up(self) -> bool: ...
    @property
    def renew_seconds(self) -> float: ...
    async def get(self, keys: Sequence[str]) -> list[bytes | None] | None: ...
    async def take(self, token: bytes, wanted: Sequence[Wanted]) -> list[bytes] | None: ...
    def put(self, token: bytes, answers: Sequence[tuple[str, str, int, bytes]]) -> object: ...
    def renew(self, token: bytes, keys: Sequence[tuple[str, str]]) -> None: ...
    async def clear(self, merchant_id: str) -> int | None: ...


class Count(Protocol):
    """Counts how keys of a kind were answered."""

    def __call__(self, kind: str, outcome: str, number: int) -> None: ...

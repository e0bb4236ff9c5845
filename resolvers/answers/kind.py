"""A kind of question whose answers are kept."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from typing import Any, Final, Generic, TypeAlias, TypeVar

from resolvers.answers.address import MICRO, Address, address
from resolvers.answers.codec import Codec
from resolvers.answers.contract import STREAM_BITS, Wanted
from resolvers.context import Store
from sql import Query

K = TypeVar("K")
V = TypeVar("V")

#: Raised when what is kept looks or means otherwise than before, though no row class and no query changed.
FORMAT: Final = 1
REALTIME_SECONDS: Final = 30
HOURLY_SECONDS: Final = 300
DAILY_SECONDS: Final = 1_800
WEEKLY_SECONDS: Final = 3_600
HOUR: Final = timedelta(hours=1)
LONGEST_DAY: Final = timedelta(hours=26)

#: Between which instants the boundaries of a key may lie as far as its answer says: () for anywhere.
Until: TypeAlias = Callable[[Any, Any], tuple[datetime, datetime]]


@dataclass(frozen=True)
class Kind(Generic[K, V]):
    """One question: what asks the database, for keys that share a statement, and what its answers follow from.

    Parameters:
        name: the `{kind}` of keys and figures.
        streams: the events that can change an answer, by the names of STREAM_BITS.
        fetch: keys in, an answer for each out, in order.
        value: the type of an answer, made of row classes, lists and scalars.
        queries: what `fetch` sends, so that answers of another text are never read as answers of this one.
        from_beginning: whether events before the key's time can change an answer too.
        beside: the streams whose events bound the key's boundaries; `streams` where that is None.
        seconds: how long answers are kept; by the length of the key's time where that is None.
        until: what else bounds the key's one boundary that is off the quarter hour.
        keeps: whether an answer may be kept at all.
    """

    name: str
    streams: tuple[str, ...]
    fetch: Callable[[Store, list[K]], Awaitable[Sequence[V]]]
    value: Any
    queries: tuple[Query, ...]
    from_beginning: bool = False
    beside: tuple[str, ...] | None = None
    seconds: int | None = None
    until: Until | None = None
    keeps: Callable[[V], bool] | None = None

    @cached_property
    def codec(self) -> Codec[V]:
        """How answers travel."""
        return Codec(self.value)

    @cached_property
    def bits(self) -> int:
        """The streams as one number."""
        return sum(STREAM_BITS[stream] for stream in self.streams)

    @cached_property
    def version(self) -> str:
        """Digest of what an answer looks like and of the statements that it comes from."""
        parts = [str(FORMAT), self.codec.schema, *(query.text for query in self.queries)]
        return blake2b("\x00".join(parts).encode(), digest_size=6).hexdigest()

    def address(self, key: K) -> Address:
        """Return what a key is about."""
        merchant_id = key if isinstance(key, str) else getattr(key, "merchant_id")  # noqa: B009 any key has one
        return address(merchant_id, () if isinstance(key, str) else key, from_beginning=self.from_beginning)

    def key_of(self, place: Address) -> str:
        """Return the key in Redis. A merchant's id has no braces, so that none can be read as another's."""
        return f"analytics:{self.name}:{{{place.merchant_id}}}:{self.version}:{place.text}"

    def wanted(self, place: Address, seen: bytes) -> Wanted:
        """Return what is asked for where there is no answer."""
        return Wanted(place.merchant_id, self.key_of(place), self.bits, place.start_us, place.end_us, seen)

    def lifetime(self, place: Address) -> int:
        """Return for how many seconds an answer is kept: the longer the time it is about, the less it changes."""
        if self.seconds is not None:
            return self.seconds
        length = timedelta(seconds=(place.end_us - place.start_us) / MICRO)
        if length > LONGEST_DAY:
            return WEEKLY_SECONDS
        if length > HOUR:
            return DAILY_SECONDS
        return REALTIME_SECONDS if place.moving else HOURLY_SECONDS

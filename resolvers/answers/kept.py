"""One answer as it is kept: whose computation it is from, until when it is fresh, what it holds for, and the value."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from msgspec import DecodeError

from resolvers.answers.address import Address
from resolvers.answers.between import Bounds
from resolvers.answers.codec import Codec, dump, load

V = TypeVar("V")

TOKEN_BYTES: Final = 16
#: After so long what touched an answer has dropped it, or the process that was to say so is cut off from Redis.
TOLD: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Kept(Generic[V]):
    """An answer: `bounds` are those of its boundaries off the quarter hour, `fresh_until` is Unix time.

    One that is not `whole` is handed on, and not kept.
    """

    value: V
    bounds: Sequence[Bounds]
    as_of: datetime | None
    fresh_until: float
    whole: bool = True

    def fits(self, place: Address) -> bool:
        """Whether it is the answer for these boundaries."""
        return len(self.bounds) == len(place.moving) and all(
            first <= at <= last for (first, last), at in zip(self.bounds, place.moving, strict=True)
        )

    def next_at(self, place: Address) -> datetime | None:
        """Return when the first event lies behind the last boundary, from which on the answer may be another."""
        last = max(range(len(place.moving)), key=place.moving.__getitem__, default=None)
        return None if last is None else self.bounds[last][1]

    def still_there(self, asked_at: datetime) -> "Kept[V]":
        """Return what was found kept, which has all that was acknowledged before it was asked for.

        Whatever touches it drops it first; an acknowledgement waits for that, but not for as long as `TOLD`.
        """
        if self.as_of is None or (as_of := asked_at - TOLD) <= self.as_of:
            return self
        told = hasattr(self.value, "as_of")
        value = replace(self.value, as_of=as_of) if told else self.value  # type: ignore[type-var]
        return replace(self, value=value, as_of=as_of)

    def written(self, token: bytes, codec: Codec[V]) -> bytes:
        """Return it as bytes, behind the token of its computation."""
        return token + dump((self.fresh_until, self.as_of, self.bounds, codec.pack(self.value)))


def opened(data: bytes, codec: Codec[V], place: Address) -> Kept[V] | None:
    """Read what was written; None where it does not fit. Raises Unreadable."""
    try:
        fresh_until, as_of, bounds, packed = load(memoryview(data)[TOKEN_BYTES:])
        found: Kept[V] = Kept(packed, bounds, as_of, fresh_until)
        return Kept(codec.unpack(packed), bounds, as_of, fresh_until) if found.fits(place) else None
    except (DecodeError, ValueError, TypeError, KeyError) as error:
        raise Unreadable from error


class Unreadable(Exception):
    """Not what we wrote."""

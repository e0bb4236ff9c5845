"""Cursors of lists: a position, in most of them in order of time, and a digest that tells when a cursor is not ours.

The digest covers the list too, so that a cursor of one merchant's list, or of another order, is refused and never
taken for a place that it does not mean. It is no secret: who forges one gains a place in a list of their own.
"""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from resolvers.errors import BadInput

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
TIME = struct.Struct(">q")
DIGEST_BYTES = 8
MAX_LENGTH = 6_000  # the longest that an id may be, written as JSON: six characters for each of its bytes, in base64


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a list in order of time; ids break ties."""

    at: datetime
    id: str


def write_cursor(of: str, position: Position) -> str:
    """Return the cursor of a position in the list that `of` names."""
    body = TIME.pack((position.at - EPOCH) // MICROSECOND) + position.id.encode()
    return urlsafe_b64encode(_digest(of, body) + body).decode().rstrip("=")


def read_cursor(of: str, cursor: str, argument: str) -> Position:
    """Return the position of a cursor of that list; raise BadInput, naming the argument, for any other text."""
    try:
        if len(cursor) > MAX_LENGTH:
            raise ValueError
        # Any other text of the same bytes is refused as well: base64 leaves a few bits to whoever wants to play.
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        digest, body = raw[:DIGEST_BYTES], raw[DIGEST_BYTES:]
        if digest != _digest(of, body) or urlsafe_b64encode(raw).decode().rstrip("=") != cursor:
            raise ValueError
        return Position(EPOCH + TIME.unpack_from(body)[0] * MICROSECOND, body[TIME.size :].decode())
    except (ValueError, struct.error, OverflowError):
        raise BadInput(
            f"{argument} is not a cursor of this list in this order; take one from pageInfo or an edge."
        ) from None


def _digest(of: str, body: bytes) -> bytes:
    return blake2b(of.encode() + b"\0" + body, digest_size=DIGEST_BYTES, person=b"z402 cursor").digest()

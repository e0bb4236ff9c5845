"""A stream of bytes to chunks of events, with the number of each, in bounded memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from gateway.ingest.check import Terms
from gateway.ingest.codes import Code, Refusal
from gateway.ingest.decode import decode
from gateway.ingest.events import Event
from gateway.ingest.lines import TRUNCATED, Item
from gateway.ingest.sniff import SniffingSplitter

PIECE_BYTES: Final = 64 * 1024
# What is written in one transaction: many events, yet a bounded number of bytes and of milliseconds.
CHUNK_EVENTS: Final = 6_000
CHUNK_BYTES: Final = 8 * 1024 * 1024


@dataclass(slots=True)
class Chunk:
    """Events to be written together, the number of each, and what was refused before it came to writing."""

    numbers: list[int] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    refused: list[tuple[int, Refusal]] = field(default_factory=list)
    bytes: int = 0
    last: int = 0  # the number of the last element looked at, blank ones among them

    def __len__(self) -> int:
        return len(self.events) + len(self.refused)

    def add(self, number: int, outcome: Event | Refusal) -> None:
        """Take the next element."""
        self.last = number
        if isinstance(outcome, Refusal):
            self.refused.append((number, outcome))
        else:
            self.events.append(outcome)
            self.numbers.append(number)


class Parser:
    """Feed it a body piece by piece; take its chunk whenever that is large enough.

    ``terms`` is asked for each piece, since a long upload outlives the window of times that it began with.
    """

    def __init__(self, terms: Callable[[], Terms]) -> None:
        self._terms = terms
        self._splitter = SniffingSplitter()
        self._chunk = Chunk()
        self.count = 0  # elements seen, blank lines among them

    def __len__(self) -> int:
        return len(self._chunk)

    @property
    def full(self) -> bool:
        """Whether the chunk should be taken before more is fed."""
        return len(self._chunk) >= CHUNK_EVENTS or self._chunk.bytes >= CHUNK_BYTES

    def take(self) -> Chunk:
        """Return what has come in since the last time."""
        chunk, self._chunk = self._chunk, Chunk()
        chunk.last = self.count
        return chunk

    def feed(self, data: bytes) -> None:
        """Parse a piece; pieces of some ten kilobytes keep the event loop responsive."""
        self._chunk.bytes += len(data)
        self._parse(self._splitter.feed(data))

    def close(self) -> None:
        """Parse what is left; a last element that is cut is refused as TRUNCATED."""
        self._parse(self._splitter.close(), last=True)

    def _parse(self, items: list[Item], *, last: bool = False) -> None:
        terms = self._terms()
        chunk = self._chunk
        for item in items:
            self.count += 1
            if isinstance(item, Refusal):
                chunk.add(self.count, item)
            elif item and not item.isspace():
                outcome = decode(item, terms)
                if last and isinstance(outcome, Refusal) and outcome.code is Code.MALFORMED and _is_cut(item):
                    outcome = replace(TRUNCATED, event_id=outcome.event_id)
                chunk.add(self.count, outcome)


def _is_cut(element: bytes) -> bool:
    """Whether the element would be JSON if only it went on."""
    try:
        msgspec.json.decode(element, type=msgspec.Raw)
    except msgspec.DecodeError as error:
        return "truncated" in str(error)
    return False


def pieces(data: bytes) -> Iterator[bytes]:
    """Cut a large piece into such as the parser likes."""
    for start in range(0, len(data), PIECE_BYTES):
        yield data[start : start + PIECE_BYTES]

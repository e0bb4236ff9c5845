"""Bytes, in whatever pieces they come, to the lines of NDJSON."""

from typing import Final, Protocol

from gateway.ingest.codes import Code, Refusal

MAX_ELEMENT_BYTES: Final = 64 * 1024
TOO_LONG: Final = Refusal(Code.LINE_TOO_LONG, f"one event may take at most {MAX_ELEMENT_BYTES} bytes")
TRUNCATED: Final = Refusal(Code.TRUNCATED, "the input ends in the middle of this event; send it again whole")

Item = bytes | Refusal


class Splitter(Protocol):
    """Cuts a stream into elements. Each item, also a blank one, takes one number, counted from 1."""

    def feed(self, data: bytes) -> list[Item]:
        """Return the elements that are complete with this piece."""

    def close(self) -> list[Item]:
        """Return what is left at the end."""


class LineSplitter:
    """One element a line; a line that is too long is left out, and never held."""

    def __init__(self) -> None:
        self._rest = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[Item]:
        """Return the lines that are complete with this piece."""
        items: list[Item] = []
        if self._skipping:
            _, newline, data = data.partition(b"\n")
            if not newline:
                return items
            self._skipping = False
            items.append(TOO_LONG)
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > MAX_ELEMENT_BYTES:
            self._rest = b""
            self._skipping = True
        if lines and max(map(len, lines)) > MAX_ELEMENT_BYTES:
            items += [line if len(line) <= MAX_ELEMENT_BYTES else TOO_LONG for line in lines]
        else:
            items += lines
        return items

    def close(self) -> list[Item]:
        """Return the last line where no line feed ends it."""
        if self._skipping:
            return [TOO_LONG]
        return [self._rest] if self._rest else []

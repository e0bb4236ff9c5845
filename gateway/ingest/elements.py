"""Bytes, in whatever pieces they come, to the elements of one JSON array, which is never held as a whole.

An element that is one object, with at most one level of objects or arrays in it, is cut out by one regular
expression. Any other is walked bracket by bracket, and so is one of which only a part has come.
"""

import re
from typing import Final

from gateway.ingest.codes import Code, Refusal
from gateway.ingest.lines import MAX_ELEMENT_BYTES, TOO_LONG, TRUNCATED, Item

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_FLAT = rb'[^"\[\]{}]*+(?:' + _STRING + rb'[^"\[\]{}]*+)*+'
WHOLE: Final = re.compile(
    rb"\s*+(\{" + _FLAT + rb"(?:[\[{]" + _FLAT + rb"[\]}]" + _FLAT + rb")*+\})\s*+([,\]])", re.DOTALL
)
STRUCTURE: Final = re.compile(rb'["\[\]{},]')
IN_STRING: Final = re.compile(rb'["\\]')
BLANK: Final = b" \t\r\n"

EMPTY: Final = Refusal(Code.MALFORMED, "nothing stands between two commas of the array")
AFTER: Final = Refusal(Code.MALFORMED, "text follows the end of the array")


class ElementSplitter:
    """Cuts one JSON array. The opening bracket must be the first byte that it is fed."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._at = 0  # all before it is looked at
        self._depth = 0
        self._in_string = False
        self._skipping = False  # the element is too long: find its end, hold nothing
        self._opened = False
        self._ended = False
        self._count = 0
        self._complained = False

    def feed(self, data: bytes) -> list[Item]:
        """Return the elements that are complete with this piece."""
        self._buffer += data
        items: list[Item] = []
        if not self._opened and self._buffer:
            self._opened = True
            del self._buffer[0]
        start = 0  # of the element under way
        while not self._ended:
            end = self._whole(start, items) if self._at == start and not self._skipping else None
            if end is None:
                end = self._walk(start, items)
            if end is None:
                break
            start = self._at = end
        del self._buffer[:start]
        self._at -= start
        self._shed()
        if self._ended:
            self._after(items)
        self._count += len(items)
        return items

    def close(self) -> list[Item]:
        """Return the last element where it is whole, and say so where the array was not closed."""
        if self._ended:
            return []
        rest = bytes(self._buffer).strip(BLANK)
        if rest and not self._depth and not self._in_string and not self._skipping:
            return [rest, TRUNCATED]
        return [TRUNCATED]

    def _whole(self, start: int, items: list[Item]) -> int | None:
        """Take one element of the common kind; return where the next begins."""
        found = WHOLE.match(self._buffer, start)
        if found is None:
            return None
        self._take(found[1], items)
        self._ended = found[2] == b"]"
        return found.end()

    def _walk(self, start: int, items: list[Item]) -> int | None:
        """Go on bracket by bracket to the comma or bracket that ends the element; None where more must come."""
        while True:
            if self._in_string:
                found = IN_STRING.search(self._buffer, self._at)
                if found is None or (found[0] == b"\\" and found.end() == len(self._buffer)):
                    self._at = len(self._buffer) if found is None else found.start()
                    return None
                self._in_string = found[0] == b"\\"
                self._at = found.end() + self._in_string
                continue
            found = STRUCTURE.search(self._buffer, self._at)
            if found is None:
                self._at = len(self._buffer)
                return None
            self._at = found.end()
            if self._structure(found[0]):
                return self._end(start, found.start(), found[0], items)

    def _structure(self, mark: bytes) -> bool:
        """Follow one mark; return whether it ends the element."""
        if mark == b'"':
            self._in_string = True
        elif mark in b"[{":
            self._depth += 1
        elif self._depth and mark in b"]}":
            self._depth -= 1
        else:
            return not self._depth and mark != b"}"
        return False

    def _end(self, start: int, end: int, mark: bytes, items: list[Item]) -> int:
        self._ended = mark == b"]"
        element = bytes(self._buffer[start:end]).strip(BLANK)
        if self._skipping:
            self._skipping = False
            items.append(TOO_LONG)
        elif element:
            self._take(element, items)
        elif not self._ended or self._count + len(items):
            items.append(EMPTY)
        return end + 1

    def _take(self, element: bytes, items: list[Item]) -> None:
        items.append(bytes(element) if len(element) <= MAX_ELEMENT_BYTES else TOO_LONG)

    def _shed(self) -> None:
        """Let go of what need not be held: an element too long, and blanks before one."""
        if self._at > MAX_ELEMENT_BYTES or self._skipping:
            self._skipping = self._skipping or bool(self._buffer[: self._at].strip(BLANK))
            del self._buffer[: self._at]
            self._at = 0

    def _after(self, items: list[Item]) -> None:
        if self._buffer.strip(BLANK) and not self._complained:
            self._complained = True
            items.append(AFTER)
        self._buffer.clear()

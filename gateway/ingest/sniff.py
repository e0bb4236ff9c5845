"""NDJSON or one JSON array: the first byte that is not blank tells."""

from typing import Final

from gateway.ingest.elements import BLANK, ElementSplitter
from gateway.ingest.lines import Item, LineSplitter, Splitter

BOM: Final = b"\xef\xbb\xbf"
MAX_BLANK_BYTES: Final = 64 * 1024


class SniffingSplitter:
    """Waits for the first byte that tells, then splits; a byte order mark is left out."""

    def __init__(self) -> None:
        self._head = b""
        self._splitter: Splitter | None = None

    def feed(self, data: bytes) -> list[Item]:
        """Return the elements that are complete with this piece."""
        if self._splitter is not None:
            return self._splitter.feed(data)
        self._head += data
        if BOM.startswith(self._head):
            return []
        text = self._head.removeprefix(BOM)
        first = text.lstrip(BLANK)
        if not first and len(text) < MAX_BLANK_BYTES:
            return []
        is_array = first.startswith(b"[")
        self._splitter = ElementSplitter() if is_array else LineSplitter()
        self._head = b""
        return self._splitter.feed(first if is_array else text)

    def close(self) -> list[Item]:
        """Return what is left at the end."""
        return self._splitter.close() if self._splitter else []

"""Compressed bytes to plain ones, in pieces of bounded size whatever the ratio: a bomb costs time, not memory."""

import zlib
from collections.abc import Iterator
from typing import Final

PIECE_BYTES: Final = 64 * 1024
GZIP: Final = zlib.MAX_WBITS | 16


class BrokenGzip(Exception):
    """The data is not gzip, or is damaged from here on, or ends too early."""


class Gunzip:
    """Several gzip members in a row are one stream, as `cat a.gz b.gz` makes it."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(GZIP)
        self._fresh = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what the bytes unpack to; raise BrokenGzip where they do not."""
        try:
            while data:
                piece = self._member.decompress(data, PIECE_BYTES)
                self._fresh = False
                data = self._member.unconsumed_tail
                if self._member.eof:
                    data = self._member.unused_data
                    self._member = zlib.decompressobj(GZIP)
                    self._fresh = True
                if piece:
                    yield piece
        except zlib.error as error:
            raise BrokenGzip("the gzip data is damaged") from error

    def close(self) -> None:
        """Raise BrokenGzip when the data ended inside a member."""
        if not self._fresh:
            raise BrokenGzip("the gzip data ends too early")

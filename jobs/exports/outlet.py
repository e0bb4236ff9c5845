"""A file in memory that only grows, and whose beginning is given away: for writers that want a file."""

import io
from typing import Any


class Outlet(io.RawIOBase):
    """Takes what is written until somebody takes it on; nobody may look back."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._given = 0

    @property
    def held(self) -> int:
        """How many bytes wait to be taken."""
        return len(self._kept)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes, or what is like them."""
        self._kept += data
        return len(data)

    def tell(self) -> int:
        """Return how much was ever written."""
        return self._given + len(self._kept)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        made = bytes(self._kept)
        self._given += len(made)
        self._kept.clear()
        return made

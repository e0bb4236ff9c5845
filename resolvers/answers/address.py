"""What a key is about: the text that it is kept under, its time, and its boundaries that may lie anywhere.

A key is a dataclass of strings, numbers and instants, nested as it likes. Stored buckets begin at full quarter hours,
and an instant there is part of the text as it is. Any other, such as now, is not: the text has its quarter hour, and
the answer tells between which events it may lie. Text, hull and boundaries follow from the key's fields alone, so that
a new kind of key needs nothing here.
"""

from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from hashlib import blake2b
from typing import Any, Final

QUARTER: Final = 900
MICRO: Final = 1_000_000
MAX_TEXT: Final = 120
BEGINNING_US: Final = -(2**53)


@dataclass(frozen=True, slots=True)
class Address:
    """Where an answer is kept: `moving` are its boundaries off the quarter hours, each once, in order of the key.

    The time from `start_us` up to `end_us`, microseconds since 1970, has all instants that can change the answer.
    """

    merchant_id: str
    text: str
    start_us: int
    end_us: int
    moving: tuple[datetime, ...]


def address(merchant_id: str, key: object, *, from_beginning: bool = False) -> Address:
    """Return the address of a key; with `from_beginning` all earlier time can change its answer too."""
    walk = _Walk()
    walk.add(key)
    text = "".join(walk.text)
    if len(text) > MAX_TEXT:
        text = f"{walk.first}-{walk.last}-{blake2b(text.encode(), digest_size=16).hexdigest()}"
    start = BEGINNING_US if from_beginning or walk.first is None else walk.first * MICRO
    end = -BEGINNING_US if walk.last is None else walk.last * MICRO
    return Address(merchant_id, text, start, end, tuple(walk.moving))


class _Walk:
    """Goes through a key once."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.moving: dict[datetime, int] = {}
        self.first: int | None = None
        self.last: int | None = None

    def add(self, value: Any) -> None:
        kind: Any = type(value)
        if kind is datetime:
            self._add_instant(value)
        elif kind is str:
            self.text += (str(len(value)), ":", value)
        elif kind is int or kind is bool or value is None:
            self.text += (str(value), ",")
        elif kind is tuple:
            self._add_all(value)
        elif is_dataclass(value):
            self._add_all([getattr(value, name) for name in _names(kind)])
        elif isinstance(value, Enum):
            self.text += (value.name, ",")
        else:
            raise TypeError(f"no part of a key: {kind.__name__}")

    def _add_all(self, values: Any) -> None:
        self.text.append("(")
        for each in values:
            self.add(each)
        self.text.append(")")

    def _add_instant(self, value: datetime) -> None:
        quarter, beyond = divmod(value.timestamp(), QUARTER)
        first = last = int(quarter) * QUARTER
        if beyond:
            last += QUARTER
            self.text.append(f"{first}~{self.moving.setdefault(value, len(self.moving))},")
        else:
            self.text.append(f"{first},")
        if self.first is None or first < self.first:
            self.first = first
        if self.last is None or last > self.last:
            self.last = last


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """What a key's class is made of, but for whose it is: that is told apart."""
    return tuple(each.name for each in fields(kind) if each.name != "merchant_id")

"""The figures that a report is made of: amounts in zatoshi, rates in percent, times in milliseconds."""

from datetime import datetime

import msgspec


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """A part of the data."""


class Amount(Record, frozen=True):
    """Zatoshi; the data hold them as digits."""

    zatoshi: int


class Window(Record, frozen=True):
    """Half-open."""

    start: datetime
    end: datetime


class Change(Record, frozen=True):
    """A figure beside the period before; `change_percent` is null where it has no meaning, as `reason` says."""

    change_percent: float | None
    direction: str | None
    reason: str | None


class MoneyChange(Change, frozen=True):
    """Of money."""

    current: Amount | None
    previous: Amount | None
    change: Amount | None


class CountChange(Change, frozen=True):
    """Of a number of things."""

    current: int
    previous: int
    change: int


class RateChange(Change, frozen=True):
    """Of a percentage; `change` is in percentage points."""

    current: float | None
    previous: float | None
    change: float | None

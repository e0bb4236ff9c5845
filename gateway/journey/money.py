"""Dollars as stored, in binary, to whole zatoshi, exactly."""

from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

import pyarrow as pa

# One dollar is 0.001 ZEC here, so a cent is a whole number of zatoshi.
ZATOSHI_PER_CENT: Final = 1000
_CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Amounts:
    """`zatoshi` has one int64 for each value, null where the value was negative or no number.

    `rounded` counts values that are not whole cents as printed: the remains of binary sums in the source, such as
    4.4e-16. `negative` and `missing` count the nulls by their reason.
    """

    zatoshi: pa.Int64Array
    rounded: int
    zero: int
    negative: int
    missing: int


def amounts(dollars: "pa.ChunkedArray[Any]") -> Amounts:
    """Converts each distinct value once, by its shortest decimal form; no arithmetic is done in binary."""
    coded = dollars.combine_chunks().dictionary_encode(null_encoding="encode")
    values = coded.dictionary.to_pylist()
    times = Counter(coded.indices.to_pylist())
    zatoshi = [_zatoshi(value) for value in values]
    count = {"rounded": 0, "zero": 0, "negative": 0, "missing": 0}
    for index, (value, found) in enumerate(zip(values, zatoshi, strict=True)):
        for kind in _kinds(value, found):
            count[kind] += times[index]
    return Amounts(zatoshi=pa.array(zatoshi, pa.int64()).take(coded.indices), **count)


def _zatoshi(value: float | None) -> int | None:
    if value is None or value != value or value < 0:
        return None
    cents = Decimal(repr(value)).quantize(_CENT, ROUND_HALF_EVEN).scaleb(2)
    return int(cents) * ZATOSHI_PER_CENT


def _kinds(value: float | None, zatoshi: int | None) -> list[str]:
    if value is None or value != value:
        return ["missing"]
    if zatoshi is None:
        return ["negative"]
    exact = Decimal(repr(value)) == Decimal(zatoshi) / (100 * ZATOSHI_PER_CENT)
    return ([] if exact else ["rounded"]) + (["zero"] if zatoshi == 0 else [])

"""Values as bytes and back, exactly: whole numbers of any size, instants to the microsecond, rows as their classes.

What the bytes look like follows from the type alone. `Codec.schema` tells it: its digest is part of every key, so that
a value written by another version of a row class is never read as one of this version.
"""

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

V = TypeVar("V")

BIG: Final = 1  # msgpack's extension type for a whole number beyond 64 bits
PLAIN: Final = (int, str, bytes, bool, float, datetime, type(None))

_encoder = msgspec.msgpack.Encoder()


def _big(code: int, data: memoryview) -> int:
    if code != BIG:
        raise ValueError(f"no extension {code}")
    return int.from_bytes(data, "big", signed=True)


_decoder = msgspec.msgpack.Decoder(ext_hook=_big)


def dump(plain: object) -> bytes:
    """Return the bytes of lists, dicts and scalars."""
    try:
        return _encoder.encode(plain)
    except OverflowError:
        return _encoder.encode(_widened(plain))


def load(data: bytes | memoryview) -> Any:
    """Return what `dump` was given; tuples come back as lists. Raises msgspec.DecodeError."""
    return _decoder.decode(data)


def _widened(plain: object) -> object:
    if type(plain) is int and not -(2**63) <= plain < 2**63:
        return msgspec.msgpack.Ext(BIG, plain.to_bytes(plain.bit_length() // 8 + 1, "big", signed=True))
    if isinstance(plain, list | tuple):
        return [_widened(each) for each in plain]
    if isinstance(plain, dict):
        return {_widened(key): _widened(value) for key, value in plain.items()}
    return plain


class Codec(Generic[V]):
    """Packs values of one type into lists, dicts and scalars, and unpacks them. Raises TypeError for other types."""

    def __init__(self, of: Any) -> None:
        pack, unpack, self.schema = _parts(of)
        self.pack: Callable[[V], object] = pack or _same
        self.unpack: Callable[[Any], V] = unpack or _same


_Step = Callable[[Any], Any]
_Parts = tuple[_Step | None, _Step | None, str]  # None stands for leaving it as it is


def _same(value: Any) -> Any:
    return value


def _parts(of: Any) -> _Parts:
    origin, arguments = get_origin(of), get_args(of)
    if of in PLAIN or of is None:
        return None, None, getattr(of, "__name__", "None")
    if is_dataclass(of):
        return _dataclass(of)
    if isinstance(of, type) and issubclass(of, Enum):
        return (lambda value: value.name), of.__getitem__, f"{of.__name__}{[each.name for each in of]}"
    if origin in (list, tuple) and (origin is list or arguments[1:] == (...,)):
        return _sequence(origin, arguments[0])
    if origin is dict:
        return _dict(*arguments)
    if origin in (Union, types.UnionType) and len(arguments) == 2 and type(None) in arguments:
        return _optional(next(each for each in arguments if each is not type(None)))
    if origin in (Union, types.UnionType) and all(each in PLAIN for each in arguments):
        return None, None, str(of)
    raise TypeError(f"no codec for {of}")


def _dataclass(of: Any) -> _Parts:
    hints = get_type_hints(of)
    names = [each.name for each in fields(of)]
    parts = [_parts(hints[name]) for name in names]
    schema = f"{of.__name__}({', '.join(f'{name}: {part[2]}' for name, part in zip(names, parts, strict=True))})"
    read: _Step = attrgetter(*names)
    if all(pack is None and unpack is None for pack, unpack, _ in parts) and len(names) > 1:
        return read, (lambda values: of(*values)), schema
    packs, unpacks = [part[0] or _same for part in parts], [part[1] or _same for part in parts]

    def pack(value: Any) -> list[Any]:
        return [step(getattr(value, name)) for step, name in zip(packs, names, strict=True)]

    def unpack(values: Any) -> Any:
        return of(*(step(each) for step, each in zip(unpacks, values, strict=True)))

    return pack, unpack, schema


def _sequence(origin: Any, of: Any) -> _Parts:
    pack, unpack, schema = _parts(of)
    schema = f"{origin.__name__}[{schema}]"
    if pack is None and unpack is None:
        return None, (None if origin is list else tuple), schema
    put, take = pack or _same, unpack or _same
    return (lambda values: [put(each) for each in values]), (lambda values: origin(take(v) for v in values)), schema


def _dict(key: Any, of: Any) -> _Parts:
    pack, unpack, schema = _parts(of)
    key_pack, key_unpack, key_schema = _parts(key)
    if key_pack or key_unpack:
        raise TypeError(f"no codec for a dict by {key}")
    put, take = pack or _same, unpack or _same
    return (
        (lambda values: {name: put(each) for name, each in values.items()}),
        (lambda values: {name: take(each) for name, each in values.items()}),
        f"dict[{key_schema}, {schema}]",
    )


def _optional(of: Any) -> _Parts:
    pack, unpack, schema = _parts(of)
    if pack is None and unpack is None:
        return None, None, f"{schema} | None"
    put, take = pack or _same, unpack or _same
    return (
        (lambda value: None if value is None else put(value)),
        (lambda value: None if value is None else take(value)),
        f"{schema} | None",
    )

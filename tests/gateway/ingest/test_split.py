"""Splitting: whatever the pieces, the same elements, and nothing held that need not be."""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.ingest.codes import Code, Refusal
from gateway.ingest.elements import ElementSplitter
from gateway.ingest.lines import MAX_ELEMENT_BYTES, Item, LineSplitter, Splitter
from gateway.ingest.sniff import SniffingSplitter

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def split(splitter: Splitter, pieces: Sequence[bytes]) -> list[Item]:
    items = [item for piece in pieces for item in splitter.feed(piece)]
    return items + splitter.close()


def codes(items: Sequence[Item]) -> list[bytes | Code]:
    return [item.code if isinstance(item, Refusal) else item for item in items]


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[lo:hi] for lo, hi in pairwise(edges)]


@given(st.lists(JSON, max_size=8), st.lists(st.integers(0, 10_000), max_size=12), st.sampled_from([None, 1]))
def test_an_array_gives_its_elements_whatever_the_pieces(
    values: list[Any], places: list[int], indent: int | None
) -> None:
    data = json.dumps(values, indent=indent, ensure_ascii=False).encode(errors="replace")
    items = split(ElementSplitter(), cut(data, places))
    assert [json.loads(item) for item in items if isinstance(item, bytes)] == json.loads(data)


@given(st.lists(JSON, min_size=1, max_size=6), st.integers(1, 10_000), st.lists(st.integers(0, 10_000), max_size=6))
def test_an_array_cut_anywhere_gives_what_came_before_and_says_so(
    values: list[Any], end: int, places: list[int]
) -> None:
    data = json.dumps([{"value": value} for value in values]).encode()
    items = split(ElementSplitter(), cut(data[: 1 + end % (len(data) - 1)], places))
    whole = [json.loads(item) for item in items if isinstance(item, bytes)]
    assert whole == json.loads(data)[: len(whole)]
    assert codes(items[len(whole) :]) == [Code.TRUNCATED]


@given(st.lists(JSON, max_size=8), st.lists(st.integers(0, 10_000), max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_lines_are_the_same_whatever_the_pieces(values: list[Any], places: list[int], end: str) -> None:
    data = end.join(map(json.dumps, values)).encode()
    items = split(SniffingSplitter(), cut(data + end.encode() if places else data, places))
    if values and not isinstance(values[0], list):
        assert [json.loads(item) for item in items if isinstance(item, bytes)] == values


@pytest.mark.parametrize("piece_bytes", [1, 7, 1 << 20])
def test_a_line_too_long_is_left_out_and_its_neighbours_go_in(piece_bytes: int) -> None:
    data = b"first\n" + b"x" * (MAX_ELEMENT_BYTES + 1) + b"\nsecond\n" + b"y" * (MAX_ELEMENT_BYTES + 9)
    items = split(LineSplitter(), [data[n : n + piece_bytes] for n in range(0, len(data), piece_bytes)])
    assert codes(items) == [b"first", Code.LINE_TOO_LONG, b"second", Code.LINE_TOO_LONG]


@pytest.mark.parametrize("piece_bytes", [1, 1000, 1 << 20])
@pytest.mark.parametrize("long", [b'"%s"' % (b"x" * 70_000), b'{"a":[%s1]}' % (b"1," * 40_000), b"1" * 70_000])
def test_an_element_too_long_is_left_out_and_its_neighbours_go_in(long: bytes, piece_bytes: int) -> None:
    data = b'[{"n":1},' + long + b', {"n":2}]'
    items = split(ElementSplitter(), [data[n : n + piece_bytes] for n in range(0, len(data), piece_bytes)])
    assert codes(items) == [b'{"n":1}', Code.LINE_TOO_LONG, b'{"n":2}']


def test_an_element_that_never_ends_is_not_held() -> None:
    splitter = ElementSplitter()
    splitter.feed(b'["')
    for _ in range(64):
        splitter.feed(b'x\\"' * 20_000)
    assert len(splitter._buffer) < 2 * MAX_ELEMENT_BYTES
    assert codes(splitter.close()) == [Code.TRUNCATED]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"[]", []),
        (b" [ ] ", []),
        (b"[1,,2]", [b"1", Code.MALFORMED, b"2"]),
        (b"[1,]", [b"1", Code.MALFORMED]),
        (b"[1] x", [b"1", Code.MALFORMED]),
        (b'[{"a":1}', [b'{"a":1}', Code.TRUNCATED]),
        (b'[{"a":1},', [b'{"a":1}', Code.TRUNCATED]),
        (b'[{"a":"]},{"}, {"b":[[1,2],{"c":"\\""}]}]', [b'{"a":"]},{"}', b'{"b":[[1,2],{"c":"\\""}]}']),
        (b'[{"a":nope}, }, {"b":1}]', [b'{"a":nope}', b"}", b'{"b":1}']),
        (b"\xef\xbb\xbf[1]", [b"1"]),
        (b'\xef\xbb\xbf{"a":1}\n', [b'{"a":1}']),
        (b'\n\n{"a":1}\n\n{"b":1}', [b"", b"", b'{"a":1}', b"", b'{"b":1}']),
        (b"", []),
        (b"  \n ", []),
    ],
)
def test_odd_input(data: bytes, expected: list[bytes | Code]) -> None:
    assert codes(split(SniffingSplitter(), [data])) == expected
    assert codes(split(SniffingSplitter(), [data[n : n + 1] for n in range(len(data))])) == expected

"""Ranges as tiles: exact, disjoint, from the coarsest level, each stretch once."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from resolvers.periods import Window
from resolvers.ranges import LEVELS, RAW, STEPS, Tile, bucket_count, fewest, floor, plan, split, tile
from tests.resolvers.times import instants, utc

moments = instants("2024-01-01", "2027-01-01")
windows = st.tuples(moments, moments).map(lambda pair: Window(min(pair), max(pair)))


def test_range_takes_each_level_outward_from_the_coarsest() -> None:
    assert tile(utc("2026-01-30T22:50"), utc("2026-03-02T01:31:07")) == [
        Tile(RAW, utc("2026-01-30T22:50"), utc("2026-01-30T23:00")),
        Tile("hour", utc("2026-01-30T23:00"), utc("2026-01-31")),
        Tile("day", utc("2026-01-31"), utc("2026-02-01")),
        Tile("month", utc("2026-02-01"), utc("2026-03-01")),
        Tile("day", utc("2026-03-01"), utc("2026-03-02")),
        Tile("hour", utc("2026-03-02"), utc("2026-03-02T01:00")),
        Tile("15m", utc("2026-03-02T01:00"), utc("2026-03-02T01:30")),
        Tile(RAW, utc("2026-03-02T01:30"), utc("2026-03-02T01:31:07")),
    ]


def test_short_range_is_read_from_events() -> None:
    assert tile(utc("2026-01-01T00:01"), utc("2026-01-01T00:29")) == [
        Tile(RAW, utc("2026-01-01T00:01"), utc("2026-01-01T00:29"))
    ]
    assert tile(utc("2026-01-01"), utc("2026-01-01")) == []


@given(windows)
def test_tiles_cover_exactly(window: Window) -> None:
    tiles = tile(window.start, window.end)
    edges = [window.start, *(each.hi for each in tiles)]
    assert [each.lo for each in tiles] == edges[:-1]
    assert edges[-1] == window.end
    for each in tiles:
        if each.level == RAW:
            assert each.hi - each.lo < 2 * STEPS["15m"]
        else:
            assert floor(each.level, each.lo) == each.lo
            assert floor(each.level, each.hi) == each.hi
    # No finer tile could have been part of a coarser one: levels only rise to one peak, then fall.
    ranks = [LEVELS.index(each.level) for each in tiles]
    peak = ranks.index(min(ranks)) if ranks else 0
    assert ranks[: peak + 1] == sorted(ranks[: peak + 1], reverse=True)
    assert ranks[peak:] == sorted(ranks[peak:])


WITH_WEEKS = ("month", "week", "day", "hour", "15m", RAW)


def test_weeks_serve_where_there_is_no_month() -> None:
    thirty_days = (utc("2026-05-10"), utc("2026-06-09"))
    assert [(each.level, each.lo.day) for each in fewest(*thirty_days, WITH_WEEKS)] == [
        ("day", 10),
        ("week", 11),
        ("day", 8),
    ]
    assert [each.level for each in fewest(utc("2026-01-01"), utc("2026-07-01"), WITH_WEEKS)] == ["month"]
    assert floor("week", utc("2026-05-17T23:59")) == utc("2026-05-11")


@given(windows)
def test_fewest_buckets_cover_exactly_too(window: Window) -> None:
    found = fewest(window.start, window.end, WITH_WEEKS)
    edges = [window.start, *(each.hi for each in found)]
    assert [each.lo for each in found] == edges[:-1]
    assert edges[-1] == window.end
    assert bucket_count(found) <= bucket_count(tile(window.start, window.end))
    assert all(floor(each.level, edge) == edge for each in found if each.level != RAW for edge in (each.lo, each.hi))


@given(st.lists(windows, max_size=6))
def test_split_is_disjoint_and_covers_the_union(asked: list[Window]) -> None:
    pieces = split(asked)
    assert all(before.end <= after.start for before, after in pairwise(pieces))
    for window in asked:
        inside = [piece for piece in pieces if window.start <= piece.start and piece.end <= window.end]
        assert sum((piece.end - piece.start for piece in inside), timedelta()) == window.end - window.start


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), windows), max_size=8))
def test_plan_gives_each_window_its_slots_once(keys: list[tuple[str, Window]]) -> None:
    found = plan(keys)
    arrays = found.arrays
    lengths: dict[int, timedelta] = {}
    owners: dict[int, str] = {}
    for slot, merchant_id, lo, hi in zip(arrays.slots, arrays.merchant_ids, arrays.los, arrays.his, strict=True):
        lengths[slot] = lengths.get(slot, timedelta()) + (hi - lo)
        assert owners.setdefault(slot, merchant_id) == merchant_id
    for (merchant_id, window), slots in zip(keys, found.slots, strict=True):
        assert sum((lengths[slot] for slot in slots), timedelta()) == window.end - window.start
        assert {owners[slot] for slot in slots} <= {merchant_id}


def test_shared_stretches_are_asked_once() -> None:
    day = Window(utc("2026-05-13"), utc("2026-05-13T12:00"))
    month = Window(utc("2026-05-01"), utc("2026-05-13T12:00"))
    found = plan([("a", day), ("a", month), ("a", day), ("b", Window(utc("2026-01-01"), utc("2026-01-01")))])
    assert found.slots == [range(1, 2), range(2), range(1, 2), range(0)]
    assert list(zip(found.arrays.slots, found.arrays.levels, found.arrays.los, strict=True)) == [
        (0, "day", utc("2026-05-01")),
        (1, "hour", utc("2026-05-13")),
    ]

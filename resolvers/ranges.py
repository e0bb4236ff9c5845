"""Half-open ranges as stored buckets: each stretch of time is read once, from the coarsest level that fits.

Buckets are UTC. A range is tiled from the coarsest level inward, so that only its two edges, each shorter
than fifteen minutes, are read from raw events. Windows of one merchant overlap (today lies in this week,
which lies in this month): their borders cut them into disjoint slots, each slot is asked for once, and a
window is the sum of its slots. Counts, sums, minima and maxima add up that way; distinct counts and
percentiles do not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

from resolvers.periods import Window

RAW = "raw"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MONDAY = datetime(1970, 1, 5, tzinfo=UTC)
STEPS = {"15m": timedelta(minutes=15), "hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
LEVELS = ("month", "day", "hour", "15m", RAW)


@dataclass(frozen=True, slots=True)
class Tile:
    """Whole buckets of one level from `lo` up to `hi`; of level `raw`, events."""

    level: str
    lo: datetime
    hi: datetime


@dataclass(slots=True)
class RangeArrays:
    """The arguments of a statement that sums tiles per slot: arrays with one entry per tile."""

    slots: list[int] = field(default_factory=list)
    merchant_ids: list[str] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    los: list[datetime] = field(default_factory=list)
    his: list[datetime] = field(default_factory=list)

    def append(self, slot: int, merchant_id: str, tiles: Iterable[Tile]) -> None:
        """Add the tiles of a slot."""
        for each in tiles:
            self.slots.append(slot)
            self.merchant_ids.append(merchant_id)
            self.levels.append(each.level)
            self.los.append(each.lo)
            self.his.append(each.hi)

    def arguments(self) -> dict[str, object]:
        """Name them as the queries do."""
        return {
            "slots": self.slots,
            "merchant_ids": self.merchant_ids,
            "levels": self.levels,
            "los": self.los,
            "his": self.his,
            **raw_bounds(self.levels, self.los, self.his),
        }


@dataclass(slots=True)
class RangePlan:
    """What to ask, and which slots make up each of the asked windows, in their order."""

    arrays: RangeArrays
    slots: list[range]


def tile(lo: datetime, hi: datetime, levels: Sequence[str] = LEVELS) -> list[Tile]:
    """Cover [lo, hi) exactly, in order of time; `levels` goes from the coarsest to the finest."""
    if lo >= hi:
        return []
    level, finer = levels[0], levels[1:]
    if level == RAW:
        return [Tile(RAW, lo, hi)]
    first, last = ceiling(level, lo), floor(level, hi)
    if first >= last:
        return tile(lo, hi, finer)
    return [*tile(lo, first, finer), Tile(level, first, last), *tile(last, hi, finer)]


def raw_bounds(levels: Sequence[str], los: Sequence[datetime], his: Sequence[datetime]) -> dict[str, datetime | None]:
    """Return what encloses the raw tiles, named as the queries do; nulls where there are none."""
    raw = [number for number, level in enumerate(levels) if level == RAW]
    return {
        "raw_from": min((los[number] for number in raw), default=None),
        "raw_until": max((his[number] for number in raw), default=None),
    }


def fewest(lo: datetime, hi: datetime, levels: Sequence[str]) -> list[Tile]:
    """Cover [lo, hi) with as few buckets as months or weeks, whichever serve it better, and what is finer give.

    Where each bucket has a row for everybody, that is what it costs. `levels` has weeks among them, or not.
    """
    without = [tuple(level for level in levels if level != coarsest) for coarsest in ("week", "month")]
    return min((tile(lo, hi, each) for each in without), key=bucket_count)


def bucket_count(tiles: Iterable[Tile]) -> int:
    """Return how many buckets tiles have; a stretch of events counts as one."""
    return sum(
        (each.hi - each.lo) // STEPS[each.level] if each.level in STEPS else 1 + (each.hi - each.lo).days // 31
        for each in tiles
    )


def floor(level: str, at: datetime) -> datetime:
    """Return the start of the bucket that holds `at`."""
    if level == "month":
        return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return at - (at - (MONDAY if level == "week" else EPOCH)) % STEPS[level]


def ceiling(level: str, at: datetime) -> datetime:
    """Return the start of the first bucket that does not begin before `at`."""
    start = floor(level, at)
    if start == at:
        return at
    return (start + timedelta(days=31)).replace(day=1) if level == "month" else start + STEPS[level]


def split(windows: Iterable[Window]) -> list[Window]:
    """Return the disjoint intervals between the windows' borders that some window covers, in order."""
    # A series has thousands of windows, so they are swept once: how many cover what lies behind each border.
    changes: dict[datetime, int] = {}
    for window in {window for window in windows if window.start < window.end}:
        changes[window.start] = changes.get(window.start, 0) + 1
        changes[window.end] = changes.get(window.end, 0) - 1
    borders = sorted(changes)
    covering = accumulate(changes[border] for border in borders)
    return [Window(*piece) for piece, count in zip(pairwise(borders), covering, strict=False) if count]


def plan(keys: Sequence[tuple[str, Window]], levels: Sequence[str] = LEVELS) -> RangePlan:
    """Plan one statement for windows of many merchants; an empty window has no slot."""
    arrays = RangeArrays()
    by_merchant: dict[str, list[Window]] = {}
    for merchant_id, window in keys:
        by_merchant.setdefault(merchant_id, []).append(window)
    # The pieces of a merchant are numbered in order of time and without holes inside any window,
    # so a window is the run of slots from the piece that begins with it to the one that ends with it.
    first: dict[tuple[str, datetime], int] = {}
    last: dict[tuple[str, datetime], int] = {}
    slot = 0
    for merchant_id, windows in by_merchant.items():
        for piece in split(windows):
            first[merchant_id, piece.start] = last[merchant_id, piece.end] = slot
            arrays.append(slot, merchant_id, tile(piece.start, piece.end, levels))
            slot += 1
    return RangePlan(
        arrays,
        [
            range(first[merchant_id, window.start], last[merchant_id, window.end] + 1)
            if window.start < window.end
            else range(0)
            for merchant_id, window in keys
        ],
    )

"""Where in time figures are asked for: numbered places, and the few tiles that hold many of them.

Places that follow each other, equally long and each one tile of the same level, are one run: a month by the hour is one
run where the zone's offset is of whole hours. So is a series by the hour that only raw events can tell.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from resolvers.periods import Window
from resolvers.ranges import STEPS, tile

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Places, each a set of disjoint windows; places may overlap.

    Layouts are the same only where they are one object, so that many merchants of a zone share what is computed of it.
    """

    places: tuple[tuple[Window, ...], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A tile of one level; with a step, in seconds, it goes on from place to place."""

    place: int
    level: str
    lo: datetime
    hi: datetime
    step: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether it has one bucket for each place."""
        return STEPS.get(self.level) == self.step * SECOND


@lru_cache(maxsize=512)
def runs_of(layout: Layout, levels: tuple[str, ...]) -> tuple[Run, ...]:
    """Return the tiles of all places; empty windows have none."""
    found: list[Run] = []
    newest: tuple[int, timedelta] | None = None  # the last place of the last run, and how long each of them is
    for place, windows in enumerate(layout.places):
        for window in windows:
            tiles = tile(window.start, window.end, levels)
            length = window.end - window.start
            if len(tiles) == len(windows) == 1 and length % SECOND == timedelta():
                [only] = tiles
                last = found[-1] if newest == (place - 1, length) else None
                if last is not None and (last.level, last.hi) == (only.level, only.lo):
                    found[-1] = Run(last.place, last.level, last.lo, only.hi, length // SECOND)
                else:
                    found.append(Run(place, only.level, only.lo, only.hi))
                newest = (place, length)
            else:
                found.extend(Run(place, each.level, each.lo, each.hi) for each in tiles)
                newest = None if tiles else newest
    return tuple(found)

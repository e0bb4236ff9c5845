"""Read the aggregates: one SELECT a file, in a fixed shape so that both engines can put DDL around it.

The shape: the first column is ``time_bucket('<base width>', occurred_at) AS bucket``, then ``merchant_id``,
then the dimensions, then the measures, one a line; one ``FROM <source>``; ``GROUP BY`` by position. The header
names source, levels and how measures merge (those not named are sums).
"""

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "aggregates"

WIDTHS = {"15m": "15 minutes", "hour": "1 hour", "day": "1 day", "week": "1 week", "month": "1 month"}
# What a level is built from, of those that the family has: the finest first.
PARENTS = {"hour": "15m", "day": "hour", "week": "day", "month": "day"}


@dataclass(frozen=True)
class Aggregate:
    """One family: its SELECT and what the header and the column list say of it."""

    family: str
    text: str
    source: str
    levels: tuple[str, ...]
    dimensions: tuple[str, ...]
    merges: dict[str, str]  # measure -> sum, min or max
    of_all: bool = False  # over all merchants together, kept under merchant ''
    often: tuple[str, ...] = ()  # the few of its many measures that most questions are about

    @property
    def base(self) -> str:
        """The finest level."""
        return self.levels[0]

    @property
    def tiled(self) -> tuple[str, ...]:
        """The levels that ranges of one merchant are made of: weeks do not nest in months, and seven days are few."""
        return tuple(level for level in self.levels if level != "week")

    @property
    def keys(self) -> tuple[str, ...]:
        """What identifies a row of a level."""
        return ("bucket", "merchant_id", *self.dimensions)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of a level, in order."""
        return (*self.keys, *self.merges)

    @property
    def checksum(self) -> str:
        """Tells one definition from another."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def told(self) -> tuple["Aggregate", ...]:
        """The families that the metrics query asks: this one, and, where some measures are asked often, those alone.

        To make ready what nobody asks about takes a tenth of a short question, and a fifth of one with many rows.
        """
        if not self.often:
            return (self,)
        merges = {name: how for name, how in self.merges.items() if name in {*self.often, "newest_event_at"}}
        return self, replace(self, family=f"{self.family}_often", merges=merges, often=())

    def relation(self, level: str) -> str:
        """The view that answers for a level, exact at any moment."""
        return f"{self.family}_{level}"

    def parent(self, level: str) -> str:
        """The level that this one is built from."""
        finer = PARENTS[level]
        return finer if finer in self.levels else self.parent(finer)

    def over(self, source: str, bucket: str) -> str:
        """Return the SELECT over another source, with another expression in the place of the bucket."""
        text = re.sub(r"time_bucket\('[^']+', occurred_at\) AS bucket", lambda _: bucket, self.text, count=1)
        return re.sub(rf"^FROM {self.source}$", lambda _: f"FROM {source} AS {self.source}", text, flags=re.MULTILINE)

    def at(self, level: str, source: str | None = None) -> str:
        """Return the SELECT at a level's grain, over the stream or over ``source``."""
        bucket = f"time_bucket('{WIDTHS[level]}', occurred_at) AS bucket"
        return self.over(source, bucket) if source else self.over(self.source, bucket)

    def merged(self, prefix: str = "") -> str:
        """Return the measures as a select list that merges rows of one key."""
        return ",\n    ".join(
            f"{how}({prefix}{name}){'::bigint' if how == 'sum' and name.endswith('_count') else ''} AS {name}"
            for name, how in self.merges.items()
        )

    def rolled_up(self, level: str, source: str) -> str:
        """Return the SELECT that builds a level from rows of a finer one."""
        keys = ",\n    ".join(self.keys[1:])
        positions = ", ".join(str(n + 1) for n in range(len(self.keys)))
        return (
            f"SELECT\n    time_bucket('{WIDTHS[level]}', bucket) AS bucket,\n    {keys},\n    {self.merged()}\n"
            f"FROM {source}\nGROUP BY {positions}"
        )


def parse(family: str, text: str) -> Aggregate:
    """Read one aggregate; raise ValueError where it has not the shape."""
    header = dict(re.findall(r"^-- (source|levels|merge|of|often): (.*)$", text, flags=re.MULTILINE))
    select = re.sub(r"^--.*\n", "", text, flags=re.MULTILINE).strip()
    shape = re.fullmatch(r"SELECT\n(.*?)\nFROM (\w+)\n(?:WHERE .*\n)?GROUP BY ([\d, ]+)", select, flags=re.DOTALL)
    if shape is None or shape[2] != header.get("source"):
        raise ValueError(f"aggregates/{family}.sql is not of the shape that the engines need")
    names = [re.sub(r"^.* AS ", "", line.strip().rstrip(",")) for line in shape[1].splitlines()]
    key_count = len(shape[3].split(","))
    if names[:2] != ["bucket", "merchant_id"]:
        raise ValueError(f"aggregates/{family}.sql: the first two columns are bucket and merchant_id")
    extremes = {
        name: part.split()[0] for part in header.get("merge", "").split(";") if part for name in part.split()[1:]
    }
    merges = {name: extremes.get(name, "sum") for name in names[key_count:]}
    levels = tuple(header["levels"].split())
    often = tuple(header.get("often", "").split())
    if not set(levels) <= set(WIDTHS) or {*extremes, *often} - set(merges):
        raise ValueError(f"aggregates/{family}.sql: unknown level or measure in the header")
    of_all = header.get("of") == "all merchants"
    return Aggregate(family, select, shape[2], levels, tuple(names[2:key_count]), merges, of_all, often)


AGGREGATES = {path.stem: parse(path.stem, path.read_text()) for path in sorted(FOLDER.glob("*.sql"))}

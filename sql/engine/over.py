"""The one primitive of all range questions: ``<family>_over(slots, merchant_ids, levels, los, his)``.

Each array position is a tile, a half-open stretch of one merchant's time that one level tiles exactly (or
``raw``, answered from the events themselves, and refused where they are no longer kept). All tiles of a slot are
merged into that slot's rows, one per combination of the family's dimensions. ``raw_from`` and ``raw_until`` enclose
the raw tiles, null where there are none. The functions are inlined, so the planner sees through them.
"""

from sql.engine.aggregate import Aggregate

# Without it the planner may join all tiles with the whole relation at once: it knows neither how many tiles there
# are nor how short each is.
FENCE = "OFFSET 0"

PARAMETERS = (
    "slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], "
    "raw_from timestamptz, raw_until timestamptz"
)
# Of a stream in partitions, a scan opens those that its parameters do not rule out, and a tile's own borders are known
# too late for that: months of history would cost each question more than its few raw events.
RAW_TILES = "e.occurred_at >= raw_from AND e.occurred_at < raw_until"

PARAMETERS_OF_ALL = PARAMETERS.replace("merchant_ids text[], ", "")
#: Raises where a raw tile lies before what is kept; in place since the migration that brought it.
CHECKED = "SELECT to_regproc('z402.kept_levels') IS NOT NULL"
# It is asked only where it would raise: to call it costs more than to look.
KEPT_LEVELS = (
    "CASE WHEN raw_from < (SELECT raw_kept_from FROM installation) THEN kept_levels(levels, los) ELSE levels END"
)


def create(
    aggregate: Aggregate,
    types: dict[str, str],
    legs: list[str],
    *,
    tile_columns: str = "t.*",
    checked: bool,
    by_merchant: bool = True,
) -> str:
    """Return the CREATE FUNCTION of a family from the legs of its UNION ALL.

    Not `by_merchant`, the function is ``<family>_of_all``: tiles are of all merchants, who are a dimension more.
    """
    dimensions = aggregate.dimensions if by_merchant else ("merchant_id", *aggregate.dimensions)
    result = ("slot", *dimensions, *aggregate.merges)
    returned = ", ".join(f"{name} {'integer' if name == 'slot' else types[name]}" for name in result)
    keys = ", ".join(("slot", *dimensions))
    positions = ", ".join(str(n + 1) for n in range(1 + len(dimensions)))
    union = "\n    UNION ALL\n".join(legs)
    levels = KEPT_LEVELS if checked else "levels"
    owner = "merchant_ids, ", "merchant_id, "
    given, named = owner if by_merchant else ("", "")
    return f"""
CREATE OR REPLACE FUNCTION {aggregate.family}_{"over" if by_merchant else "of_all"}(
    {PARAMETERS if by_merchant else PARAMETERS_OF_ALL}
)
RETURNS TABLE ({returned})
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100 AS $$
WITH tiles AS (
    SELECT {tile_columns} FROM unnest(slots, {given}{levels}, los, his) AS t (slot, {named}level, lo, hi)
)
SELECT {keys},
    {aggregate.merged()}
FROM (
{union}
) AS parts
GROUP BY {positions}
$$"""


def stored_leg(
    aggregate: Aggregate, level: str, relation: str, *, until: str = "t.hi", by_merchant: bool = True
) -> str:
    """Return the leg that reads finished buckets of a level."""
    whose = () if by_merchant else ("merchant_id",)
    columns = ", ".join((*whose, *aggregate.dimensions, *aggregate.merges))
    condition = "b.merchant_id = t.merchant_id AND " if by_merchant else ""
    return (
        f"    SELECT t.slot, r.*\n    FROM tiles AS t\n    CROSS JOIN LATERAL (\n"
        f"        SELECT {columns} FROM {relation} AS b\n"
        f"        WHERE {condition}b.bucket >= t.lo AND b.bucket < {until} {FENCE}\n"
        f"    ) AS r\n    WHERE t.level = '{level}'"
    )


def event_leg(aggregate: Aggregate, events: str, *, by_merchant: bool = True) -> str:
    """Return the leg that aggregates (slot, event) rows with the aggregate's own SELECT."""
    whose = () if by_merchant else ("merchant_id",)
    columns = ", ".join(("slot", *whose, *aggregate.dimensions, *aggregate.merges))
    return f"    SELECT {columns} FROM (\n{aggregate.over(events, 'slot AS slot')}\n    ) AS events"


def events_of_tiles(relation: str, condition: str, *, since: str = "t.lo", by_merchant: bool = True) -> str:
    """Return (slot, event) rows of the tiles that meet a condition, each tile found by index."""
    of_merchant = "e.merchant_id = t.merchant_id AND " if by_merchant else ""
    return (
        f"(SELECT t.slot, r.* FROM tiles AS t CROSS JOIN LATERAL (SELECT * FROM {relation} AS e "
        f"WHERE {of_merchant}e.occurred_at >= {since} AND e.occurred_at < t.hi {FENCE}) AS r "
        f"WHERE {condition})"
    )


def events_of_raw_tiles(relation: str, *, by_merchant: bool = True) -> str:
    """Return (slot, event) rows of the raw tiles, of a stream in partitions."""
    since = f"t.lo AND {RAW_TILES}"
    return events_of_tiles(relation, "t.level = 'raw'", since=since, by_merchant=by_merchant)


def events_of_tail(relation: str, *, by_merchant: bool = True) -> str:
    """Return (slot, event) rows of all tiles but raw ones, the small relation read once."""
    of_merchant = "e.merchant_id = t.merchant_id AND " if by_merchant else ""
    return (
        f"(SELECT t.slot, e.* FROM tiles AS t JOIN {relation} AS e ON {of_merchant}"
        "e.occurred_at >= t.lo AND e.occurred_at < t.hi WHERE t.level <> 'raw')"
    )


def events_of_both(one: str, other: str) -> str:
    """Return (slot, event) rows of two, of streams whose columns are the same, to be aggregated at once."""
    return f"(SELECT * FROM {one} AS one UNION ALL SELECT * FROM {other} AS other)"

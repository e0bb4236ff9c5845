"""The one primitive of all range questions: ``<family>_over(slots, merchant_ids, levels, los, his)``.

Each array position is a tile, a half-open stretch of one merchant's time that one level tiles exactly (or
``raw``, answered from the events themselves). All tiles of a slot are merged into that slot's rows, one per
combination of the family's dimensions. The functions are inlined, so the planner sees through them.
"""

from sql.engine.aggregate import Aggregate

# Without it the planner may join all tiles with the whole relation at once: it knows neither how many tiles there
# are nor how short each is.
FENCE = "OFFSET 0"

PARAMETERS = "slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[]"


def create(aggregate: Aggregate, types: dict[str, str], legs: list[str], *, tile_columns: str = "t.*") -> str:
    """Return the CREATE FUNCTION of a family from the legs of its UNION ALL."""
    result = ("slot", *aggregate.dimensions, *aggregate.merges)
    returned = ", ".join(f"{name} {'integer' if name == 'slot' else types[name]}" for name in result)
    keys = ", ".join(("slot", *aggregate.dimensions))
    positions = ", ".join(str(n + 1) for n in range(1 + len(aggregate.dimensions)))
    union = "\n    UNION ALL\n".join(legs)
    return f"""
CREATE OR REPLACE FUNCTION {aggregate.family}_over({PARAMETERS})
RETURNS TABLE ({returned})
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100 AS $$
WITH tiles AS (
    SELECT {tile_columns} FROM unnest(slots, merchant_ids, levels, los, his) AS t (slot, merchant_id, level, lo, hi)
)
SELECT {keys},
    {aggregate.merged()}
FROM (
{union}
) AS parts
GROUP BY {positions}
$$"""


def stored_leg(aggregate: Aggregate, level: str, relation: str, *, until: str = "t.hi") -> str:
    """Return the leg that reads finished buckets of a level."""
    columns = ", ".join((*aggregate.dimensions, *aggregate.merges))
    return (
        f"    SELECT t.slot, r.*\n    FROM tiles AS t\n    CROSS JOIN LATERAL (\n"
        f"        SELECT {columns} FROM {relation} AS b\n"
        f"        WHERE b.merchant_id = t.merchant_id AND b.bucket >= t.lo AND b.bucket < {until} {FENCE}\n"
        f"    ) AS r\n    WHERE t.level = '{level}'"
    )


def event_leg(aggregate: Aggregate, events: str) -> str:
    """Return the leg that aggregates (slot, event) rows with the aggregate's own SELECT."""
    columns = ", ".join(("slot", *aggregate.dimensions, *aggregate.merges))
    return f"    SELECT {columns} FROM (\n{aggregate.over(events, 'slot AS slot')}\n    ) AS events"


def events_of_tiles(relation: str, condition: str, *, since: str = "t.lo") -> str:
    """Return (slot, event) rows of the tiles that meet a condition, each tile found by index."""
    return (
        f"(SELECT t.slot, r.* FROM tiles AS t CROSS JOIN LATERAL (SELECT * FROM {relation} AS e "
        f"WHERE e.merchant_id = t.merchant_id AND e.occurred_at >= {since} AND e.occurred_at < t.hi {FENCE}) AS r "
        f"WHERE {condition})"
    )


def events_of_tail(relation: str) -> str:
    """Return (slot, event) rows of all tiles but raw ones, the small relation read once."""
    return (
        f"(SELECT t.slot, e.* FROM tiles AS t JOIN {relation} AS e ON e.merchant_id = t.merchant_id "
        "AND e.occurred_at >= t.lo AND e.occurred_at < t.hi WHERE t.level <> 'raw')"
    )

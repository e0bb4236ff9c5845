"""The one primitive of all range questions: ``<family>_over(slots, merchant_ids, levels, los, his)``.

Each array position is a tile, a half-open stretch of one merchant's time that one level tiles exactly (or
``raw``, answered from the events themselves). All tiles of a slot are merged into that slot's rows, one per
combination of the family's dimensions. The functions are inlined, so the planner sees through them.
"""

from sql.engine.aggregate import Aggregate

PARAMETERS = "slots integer[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[]"


def create(aggregate: Aggregate, types: dict[str, str], legs: list[str]) -> str:
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
    SELECT * FROM unnest(slots, merchant_ids, levels, los, his) AS t (slot, merchant_id, level, lo, hi)
)
SELECT {keys},
    {aggregate.merged()}
FROM (
{union}
) AS parts
GROUP BY {positions}
$$"""


def stored_leg(aggregate: Aggregate, level: str, relation: str, also: str = "") -> str:
    """Return the leg that reads finished buckets of a level."""
    columns = ", ".join(f"r.{name}" for name in (*aggregate.dimensions, *aggregate.merges))
    return (
        f"    SELECT t.slot, {columns}\n    FROM tiles AS t\n"
        f"    JOIN {relation} AS r ON r.merchant_id = t.merchant_id AND r.bucket >= t.lo AND r.bucket < t.hi{also}\n"
        f"    WHERE t.level = '{level}'"
    )


def event_leg(aggregate: Aggregate, relation: str, condition: str) -> str:
    """Return the leg that aggregates events of the tiles that meet a condition, with the aggregate's own SELECT."""
    columns = ", ".join(("slot", *aggregate.dimensions, *aggregate.merges))
    joined = (
        f"(SELECT t.slot, e.* FROM tiles AS t JOIN {relation} AS e ON e.merchant_id = t.merchant_id "
        f"AND e.occurred_at >= t.lo AND e.occurred_at < t.hi WHERE {condition})"
    )
    return f"    SELECT {columns} FROM (\n{aggregate.over(joined, 'slot AS slot')}\n    ) AS events"

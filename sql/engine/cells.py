"""The primitive behind the metrics query: ``<family>_cells``, many short stretches of time in few tiles.

A tile says where its rows go: to one *spot*, or, where it has a step, to one spot after the other, a step of seconds
apart. So a month by the hour is one tile, not 744. A spot is a key (what one merchant is asked) and a place within it,
``key << 20 | place``. Rows of each key are divided by one dimension into the kept values, or all of them, and the rest
(null), filtered by another, and come back as one JSON object of parallel arrays per key and value, amounts as text.
"""

from sql.engine.aggregate import Aggregate
from sql.engine.over import FENCE, RAW_TILES

PLACE_BITS = 20
BIN = "bin"
# Rows of this dimension are counted, not told: a payer in ten rows is one payer.
DISTINCT = {"payers": "payer"}
COUNTED = {"settled_count": "identified_count", "revenue_zat": "identified_zat"}

PARAMETERS = (
    "spots bigint[], merchant_ids text[], levels text[], los timestamptz[], his timestamptz[], steps integer[], "
    "keys integer[], divided_by text[], keeps_all boolean[], filtered_by text[], kept_keys integer[], kept text[], "
    "passing_keys integer[], passing text[], wanted text[], raw_from timestamptz, raw_until timestamptz"
)


def create(aggregate: Aggregate, legs: list[str], *, tile_columns: str = "t.*") -> str:
    """Return the CREATE FUNCTION of a family from the legs of its UNION ALL."""
    union = "\n    UNION ALL\n".join(legs)
    return f"""
CREATE OR REPLACE FUNCTION {aggregate.family}_cells({PARAMETERS})
RETURNS TABLE (key integer, value text, cells text, newest_event_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100 AS $$
WITH tiles AS (
    SELECT {tile_columns} FROM unnest(spots, merchant_ids, kept_levels(levels, los), los, his, steps)
        AS t (spot, merchant_id, level, lo, hi, stride)
), parts AS (
{union}
), folded AS (
{_folded(aggregate)}
)
{_told(aggregate)}
$$"""


def stored_leg(aggregate: Aggregate, level: str, relation: str, *, until: str = "t.hi") -> str:
    """Return the leg that reads finished buckets of a level."""
    columns = ", ".join((*aggregate.dimensions, *aggregate.merges))
    return (
        f"    SELECT {_spot('r.bucket')} AS spot, {columns}\n    FROM tiles AS t\n    CROSS JOIN LATERAL (\n"
        f"        SELECT bucket, {columns} FROM {relation} AS b\n"
        f"        WHERE b.merchant_id = t.merchant_id AND b.bucket >= t.lo AND b.bucket < {until} {FENCE}\n"
        f"    ) AS r\n    WHERE t.level = '{level}'"
    )


def event_leg(aggregate: Aggregate, events: str) -> str:
    """Return the leg that aggregates (spot, event) rows with the aggregate's own SELECT."""
    columns = ", ".join(("spot", *aggregate.dimensions, *aggregate.merges))
    return f"    SELECT {columns} FROM (\n{aggregate.over(events, 'spot AS spot')}\n    ) AS events"


def events_of_tiles(relation: str, condition: str, *, since: str = "t.lo") -> str:
    """Return (spot, event) rows of the tiles that meet a condition, each tile found by index."""
    return (
        f"(SELECT {_spot('r.occurred_at')} AS spot, r.* FROM tiles AS t CROSS JOIN LATERAL ("
        f"SELECT * FROM {relation} AS e "
        f"WHERE e.merchant_id = t.merchant_id AND e.occurred_at >= {since} AND e.occurred_at < t.hi {FENCE}) AS r "
        f"WHERE {condition})"
    )


def events_of_raw_tiles(relation: str) -> str:
    """Return (spot, event) rows of the raw tiles, of a stream in partitions."""
    return events_of_tiles(relation, "t.level = 'raw'", since=f"t.lo AND {RAW_TILES}")


def events_of_tail(relation: str) -> str:
    """Return (spot, event) rows of all tiles but raw ones, the small relation read once."""
    return (
        f"(SELECT {_spot('e.occurred_at')} AS spot, e.* FROM tiles AS t JOIN {relation} AS e "
        "ON e.merchant_id = t.merchant_id AND e.occurred_at >= t.lo AND e.occurred_at < t.hi WHERE t.level <> 'raw')"
    )


def measures(aggregate: Aggregate) -> tuple[str, ...]:
    """Return the names under which a family's measures come back."""
    own = [name for name in aggregate.merges if name not in {"newest_event_at", "first_settled_at"}]
    if aggregate.family in DISTINCT:
        return ("unique_payer_count", *(COUNTED[name] for name in own))
    return tuple(own)


def dimensions(aggregate: Aggregate) -> tuple[str, ...]:
    """Return the dimensions that a family can be divided and filtered by."""
    hidden = {BIN, DISTINCT.get(aggregate.family)}
    return tuple(name for name in aggregate.dimensions if name not in hidden)


def _spot(at: str) -> str:
    # Whole seconds divide exactly in floating point, and an event a microsecond before a border stays before it.
    return f"t.spot + CASE WHEN t.stride > 0 THEN floor(date_part('epoch', {at} - t.lo) / t.stride)::bigint ELSE 0 END"


def _folded(aggregate: Aggregate) -> str:
    """Return the SELECT of (spot, value, bin?, measures) rows: filtered, and what is not kept put together."""
    if counted := DISTINCT.get(aggregate.family):
        sums = ", ".join(f"sum({name}) AS {alias}" for name, alias in COUNTED.items())
        return (
            f"    SELECT spot, NULL::text AS value, count(*) AS unique_payer_count, {sums}, "
            f"max(newest_event_at) AS newest_event_at\n    FROM (\n"
            f"        SELECT spot, {counted}, {aggregate.merged()}\n        FROM parts GROUP BY spot, {counted}\n"
            "    ) AS each\n    GROUP BY spot"
        )
    names = dimensions(aggregate)
    bins = f", {BIN}" if BIN in aggregate.dimensions else ""
    if not names:
        return (
            f"    SELECT spot, NULL::text AS value{bins},\n    {_merged(aggregate)}\n"
            f"    FROM parts\n    {_wants(aggregate)}\n    GROUP BY spot{bins}"
        )
    value = f"CASE WHEN asked.keeps_all THEN {_named('asked.divided_by', names)} ELSE kept.value END"
    return (
        f"    SELECT spot, {value} AS value{bins},\n    {_merged(aggregate)}\n"
        f"    FROM parts\n    {_wants(aggregate)}\n"
        "    LEFT JOIN unnest(keys, divided_by, keeps_all, filtered_by)\n"
        "        AS asked (key, divided_by, keeps_all, filtered_by)\n"
        f"        ON asked.key = spot >> {PLACE_BITS}\n"
        "    LEFT JOIN unnest(kept_keys, kept) AS kept (key, value)\n"
        f"        ON kept.key = asked.key AND kept.value = {_named('asked.divided_by', names)}\n"
        "    LEFT JOIN unnest(passing_keys, passing) AS passing (key, value)\n"
        f"        ON passing.key = asked.key AND passing.value = {_named('asked.filtered_by', names)}\n"
        "    WHERE asked.filtered_by IS NULL OR passing.key IS NOT NULL\n"
        f"    GROUP BY 1, 2{bins}"
    )


def _merged(aggregate: Aggregate) -> str:
    """Return the measures, of which those that nobody wants are not added up."""
    return ",\n    ".join(
        f"{how}(parts.{name}) {f'FILTER (WHERE wants.{name}) ' if name in measures(aggregate) else ''}AS {name}"
        for name, how in aggregate.merges.items()
    )


def _wants(aggregate: Aggregate) -> str:
    columns = ", ".join(f"'{name}' = ANY(wanted) AS {name}" for name in measures(aggregate))
    return f"CROSS JOIN (SELECT {columns}) AS wants"


def _named(which: str, names: tuple[str, ...]) -> str:
    cases = " ".join(f"WHEN '{name}' THEN parts.{name}::text" for name in names)
    return f"CASE {which} {cases} END"


def _told(aggregate: Aggregate) -> str:
    """Return the outer SELECT: per key and value an object of arrays, side by side in no order of their own."""
    names = measures(aggregate)
    own_bins = f"'bins', json_agg({BIN}), " if BIN in aggregate.dimensions else ""
    arrays = ", ".join(f"'{name}', json_agg({_number(name)}) FILTER (WHERE wants.{name})" for name in names)
    return (
        f"SELECT (spot >> {PLACE_BITS})::integer, value, json_build_object(\n"
        f"    'places', json_agg(spot & {(1 << PLACE_BITS) - 1}), {own_bins}{arrays}\n)::text, max(newest_event_at)\n"
        f"FROM folded\n{_wants(aggregate)}\nGROUP BY 1, 2"
    )


def _number(name: str) -> str:
    # JSON readers take whole numbers past 64 bits for floats: amounts travel as text.
    return f"folded.{name}::text" if name.endswith("_zat") else f"folded.{name}"

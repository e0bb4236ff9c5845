"""The primitive behind the metrics query: ``<family>_cells``, many short stretches of time in few tiles.

A tile says where its rows go: to one *spot*, or, where it has a step, to one spot after the other, a step of seconds
apart. So a month by the hour is one tile, not 744. A negative step says that each of its buckets is a spot of one row,
which there is nothing to fold with; of payers, who are counted, it says nothing. A spot is a key (what one merchant is
asked) and a place within it, ``key << 20 | place``. Rows of each key are divided by one dimension into the kept values,
or all of them, and the rest (null), filtered by another, and come back as one JSON object of parallel arrays per key
and value, amounts as text. A place may have several rows, which who reads the arrays adds up: of events that no bucket
has.
"""

from sql.engine.aggregate import Aggregate
from sql.engine.over import FENCE, KEPT_LEVELS, RAW_TILES

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

# What the keys are asked that are divided or filtered: few rows, so that the many of the aggregate need no join.
ASKED = """asked AS (
    SELECT
        a.*,
        ARRAY(SELECT k.value FROM unnest(kept_keys, kept) AS k (key, value) WHERE k.key = a.key) AS kept_values,
        ARRAY(SELECT k.value FROM unnest(passing_keys, passing) AS k (key, value) WHERE k.key = a.key) AS passing_values
    FROM unnest(keys, divided_by, keeps_all, filtered_by) AS a (key, divided_by, keeps_all, filtered_by)
), """
UNION = "\n    UNION ALL\n"
# Levels whose buckets may each be a spot of one row.
ALONE = ("15m", "hour", "day")
TILE_COLUMNS = "t.spot, t.merchant_id, t.level, t.lo, t.hi, abs(t.step) AS step, t.step < 0 AS is_alone"
OF_EACH = f"LEFT JOIN asked ON asked.key = {{spot}} >> {PLACE_BITS}"


def create(
    aggregate: Aggregate,
    stored: dict[str, str],
    events: str,
    *,
    until: str = "t.hi",
    tile_columns: str = TILE_COLUMNS,
) -> str:
    """Return the CREATE FUNCTION of a family from each level's relation, finished up to `until`, and its events."""
    asked, each = (ASKED, OF_EACH.format(spot="t.spot")) if dimensions(aggregate) else ("", "")
    legs = [_stored_leg(aggregate, level, relation, until) for level, relation in stored.items()]
    legs.append(_event_leg(aggregate, events))
    alone = [
        _stored_leg(aggregate, level, relation, until, alone=True)
        for level, relation in stored.items()
        if _has_alone(aggregate, level)
    ]
    return f"""
CREATE OR REPLACE FUNCTION {aggregate.family}_cells({PARAMETERS})
RETURNS TABLE (key integer, value text, cells text, newest_event_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 100 AS $$
WITH {asked}tiles AS (
    SELECT {tile_columns}{asked and ", asked.*"}
    FROM unnest(spots, merchant_ids, {KEPT_LEVELS}, los, his, steps)
        AS t (spot, merchant_id, level, lo, hi, step)
    {each}
), parts AS (
{UNION.join(legs)}
), folded AS (
{UNION.join([_folded(aggregate), *alone])}
)
{_told(aggregate)}
$$"""


def _stored_leg(aggregate: Aggregate, level: str, relation: str, until: str, *, alone: bool = False) -> str:
    """Return the leg that reads finished buckets of a level: those that are `alone` in their spots, or the others."""
    names = ", ".join((_value(aggregate), *_kept_apart(aggregate), *aggregate.merges) if alone else _part(aggregate))
    columns = ", ".join(_part(aggregate, "t", "b"))
    which = f" AND {'' if alone else 'NOT '}t.is_alone" if _has_alone(aggregate, level) else ""
    return (
        f"    SELECT {_spot('r.bucket')} AS spot, {names}\n    FROM tiles AS t\n    CROSS JOIN LATERAL (\n"
        f"        SELECT b.bucket, {columns} FROM {relation} AS b\n"
        f"        WHERE b.merchant_id = t.merchant_id AND b.bucket >= t.lo AND b.bucket < {until}"
        f"{_passes(aggregate, 't', 'b')} {FENCE}\n"
        f"    ) AS r\n    WHERE t.level = '{level}'{which}"
    )


def _has_alone(aggregate: Aggregate, level: str) -> bool:
    return aggregate.family not in DISTINCT and level in ALONE


def _event_leg(aggregate: Aggregate, events: str) -> str:
    """Return the leg that aggregates (spot, event) rows with the aggregate's own SELECT."""
    columns = ", ".join(("events.spot", *_part(aggregate, "asked", "events")))
    joined = OF_EACH.format(spot="events.spot") if dimensions(aggregate) else ""
    return (
        f"    SELECT {columns} FROM (\n{aggregate.over(events, 'spot AS spot')}\n    ) AS events {joined}\n"
        f"    WHERE true{_passes(aggregate, 'asked', 'events')}"
    )


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
    return f"t.spot + CASE WHEN t.step > 0 THEN floor(date_part('epoch', {at} - t.lo) / t.step)::bigint ELSE 0 END"


def _value(aggregate: Aggregate) -> str:
    """Return what rows are told by, as a column."""
    return "value" if dimensions(aggregate) else "NULL::text AS value"


def _kept_apart(aggregate: Aggregate) -> tuple[str, ...]:
    """Return the dimensions that no question divides by."""
    return tuple(name for name in aggregate.dimensions if name not in dimensions(aggregate))


def _part(aggregate: Aggregate, asked: str = "", row: str = "") -> tuple[str, ...]:
    """Return the columns of a part: by what it is told, and its measures; by name, or read from a row."""
    stored = tuple(f"{row}.{name}" if row else name for name in (*_kept_apart(aggregate), *aggregate.merges))
    if not dimensions(aggregate):
        return stored
    if not row:
        return ("value", *stored)
    divided_by = _named(f"{asked}.divided_by", row, aggregate)
    kept = f"{asked}.keeps_all OR {divided_by} = ANY ({asked}.kept_values)"
    return (f"CASE WHEN {asked}.divided_by IS NOT NULL AND ({kept}) THEN {divided_by} END AS value", *stored)


def _passes(aggregate: Aggregate, asked: str, row: str) -> str:
    """Return the condition that a row has what its key is filtered by."""
    if not dimensions(aggregate):
        return ""
    filtered_by = _named(f"{asked}.filtered_by", row, aggregate)
    return f" AND ({asked}.filtered_by IS NULL OR {filtered_by} = ANY ({asked}.passing_values))"


def _named(which: str, row: str, aggregate: Aggregate) -> str:
    names = dimensions(aggregate)
    if len(names) == 1:
        return f"{row}.{names[0]}::text"
    cases = " ".join(f"WHEN '{name}' THEN {row}.{name}::text" for name in names)
    return f"CASE {which} {cases} END"


def _folded(aggregate: Aggregate) -> str:
    """Return the SELECT of (spot, value, bin?, measures) rows."""
    if counted := DISTINCT.get(aggregate.family):
        sums = ", ".join(f"sum({name}) AS {alias}" for name, alias in COUNTED.items())
        return (
            f"    SELECT spot, NULL::text AS value, count(*) AS unique_payer_count, {sums}, "
            f"max(newest_event_at) AS newest_event_at\n    FROM (\n"
            f"        SELECT spot, {counted},\n    {_merged(aggregate)}\n"
            f"        FROM parts\n        {_wants(aggregate)}\n        GROUP BY spot, {counted}\n"
            "    ) AS each\n    GROUP BY spot"
        )
    bins = f", {BIN}" if BIN in aggregate.dimensions else ""
    return (
        f"    SELECT spot, {_value(aggregate)}{bins},\n    {_merged(aggregate)}\n"
        f"    FROM parts\n    {_wants(aggregate)}\n    GROUP BY 1, 2{bins}"
    )


def _merged(aggregate: Aggregate) -> str:
    """Return the measures, of which those that nobody wants are not added up."""
    told = COUNTED if aggregate.family in DISTINCT else {}
    found = []
    for name, how in aggregate.merges.items():
        wanted = told.get(name, name)
        only = f" FILTER (WHERE wants.{wanted})" if wanted in measures(aggregate) else ""
        cast = "::bigint" if how == "sum" and name.endswith("_count") else ""
        found.append(f"({how}(parts.{name}){only}){cast} AS {name}")
    return ",\n    ".join(found)


def _wants(aggregate: Aggregate) -> str:
    """Return the join of what is wanted: found once, not anew for each row and measure."""
    columns = ", ".join(f"'{name}' = ANY(wanted) AS {name}" for name in measures(aggregate))
    return f"CROSS JOIN (SELECT {columns} {FENCE}) AS wants"


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

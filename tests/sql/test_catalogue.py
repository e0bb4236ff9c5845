"""Every query of the catalogue is prepared on a real database and held against its header and its row class."""

import re
from dataclasses import fields
from datetime import date, datetime
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from sql import Database, Q, Query
from sql.catalogue import parse
from sql.engine import Engine
from sql.engine.aggregate import parse as parse_aggregate

ONLY_CONTINUOUS = {"ingest_hint"}
PYTHON = {
    "int2": int,
    "int4": int,
    "int8": int,
    "numeric": int,
    "float8": float,
    "text": str,
    "bool": bool,
    "date": date,
    "timestamptz": datetime,
    "bytea": bytes,
    "jsonb": dict,
}


def queries() -> list[Any]:
    return [pytest.param(query, id=query.name) for query in Q]


@pytest.mark.parametrize("query", queries())
async def test_a_query_takes_and_gives_what_its_header_says(query: Query, database: Database, engine: Engine) -> None:
    if "_tail" in query.name if engine.continuous else query.name in ONLY_CONTINUOUS:
        pytest.skip(f"is not asked of {engine}")
    async with database.acquire() as connection:
        await connection.execute(Q.ingest_tables.text)
        statement = await connection.prepare(query.text.replace(":stream", "webhook_deliveries"))
        if query.name == "ingest_tables":
            return  # a block: it can be run, as it was, not described
        oids = [kind.oid for kind in statement.get_parameters()]
        types = await connection.fetch("SELECT format_type(oid, NULL) FROM unnest($1::oid[]) AS oid", oids)
        attributes = statement.get_attributes()
    written = [parameter.type.replace("timestamptz", "timestamp with time zone") for parameter in query.parameters]
    assert written == [row[0] for row in types]
    if query.row is None:
        return
    assert tuple(attribute.name for attribute in attributes) == query.columns
    hints = get_type_hints(query.row)
    for field, attribute in zip(fields(query.row), attributes, strict=True):
        hint = hints[field.name]
        promised = get_args(hint) if isinstance(hint, UnionType) else (hint,)
        given = list if attribute.type.kind == "array" else PYTHON[attribute.type.name]
        assert given in {get_origin(kind) or kind for kind in promised}, field.name


@pytest.mark.parametrize("query", queries())
def test_a_query_says_in_its_first_line_what_it_is_for(query: Query) -> None:
    assert re.match(r"-- [A-Z].*\.\n", query.text)
    if not query.name.startswith("ingest_"):  # these copy whole rows between tables of one shape
        assert "SELECT *" not in re.sub(r"\(\s*SELECT \*", "", query.text)


def test_bind_refuses_a_missing_and_an_unknown_name() -> None:
    with pytest.raises(TypeError, match=r"merchants_after takes \(after, page_size\), was given \(after\)"):
        Q.merchants_after.bind({"after": ""})
    with pytest.raises(TypeError, match="was given"):
        Q.merchants_after.bind({"after": "", "page_size": 1, "tenant": "x"})


def test_a_header_that_disagrees_with_its_placeholders_is_refused() -> None:
    with pytest.raises(ValueError, match=r"lists 1 parameters, the text uses \[1, 2\]"):
        parse("wrong", "-- For nothing.\n-- params: a text\nSELECT $1, $2")


def test_an_aggregate_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="not of the shape"):
        parse_aggregate("wrong", "-- source: x\n-- levels: day\nSELECT 1 FROM y")

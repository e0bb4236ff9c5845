"""The schema as committed, described throughout, and the named documents that run on it."""

from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    OperationDefinitionNode,
    parse,
    validate,
)

from gateway.ingest.codes import Code
from resolvers import operations
from resolvers.limits import Limits
from resolvers.refusals import RefusalCode
from resolvers.schema import build_schema, sdl

COMMITTED = Path(operations.__file__).parent.parent / "schema.graphql"
SCHEMA = build_schema(Limits())._schema


def test_committed_text_is_the_schema() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == sdl(), "run: z402-analytics schema > resolvers/schema.graphql"


def test_everything_is_described() -> None:
    bare = []
    for name, type_ in SCHEMA.type_map.items():
        if name.startswith("__") or name in {"String", "Int", "Float", "Boolean", "ID"}:
            continue
        if not type_.description:
            bare.append(name)
        if isinstance(type_, GraphQLEnumType):
            bare += [f"{name}.{value}" for value, each in type_.values.items() if not each.description]
        if isinstance(type_, GraphQLInputObjectType):
            bare += [f"{name}.{given}" for given, each in type_.fields.items() if not each.description]
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, each in type_.fields.items():
                bare += [f"{name}.{field_name}"] if not each.description else []
                bare += [f"{name}.{field_name}({arg})" for arg, given in each.args.items() if not given.description]
    assert bare == []


@pytest.mark.parametrize("name", operations.names())
def test_named_document_is_valid_and_named_as_its_file(name: str) -> None:
    document = parse(operations.document(name))
    assert validate(SCHEMA, document) == []
    [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    assert operation.name is not None
    assert operation.name.value == "".join(part.title() for part in name.split("_"))


def test_refusals_have_the_codes_of_ingest() -> None:
    assert {code.value for code in RefusalCode} == {code.value for code in Code}

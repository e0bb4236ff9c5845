"""The explorer's worked examples, held against the committed schema without a browser."""

import json
import re
from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate
from graphql.execution.values import get_variable_values

from gateway.web.build import WEB

EXAMPLES = sorted((WEB / "explorer" / "examples").glob("*.graphql"))
SCHEMA = build_schema((WEB.parent.parent / "resolvers" / "schema.graphql").read_text())

FILLED_IN = {"$MERCHANT_ID": "aurora", "$EVENT_ID": "example-1", "$PAYMENT_ID": "pay-1", "$NOW": "2026-03-01T12:00:00Z"}


def operation(example: Path) -> OperationDefinitionNode:
    first = parse(example.read_text()).definitions[0]
    assert isinstance(first, OperationDefinitionNode)
    return first


def test_there_is_an_example_of_each_kind() -> None:
    kinds = [operation(example).operation.value for example in EXAMPLES]
    assert kinds == ["query", "query", "query", "query", "mutation", "subscription"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_valid_and_explained(example: Path) -> None:
    assert validate(SCHEMA, parse(example.read_text())) == []
    assert example.read_text().startswith("# ")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_examples_variables_fit(example: Path) -> None:
    template = example.with_suffix(".json")
    text = template.read_text() if template.exists() else "{}"
    text = re.sub(r"\$[A-Z_]+", lambda found: FILLED_IN[found[0]], text)
    values = get_variable_values(SCHEMA, operation(example).variable_definitions or (), json.loads(text))
    assert not isinstance(values, list), values
